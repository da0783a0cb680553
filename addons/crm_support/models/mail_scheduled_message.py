# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailScheduledMessage(models.Model):
    """A scheduled reply reaches whoever is in copy, and moves its ticket to the chosen stage when it is sent."""

    _inherit = "mail.scheduled.message"

    @api.model
    def _notification_parameters_whitelist(self):
        return super()._notification_parameters_whitelist() | {"outgoing_email_to"}

    def _message_created_hook(self, message):
        result = super()._message_created_hook(message)
        key = self.env["crm.ticket"]._get_answer_context_key()
        stage_id = (self.send_context or {}).get(key)
        if self.model != "crm.ticket" or not isinstance(stage_id, int):
            return result
        ticket = self.env["crm.ticket"].with_user(self.create_uid).browse(self.res_id)
        stage = self.env["crm.ticket.stage"].browse(stage_id).exists()
        if stage and ticket.has_access("write") and stage in ticket.team_id._get_stages():
            ticket.stage_id = stage
        return result
