# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTicket(models.Model):
    """Customers are told when their ticket comes into a stage that has an e-mail of its own."""

    _inherit = "crm.ticket"

    def _note_changes(self, before):
        result = super()._note_changes(before)
        moved = self.filtered(lambda ticket: ticket.stage_id != before[ticket.id][0])
        moved._send_stage_mails()
        return result

    def _send_stage_mails(self):
        """Ask the ledger for the e-mails of the stages, once for each time that a ticket comes into one."""
        for stage, tickets in self.filtered("email_normalized").grouped("stage_id").items():
            # sudo: mail.template - what the stage sends leaves, whoever moved the ticket
            template = stage.sudo().template_id
            if template:
                moment = f"{tickets[0].date_last_stage_update:%Y%m%d%H%M%S}"
                tickets._request_service_mail(f"stage:{stage.id}:{moment}", template)
