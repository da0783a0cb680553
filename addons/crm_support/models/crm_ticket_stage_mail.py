# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTicket(models.Model):
    """Customers are told when their ticket comes into a stage that has an e-mail of its own."""

    _inherit = "crm.ticket"

    def _note_changes(self, before):
        result = super()._note_changes(before)
        for ticket in self:
            if ticket.stage_id != before[ticket.id][0]:
                ticket._send_stage_mail()
        return result

    def _send_stage_mail(self):
        """Ask the ledger for the e-mail of the stage, once for each time that the ticket comes into it."""
        self.ensure_one()
        # sudo: mail.template - what the stage sends leaves, whoever moved the ticket
        template = self.stage_id.sudo().template_id
        if template and self.email_normalized:
            moment = f"{self.date_last_stage_update:%Y%m%d%H%M%S}"
            self._request_service_mail(f"stage:{self.stage_id.id}:{moment}", template)
