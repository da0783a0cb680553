# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.utils import getaddresses

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.mail import email_normalize, email_split_tuples, formataddr

#: to more people nobody writes by a single answer
MOST_COPIES = 20


class CrmTicket(models.Model):
    """Whom the customer put in copy reads the answers too, without becoming a contact."""

    _inherit = "crm.ticket"

    def _get_copies(self):
        """Return the addresses that an answer goes to besides the customer's.

        :return: as they are written in the head of an e-mail, separated by commas; empty for nobody
        :rtype: str
        """
        self.ensure_one()
        return self._clean_copies(self.email_cc)

    def _clean_copies(self, text):
        """Return addresses as they are written to: each once, and none that gets the answer anyway or is our own.

        :param str text: addresses, separated by commas
        :rtype: str
        """
        self.ensure_one()
        # sudo: res.partner - the addresses of whoever gets the answer already
        ticket = self.sudo()
        others = (ticket.partner_id | ticket.message_partner_ids).mapped("email_normalized")
        reached = {self.email_normalized, *others}
        people = {}
        for name, address in email_split_tuples(_to_commas(text)):
            address = email_normalize(address)
            if address and address not in reached and not self._is_own_address(address):
                people.setdefault(address, formataddr((name, address)))
        return ", ".join(list(people.values())[:MOST_COPIES])

    @api.model
    def _check_copies(self, text):
        """Refuse addresses that nobody could be written to at.

        :param str text: addresses, separated by commas
        :raises UserError: naming the first that is none
        """
        for _name, address in getaddresses([_to_commas(text)]) if text else ():
            if not email_normalize(address):
                wrong = address if "@" in address else text.strip()
                raise UserError(self.env._("“%s” is no e-mail address.", wrong))

    def _get_customer_recipients(self, values):
        result = super()._get_customer_recipients(values)
        if not result:
            return result
        written = f"{values.get('incoming_email_to') or ''},{values.get('incoming_email_cc') or ''}"
        known = self._mail_cc_sanitized_raw_dict(written)
        copies = self._mail_cc_sanitized_raw_dict(self._get_copies())
        left = [text for address, text in copies.items() if address not in known]
        to = [*filter(None, [result.get("outgoing_email_to")]), *left]
        return result | ({"outgoing_email_to": ", ".join(to)} if to else {})


def _to_commas(text):
    """Return addresses separated by commas where somebody typed semicolons."""
    return (text or "").replace(";", ",")
