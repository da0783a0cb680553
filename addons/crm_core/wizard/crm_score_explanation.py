# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..models.crm_lead_score import GRADE_SELECTION


class CrmScoreExplanation(models.TransientModel):
    """Why a lead has its score: what each rule gives, which adds up to the score."""

    _name = "crm.score.explanation"
    _description = "Why This Score"

    lead_id = fields.Many2one("crm.lead", readonly=True, ondelete="cascade")
    points = fields.Integer("Score", readonly=True)
    grade = fields.Selection(GRADE_SELECTION, readonly=True)
    is_frozen = fields.Boolean(readonly=True)
    line_ids = fields.One2many("crm.score.explanation.line", "explanation_id", readonly=True)

    @api.model
    def _open(self, lead, score):
        """Open the explanation of a lead's score, which was just made.

        :param lead: the lead; the reader may read it
        :param score: ``crm.score`` of the instant at which it was made, under rights that see all that rules look at
        """
        lines = score._explain(lead.id) if score._is_scored(lead) else []
        explanation = self.create(
            {
                "lead_id": lead.id,
                "points": lead.score_points,
                "grade": lead.score_grade,
                "is_frozen": not score._is_scored(lead),
                "line_ids": [fields.Command.create(line) for line in lines],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Score?"),
            "res_model": self._name,
            "res_id": explanation.id,
            "view_mode": "form",
            "target": "new",
        }
