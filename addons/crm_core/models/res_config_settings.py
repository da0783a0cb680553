# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the sales process."""

    _inherit = "res.config.settings"

    crm_require_lost_reason = fields.Boolean(
        related="company_id.crm_require_lost_reason", readonly=False
    )
    crm_require_won_reason = fields.Boolean(
        related="company_id.crm_require_won_reason", readonly=False
    )
