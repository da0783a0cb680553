# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Whose figures are told, and when a deal has been left alone for too long."""

    _inherit = "res.config.settings"

    crm_adoption_by_team = fields.Boolean(related="company_id.crm_adoption_by_team", readonly=False)
    crm_untouched_days = fields.Integer(related="company_id.crm_untouched_days", readonly=False)
