# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Contacts show what they agreed to."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.consent.mixin"]

    def _get_consent_letter_address(self):
        if not (self.street or self.city or self.zip):
            return False
        address = self._display_address(without_company=True)
        return self.env["crm.consent"]._normalise_address(address, "letter")
