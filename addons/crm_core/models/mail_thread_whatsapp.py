# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailThread(models.AbstractModel):
    """What is said on WhatsApp goes to customers on WhatsApp, not by e-mail as well."""

    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Tell colleagues only."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        kind = (msg_vals or {}).get("message_type") or message.message_type
        if kind != "whatsapp":
            return recipients
        return [
            recipient for recipient in recipients if recipient["uid"] and not recipient["share"]
        ]
