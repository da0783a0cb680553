# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: what mail programs take; the first one is always among them
MOST_REFERENCES = 20
SAID = ("comment", "email", "email_outgoing", "auto_comment")


class CrmTicket(models.Model):
    """The conversation on a ticket, as the head of an e-mail names it."""

    _inherit = "crm.ticket"

    def _get_mail_references(self, message):
        """Return the numbers of what was said on a ticket up to a message: the first and the latest, then the message's own.

        Notes have no part in it: who gets the e-mail never saw them.

        :param message: the ``mail.message`` that leaves
        :rtype: str
        """
        self.ensure_one()
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("id", "<", message.id),
            ("message_type", "in", SAID),
            ("message_id", "!=", False),
            ("subtype_id.internal", "=", False),
            ("is_internal", "=", False),
        ]
        # sudo: mail.message - numbers alone
        messages = self.env["mail.message"].sudo()
        said = messages.search_fetch(domain, ["message_id"], order="id")
        numbers = ["".join(number.split()) for number in said.mapped("message_id")]
        if len(numbers) > MOST_REFERENCES:
            numbers = [numbers[0], *numbers[1 - MOST_REFERENCES :]]
        own = messages.browse(message.id).message_id or ""
        return " ".join([*numbers, own.strip()])
