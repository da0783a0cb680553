# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The limits of the grades of leads."""

    _inherit = "res.config.settings"

    crm_grade_a = fields.Integer(related="company_id.crm_grade_a", readonly=False)
    crm_grade_b = fields.Integer(related="company_id.crm_grade_b", readonly=False)
    crm_grade_c = fields.Integer(related="company_id.crm_grade_c", readonly=False)
