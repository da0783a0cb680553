# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmVisitQuestionChoice(models.Model):
    """One of the answers that a question offers."""

    _name = "crm.visit.question.choice"
    _description = "Choice of a Worksheet Question"
    _order = "question_id, sequence, id"

    question_id = fields.Many2one(
        "crm.visit.question", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
