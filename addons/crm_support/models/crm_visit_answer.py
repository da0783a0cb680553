# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, formatLang

from odoo.addons.crm_core.exceptions import expected

from .crm_visit_question import KINDS


class CrmVisitAnswer(models.Model):
    """A question as it was asked on a visit, and what was answered: whatever becomes of the question later."""

    _name = "crm.visit.answer"
    _description = "Worksheet Answer"
    _order = "visit_id, sequence, id"

    visit_id = fields.Many2one(
        "crm.visit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="visit_id.company_id")
    question_id = fields.Many2one(
        "crm.visit.question",
        "Question of the Type",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Question", required=True, readonly=True, translate=True)
    hint = fields.Char(readonly=True, translate=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    is_required = fields.Boolean("Required", readonly=True)
    value_text = fields.Text("Text")
    value_number = fields.Float("Number", digits=(16, 3), aggregator="avg")
    value_yes_no = fields.Selection([("yes", "Yes"), ("no", "No")], string="Yes or No")
    value_date = fields.Date("Date")
    choice_id = fields.Many2one(
        "crm.visit.question.choice",
        index="btree_not_null",
        ondelete="set null",
        domain="[('question_id', '=', question_id)]",
    )
    choice_text = fields.Char("Chosen", readonly=True, translate=True)
    photo_ids = fields.One2many("crm.visit.photo", "answer_id", string="Photos")
    is_answered = fields.Boolean(readonly=True)
    value = fields.Char("Answer", compute="_compute_value")

    @api.depends(
        "value_text", "value_number", "value_yes_no", "value_date", "choice_text", "photo_ids"
    )
    @api.depends_context("lang")
    def _compute_value(self):
        yes_no = dict(self._fields["value_yes_no"]._description_selection(self.env))
        for answer in self:
            answer.value = answer._say_value(yes_no)

    def _say_value(self, yes_no):
        """Return the answer in words, empty when there is none."""
        if not self.is_answered and self.kind != "photo":
            return False
        if self.kind == "number":
            text = formatLang(self.env, self.value_number, digits=3)
            separator = self.env["res.lang"]._get_data(code=self.env.lang or "en_US").decimal_point
            return text.rstrip("0").rstrip(separator or ".")
        if self.kind == "photo":
            return self.env._("Photos: %s", len(self.photo_ids)) if self.photo_ids else False
        if self.kind == "date":
            return format_date(self.env, self.value_date)
        if self.kind == "yes_no":
            return yes_no.get(self.value_yes_no)
        return self.choice_text if self.kind == "choice" else self.value_text

    def _has_answer(self):
        """Return whether something was answered; zero is an answer."""
        return bool(self.photo_ids) if self.kind == "photo" else self.is_answered

    def _prepare_screen(self):
        """Return this question for the screen on site.

        :rtype: dict
        """
        # sudo: crm.visit.question - the choices that are offered to whoever may answer
        choices = self.sudo().question_id.choice_ids
        values = {
            "text": self.value_text or "",
            "number": self.value_number if self.is_answered else "",
            "yes_no": self.value_yes_no or "",
            "date": str(self.value_date or ""),
            "choice": self.choice_id.id or "",
        }
        return {
            "id": self.id,
            "name": self.name,
            "hint": self.hint or "",
            "kind": self.kind,
            "is_required": self.is_required,
            "is_answered": self._has_answer(),
            "value": values.get(self.kind, ""),
            "text": self.value or "",
            "choices": [{"id": choice.id, "name": choice.name} for choice in choices],
            "photos": [photo._prepare_screen() for photo in self.photo_ids],
        }

    def _copy_words(self):
        """Take over how the questions are worded now, in all languages."""
        self.flush_recordset()
        self.env["crm.visit.question"].flush_model(["name", "hint"])
        self.env.cr.execute(
            SQL(
                "UPDATE crm_visit_answer a SET name = q.name, hint = q.hint FROM crm_visit_question q"
                " WHERE q.id = a.question_id AND a.id IN %s",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset(["name", "hint"], flush=False)

    def _copy_choice_words(self):
        """Take over how the choice is worded now, in all languages."""
        self.flush_recordset()
        self.env["crm.visit.question.choice"].flush_model(["name"])
        self.env.cr.execute(
            SQL(
                "UPDATE crm_visit_answer a SET choice_text = (SELECT c.name FROM crm_visit_question_choice c WHERE c.id = a.choice_id)"
                " WHERE a.id IN %s",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset(["choice_text", "value"], flush=False)

    # -- Answering ---------------------------------------------------------------------------------

    def _set_value(self, value):
        """Take over an answer as a screen sends it; nothing clears it.

        :param value: text, number, ``yes`` or ``no``, number of a choice, or date, by the kind of question
        :raises UserError: when it is none
        """
        self.ensure_one()
        is_empty = value is None or value is False or (isinstance(value, str) and not value.strip())
        try:
            values = {
                "is_answered": not is_empty,
                **self._prepare_value(None if is_empty else value),
            }
        except (TypeError, ValueError, OverflowError) as error:
            raise expected(
                UserError(self.env._("This is no answer to “%s”.", self.name))
            ) from error
        before = self.value
        # sudo: crm.visit.answer - whether something is answered is written here alone
        answer = self.sudo()
        answer.write(values)
        if self.kind == "choice":
            answer._copy_choice_words()
        self.visit_id._note_correction(self.name, before, self.value)

    def _prepare_value(self, value):
        if self.kind == "number":
            number = float(str(value).replace(",", ".")) if value is not None else 0.0
            if abs(number) > 1e12 or number != number:
                raise ValueError(value)
            return {"value_number": number}
        if self.kind == "yes_no":
            if value not in (None, "yes", "no"):
                raise ValueError(value)
            return {"value_yes_no": value}
        if self.kind == "date":
            return {"value_date": fields.Date.to_date(value)}
        if self.kind == "choice":
            # sudo: crm.visit.question - the choices that are offered to whoever may answer
            offered = self.sudo().question_id.choice_ids
            if value is not None and int(value) not in offered.ids:
                raise ValueError(value)
            return {"choice_id": value and int(value)}
        if self.kind != "text":
            raise ValueError(value)
        return {"value_text": value and str(value).replace("\x00", "")[:5000]}
