# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.import_engine import format_phone

#: Odoo's list of each channel that Odoo itself sends on: its model, and the field of the address
BLACKLISTS = {"email": ("mail.blacklist", "email"), "sms": ("phone.blacklist", "number")}
#: sources that are the word of the address's owner himself
BY_OWNER = ("form", "keyword", "link")


class CrmConsent(models.Model):
    """Odoo's blacklists in step with the ledger.

    Odoo's own mailings know neither purposes nor companies: they ask their blacklist, which holds everywhere. So an address
    goes there when its owner refuses everything, of all purposes and all companies: anything less would silence messages that
    he has not refused. When he agrees to anything again, the address leaves the list, as with Odoo's own re-subscription:
    otherwise what he asked for would never arrive. The word of somebody else (an agent, a file, a program) takes no address off
    the list. WhatsApp, letters and calls have no list in Odoo, and refusing them says nothing about SMS.
    """

    _inherit = "crm.consent"

    def _sync_blacklists(self):
        """Bring Odoo's blacklists in line with decisions that were just recorded."""
        # sudo: res.company - how many there are
        is_only_company = self.env["res.company"].sudo().search_count([], limit=2) == 1
        for consent in self.filtered(lambda consent: consent.channel in BLACKLISTS):
            if consent.decision == "withdrawn" and not consent.purpose:
                if not consent.company_id or is_only_company:
                    consent._add_to_blacklist()
            elif consent.decision == "granted" and consent.source in BY_OWNER:
                if consent.purpose != "service":
                    consent._remove_from_blacklist()

    def _add_to_blacklist(self):
        if self.channel == "sms" and not format_phone(self.address)[0]:
            return  # a number that Odoo's list would refuse
        entries, address = self._get_blacklist()
        entries.with_context(crm_consent_is_known=True)._add(
            address, message=self.env._("Asked for no more messages; see Consents.")
        )

    def _remove_from_blacklist(self):
        entries, address = self._get_blacklist()
        field = BLACKLISTS[self.channel][1]
        if entries.search_count([(field, "=", self.address)], limit=1):
            entries._remove(address, message=self.env._("Agreed to messages again; see Consents."))

    def _get_blacklist(self):
        """Return Odoo's list of this decision's channel, and the address as its methods take it."""
        self.ensure_one()
        # sudo: mail.blacklist, phone.blacklist - the owner's decision holds, whoever records it
        entries = self.env[BLACKLISTS[self.channel][0]].sudo()
        return entries, self.address if self.channel == "email" else [self.address]
