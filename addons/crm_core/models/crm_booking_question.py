# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

LONGEST_ANSWER = 1000


class CrmBookingQuestion(models.Model):
    """What a visitor is asked when he books; the answers are kept on the booking, in his words."""

    _name = "crm.booking.question"
    _description = "Booking Question"
    _order = "sequence, id"

    type_id = fields.Many2one("crm.booking.type", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    kind = fields.Selection(
        [("text", "Text"), ("choice", "Choice"), ("phone", "Phone")],
        "Answer",
        required=True,
        default="text",
    )
    choices = fields.Text(translate=True, help="One a line.")
    is_required = fields.Boolean("Mandatory")

    @api.constrains("kind", "choices")
    def _check_choices(self):
        for question in self:
            if question.kind == "choice" and len(question._get_choices()) < 2:
                raise ValidationError(
                    self.env._("“%s” needs at least two choices, one a line.", question.name)
                )

    def _get_choices(self):
        """Return what can be chosen.

        :rtype: list[str]
        """
        return [line.strip() for line in (self.choices or "").splitlines() if line.strip()]

    def _read_answer(self, raw):
        """Return an answer as it is kept.

        :return: the answer, and what is wrong with it, in words
        :rtype: tuple[str, str]
        """
        answer = " ".join((raw or "").replace("\x00", "").split())[:LONGEST_ANSWER]
        if not answer:
            return "", self.env._("Please answer this.") if self.is_required else ""
        if self.kind == "choice" and answer not in self._get_choices():
            return "", self.env._("Please choose one of these.")
        if self.kind == "phone" and sum(char.isdigit() for char in answer) < 6:
            return answer, self.env._("This is no telephone number.")
        return answer, ""
