# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmRoutingExplanationLine(models.TransientModel):
    """One person of the team in the answer who would get a piece of work."""

    _name = "crm.routing.explanation.line"
    _description = "Person in the Answer Who Would Get It"

    explanation_id = fields.Many2one(
        "crm.routing.explanation", required=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    is_chosen = fields.Boolean(readonly=True)
    answer = fields.Char(readonly=True)
    load = fields.Float("Points", readonly=True)
    capacity = fields.Float(readonly=True)
