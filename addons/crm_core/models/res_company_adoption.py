# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """How a company looks at the work of its people."""

    _inherit = "res.company"

    crm_adoption_by_team = fields.Boolean("Adoption by Team Only", default=False)
    crm_untouched_days = fields.Integer("Untouched After (Days)", default=14)

    _crm_untouched_days_check = models.Constraint(
        "CHECK(crm_untouched_days > 0)", "A deal is untouched after one day or more."
    )
