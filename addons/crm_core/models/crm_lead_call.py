# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """Calls with a lead."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.call.mixin"]
