# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..tools.intake.sender import get_domain

PAUSE = timedelta(hours=1)


class CrmTicketTeam(models.Model):
    """Telling a team lead that somebody sends more e-mails than people do."""

    _inherit = "crm.ticket.team"

    def _warn_of_flood(self, envelope):
        """Say on the team that e-mails are kept away, once in an hour.

        :param Envelope envelope: the head of one of them
        """
        if not self or self._was_warned_of_flood():
            return
        body = self.env._(
            "More e-mails came from %(sender)s or others of %(domain)s than people write. They are kept in quarantine until somebody looks at them.",
            sender=envelope.sender,
            domain=get_domain(envelope.sender),
        )
        people = (self.user_id or self.member_ids).partner_id
        self.message_post(
            body=body,
            partner_ids=people.ids,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            subject=self.env._("Too many e-mails"),
        )

    def _was_warned_of_flood(self):
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("subject", "=", self.env._("Too many e-mails")),
            ("date", ">", fields.Datetime.now() - PAUSE),
        ]
        # sudo: mail.message - whether it was said
        return bool(self.env["mail.message"].sudo().search_count(domain, limit=1))
