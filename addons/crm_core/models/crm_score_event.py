# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class CrmScore(models.AbstractModel):
    """What happens with leads, as the scoring reads it: from where it is, nothing is counted twice or copied."""

    _inherit = "crm.score"

    @api.model
    def _get_events(self):
        """Return what can happen with a lead. An add-on appends its own::

            def _get_events(self):
                visits = SQL("SELECT lead_id, date FROM crm_visit WHERE is_human")
                return {**super()._get_events(), "visit": (self.env._("Visited the web site"), visits)}

        What the query reads is flushed before; the column lead_id is to be found through an index. Where it happens,
        ``crm.score.request._add`` has the lead scored again.

        :return: ``{code: (label, SQL of the columns lead_id and date)}``
        """
        return {
            "email_received": (self.env._("Wrote an e-mail"), self._select_received()),
            "message_opened": (
                self.env._("Opened a message"),
                self._select_dispatches("opened", "clicked", "replied"),
            ),
            "message_answered": (
                self.env._("Answered a message"),
                self._select_dispatches("replied"),
            ),
            "call_made": (self.env._("Had a call"), self._select_calls()),
            "meeting_held": (self.env._("Had a meeting"), self._select_meetings()),
        }

    @api.model
    def _flush_events(self):
        """Write what the queries of :meth:`_get_events` read, and what the rules look at."""
        self.env.flush_all()

    @api.model
    def _select_received(self):
        return SQL(
            """SELECT message.res_id AS lead_id, message.date
                 FROM mail_message message
                WHERE message.model = 'crm.lead' AND message.message_type = 'email'
                  AND NOT EXISTS (SELECT FROM res_users colleague
                                   WHERE colleague.partner_id = message.author_id AND NOT colleague.share)"""
        )

    @api.model
    def _select_dispatches(self, *states):
        return SQL(
            """SELECT dispatch.res_id AS lead_id, COALESCE(dispatch.date_sent, dispatch.date_handed) AS date
                 FROM crm_dispatch dispatch
                WHERE dispatch.res_model = 'crm.lead' AND dispatch.state = ANY(%s)""",
            list(states),
        )

    @api.model
    def _select_calls(self):
        return SQL(
            """SELECT message.res_id AS lead_id, message.date
                 FROM mail_message message
                 JOIN mail_activity_type activity_type ON activity_type.id = message.mail_activity_type_id
                WHERE message.model = 'crm.lead' AND activity_type.category = 'phonecall'
                  AND NOT EXISTS (SELECT FROM crm_call call
                                   WHERE call.message_id = message.id AND call.is_reached IS NOT TRUE)"""
        )

    @api.model
    def _select_meetings(self):
        return SQL(
            """SELECT event.opportunity_id AS lead_id, event.stop AS date
                 FROM calendar_event event
                WHERE event.opportunity_id IS NOT NULL AND event.active"""
        )
