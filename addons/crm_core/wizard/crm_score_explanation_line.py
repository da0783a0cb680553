# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmScoreExplanationLine(models.TransientModel):
    """What one rule gives to a lead."""

    _name = "crm.score.explanation.line"
    _description = "Points by a Rule"
    _order = "points desc, id"

    explanation_id = fields.Many2one(
        "crm.score.explanation", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("Rule", readonly=True)
    points = fields.Integer(readonly=True)
    times = fields.Integer(readonly=True)
    newest = fields.Datetime("Last Time", readonly=True)
    full_points = fields.Integer("Without Fading", readonly=True)
