# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmCallScriptStep(models.Model):
    """What to say, and what to ask.

    Placeholders are those of Odoo's templates, under the same rule: who may not edit templates may only use plain fields of
    the record. What a customer wrote is put in, never evaluated.
    """

    _name = "crm.call.script.step"
    _description = "Step of a Call Script"
    _inherit = ["mail.render.mixin"]
    _order = "sequence, id"
    _unrestricted_rendering = True  # so that its author's right is checked when it is written

    script_id = fields.Many2one("crm.call.script", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="script_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char("Title", required=True, translate=True)
    text = fields.Text("What to Say", translate=True)
    question = fields.Char(translate=True)
    answer_ids = fields.One2many("crm.call.script.answer", "step_id", "Answers")

    @api.depends("script_id.res_model")
    def _compute_render_model(self):
        for step in self:
            step.render_model = step.script_id.res_model or "crm.lead"

    def _prepare_screen(self, record, following):
        """Return the step as the dialog shows it to who calls a record.

        :param following: the step where answers lead that name none
        """
        self.ensure_one()
        text = self._render_field("text", record.ids)[record.id] if self.text else ""
        return {
            "id": self.id,
            "name": self.name,
            "text": text,
            "question": self.question or "",
            "next_id": following.id,
            "answers": [
                {
                    "id": answer.id,
                    "name": answer.name,
                    "next_id": False if answer.is_end else (answer.next_step_id or following).id,
                    "outcome": answer.outcome_id.id
                    and [answer.outcome_id.id, answer.outcome_id.name],
                }
                for answer in self.answer_ids
            ],
        }
