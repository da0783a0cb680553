# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmVisitCorrection(models.Model):
    """That somebody opened a locked visit again to correct it, and why: the report says so too."""

    _name = "crm.visit.correction"
    _description = "Correction of a Visit"
    _order = "visit_id, id"
    _rec_name = "reason"

    visit_id = fields.Many2one(
        "crm.visit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="visit_id.company_id")
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    date = fields.Datetime("On", readonly=True, required=True, default=fields.Datetime.now)
    reason = fields.Char(required=True, readonly=True)
