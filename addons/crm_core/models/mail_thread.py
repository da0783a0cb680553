# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.tools import html2plaintext
from odoo.tools.mail import mail_header_msgid_re

from ..tools.messaging.incoming_mail import is_automatic, is_returned

_logger = logging.getLogger(__name__)

#: messages that no person wrote: nobody answered by them, and nobody waits for an answer to them
AUTOMATIC_TYPES = ("auto_comment", "out_of_office")


class MailThread(models.AbstractModel):
    """An e-mail comes in once; answers and bounces reach the ledger, and what a machine answers is no answer."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        number = message_dict.get("message_id")
        if number and not self.env["crm.mail.receipt"]._claim(number):
            _logger.info("Ignored mail %s: it came in already", number)
            return False
        automatic = self._is_automatic_reply(message, routes)
        if automatic:
            message_dict["message_type"] = "out_of_office"
        result = super()._message_route_process(message, message_dict, routes)
        references = message_dict.get("references") or message_dict.get("in_reply_to") or ""
        answered = mail_header_msgid_re.findall(references)
        if routes and answered and not automatic:
            self.env["crm.dispatch"]._note_delivery("email", answered, "replied")
        return result

    @api.model
    def _is_automatic_reply(self, message, routes):
        """Return whether a machine answered on records that are there; what brings a new one is what a form or a person sent.

        The one place where it is decided that an e-mail is no answer of a customer: its message is of Odoo's type
        ``out_of_office``, which neither scores, stops cadences nor waits for an answer.

        :param email.message.EmailMessage message: the e-mail
        :param routes: tuples of a model, the id of a record or False, …
        """
        return bool(routes) and all(route[1] for route in routes) and is_automatic(message)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Count what came back; that a message is late or was read is no bounce."""
        if not is_returned(email_message):
            return None
        result = super()._routing_handle_bounce(email_message, message_dict)
        bounced = message_dict.get("bounced_msg_ids")
        if bounced:
            text = html2plaintext(message_dict.get("body") or "")[:1000]
            self.env["crm.dispatch"]._note_delivery(
                "email", bounced, "failed", reason="bounced", detail=text
            )
        return result
