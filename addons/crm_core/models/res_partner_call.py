# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Calls with a contact."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.call.mixin"]
