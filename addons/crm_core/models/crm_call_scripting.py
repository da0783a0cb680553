# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.record_id import is_record_id

MOST_ANSWERS = 200


class CrmCall(models.Model):
    """A call that follows a script: the answers are kept, and do what the script says."""

    _inherit = "crm.call"

    script_id = fields.Many2one("crm.call.script", ondelete="set null", index="btree_not_null")
    chosen_answers = fields.Char(store=False, export_string_translation=False)
    answer_ids = fields.One2many("crm.call.answer", "call_id", "Answers", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        chosen = [self._read_chosen(vals.get("chosen_answers")) for vals in vals_list]
        names = {"chosen_answers"}
        calls = super().create(
            [{key: vals[key] for key in vals.keys() - names} for vals in vals_list]
        )
        for call, ids in zip(calls, chosen, strict=True):
            call._keep_answers(ids)
        return calls

    def write(self, vals):
        ids = self._read_chosen(vals.get("chosen_answers"))
        result = super().write({key: vals[key] for key in vals.keys() - {"chosen_answers"}})
        for call in self if ids else ():
            kept = call.answer_ids.answer_id.ids
            call._keep_answers([id_ for id_ in ids if id_ not in kept])
        return result

    @api.model
    def _read_chosen(self, text):
        """Return the numbers of answers as the dialog sends them: ``"7,12"``."""
        parts = [part for part in str(text or "").split(",") if part]
        are_digits = all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts)
        ids = [int(part) for part in parts] if are_digits else [0]
        if len(ids) > MOST_ANSWERS or not all(map(is_record_id, ids)):
            raise ValidationError(self.env._("These are no answers of a script."))
        return ids

    def _keep_answers(self, ids):
        """Keep the answers of a call, and do what they mean."""
        answers = self.env["crm.call.script.answer"].browse(ids).exists()
        if answers.script_id - self.script_id:
            raise ValidationError(self.env._("These are no answers of this script."))
        record = self._get_record()
        values = [
            {
                "call_id": self.id,
                "answer_id": answer.id,
                "question": answer.step_id.question or answer.step_id.name,
                "answer": answer.name,
                "effect": answer._apply(record) if record._name == answer.res_model else False,
            }
            for answer in answers
        ]
        # sudo: crm.call.answer - kept by the system, as the call was written down
        self.env["crm.call.answer"].sudo().create(values)
