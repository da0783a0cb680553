# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """What a company asks of its salespeople when a deal is closed."""

    _inherit = "res.company"

    crm_require_lost_reason = fields.Boolean(string="Lost reason required", default=False)
    crm_require_won_reason = fields.Boolean(string="Won reason required", default=False)
