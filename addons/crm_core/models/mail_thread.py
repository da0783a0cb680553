# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import html2plaintext
from odoo.tools.mail import mail_header_msgid_re


class MailThread(models.AbstractModel):
    """Answers and bounces of e-mails reach the ledger."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        result = super()._message_route_process(message, message_dict, routes)
        references = message_dict.get("references") or message_dict.get("in_reply_to") or ""
        answered = mail_header_msgid_re.findall(references)
        if routes and answered:
            self.env["crm.dispatch"]._note_delivery("email", answered, "replied")
        return result

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        bounced = message_dict.get("bounced_msg_ids")
        if bounced:
            text = html2plaintext(message_dict.get("body") or "")[:1000]
            self.env["crm.dispatch"]._note_delivery(
                "email", bounced, "failed", reason="bounced", detail=text
            )
        return result
