# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Contacts show what they agreed to."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.consent.mixin"]

    def action_view_consents(self):
        """Open what the addresses of this contact decided."""
        return self._get_consents_action()
