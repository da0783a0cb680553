# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("text", "Text"),
    ("number", "Number"),
    ("yes_no", "Yes or No"),
    ("choice", "Choice"),
    ("date", "Date"),
    ("photo", "Photo"),
]


class CrmVisitQuestion(models.Model):
    """What is asked on site. Visits that have begun keep the words in which it was asked."""

    _name = "crm.visit.question"
    _description = "Worksheet Question"
    _order = "type_id, sequence, id"

    type_id = fields.Many2one("crm.visit.type", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    hint = fields.Char(translate=True)
    kind = fields.Selection(KINDS, required=True, default="text")
    is_required = fields.Boolean("Required")
    choice_ids = fields.One2many(
        "crm.visit.question.choice", "question_id", string="Choices", copy=True
    )

    @api.constrains("kind", "choice_ids")
    def _check_choices(self):
        for question in self:
            if question.kind == "choice" and not question.choice_ids:
                raise ValidationError(
                    self.env._("“%s” is a choice: say between what.", question.name)
                )
