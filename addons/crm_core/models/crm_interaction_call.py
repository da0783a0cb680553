# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.interaction.source import Source

#: calls of customers that somebody took, which a telephone system reports without an outcome
TAKEN = (("direction", "=", "in"), ("state", "in", ("connected", "done")))


class CrmInteraction(models.Model):
    """Calls, each once: what the chatter keeps of a call that was written down is told by the call itself."""

    _inherit = "crm.interaction"

    @api.model
    def _get_sources(self):
        return [*super()._get_sources(), *self._get_call_sources()]

    @api.model
    def _get_call_sources(self):
        # what still rings is no history
        over = ("state", "in", ("done", "missed"))
        made = Source(
            model="crm.call",
            channel="call",
            direction="out",
            date="date",
            partner="partner_id",
            lead="lead_id",
            title="outcome_id.name",
            body="note",
            author="user_id",
            state="state",
            domain=(("direction", "=", "out"), over),
        )
        taken = made._replace(variant=1, direction="in", domain=(("direction", "=", "in"), over))
        return [made, taken]

    @api.model
    def _select_told_messages(self, scope, choice):
        told = super()._select_told_messages(scope, choice)
        is_wanted = choice.channels is None or "call" in choice.channels
        if not is_wanted or not self.env["crm.call"].has_access("read"):
            return told
        self.env["crm.call"].flush_model(["message_id"])
        calls = [
            SQL(
                "SELECT call.message_id FROM crm_call call WHERE call.message_id IS NOT NULL AND call.id IN %s",
                self._get_records(source, scope, choice).subselect(),
            )
            for source in self._get_call_sources()
        ]
        return SQL(" UNION ALL ").join([*([told] if told else []), *calls])

    @api.model
    def _select_meetings(self, source, scope, choice):
        """A call is a contact when somebody was spoken to."""
        if source.model == "crm.call":
            answered = ("|", ("is_reached", "=", True), "&", *TAKEN)
            source = source._replace(domain=(*source.domain, *answered))
        return super()._select_meetings(source, scope, choice)

    @api.model
    def _get_contact_message_condition(self, choice):
        """The notes of calls are left out: the calls say themselves whether they were contacts."""
        return SQL(
            "(%s) AND NOT EXISTS (SELECT FROM crm_call WHERE crm_call.message_id = m.id)",
            super()._get_contact_message_condition(choice),
        )
