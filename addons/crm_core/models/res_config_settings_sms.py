# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The choice of who sends a company's SMS."""

    _inherit = "res.config.settings"

    crm_sms_gateway_id = fields.Many2one(
        related="company_id.crm_sms_gateway_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
