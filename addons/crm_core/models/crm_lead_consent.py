# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """Leads show what the addresses on them, and those of their contact, agreed to."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.consent.mixin"]

    def _get_consent_address(self, channel):
        own = super()._get_consent_address(channel)
        return own or (self.partner_id and self.partner_id._get_consent_address(channel))

    def _get_consent_addresses(self):
        own = super()._get_consent_addresses()
        return own | self.partner_id._get_consent_addresses() if self.partner_id else own

    def action_view_consents(self):
        """Open what the addresses of this lead decided."""
        return self._get_consents_action()
