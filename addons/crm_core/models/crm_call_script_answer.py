# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: what an answer can write, and how its text is read
READERS = {
    "char": str,
    "text": str,
    "selection": str,
    "integer": int,
    "float": float,
    "boolean": lambda text: {"1": True, "0": False}[text],
}


class CrmCallScriptAnswer(models.Model):
    """An answer to the question of a step: where it leads, and what it means for the record and the call."""

    _name = "crm.call.script.answer"
    _description = "Answer in a Call Script"
    _order = "sequence, id"

    step_id = fields.Many2one("crm.call.script.step", required=True, ondelete="cascade", index=True)
    script_id = fields.Many2one(related="step_id.script_id")
    company_id = fields.Many2one(related="step_id.script_id.company_id")
    res_model = fields.Selection(related="step_id.script_id.res_model")
    sequence = fields.Integer(default=10)
    name = fields.Char("Answer", required=True, translate=True)
    next_step_id = fields.Many2one(
        "crm.call.script.step",
        "Go To",
        ondelete="set null",
        domain="[('script_id', '=', script_id)]",
        help="Empty: the step that follows.",
    )
    is_end = fields.Boolean("Ends the Script")
    outcome_id = fields.Many2one("crm.call.outcome", "Chooses the Outcome", ondelete="set null")
    field_id = fields.Many2one(
        "ir.model.fields",
        "Fills In",
        ondelete="cascade",
        domain="[('model', '=', res_model), ('store', '=', True), ('readonly', '=', False),"
        " ('ttype', 'in', ['char', 'text', 'selection', 'integer', 'float', 'boolean'])]",
        help="A field of the record; only when whoever calls may change it.",
    )
    value = fields.Char("With", help="For yes and no: 1 or 0. For a choice: its technical name.")
    activity_type_id = fields.Many2one("mail.activity.type", "Plans", ondelete="set null")

    @api.constrains("next_step_id", "step_id")
    def _check_next_step(self):
        for answer in self:
            if answer.next_step_id and answer.next_step_id.script_id != answer.script_id:
                raise ValidationError(
                    self.env._("“%s” leads to a step of another script.", answer.name)
                )

    @api.constrains("field_id", "value", "step_id")
    def _check_value(self):
        for answer in self.filtered("field_id"):
            # sudo: ir.model.fields - the name of a field
            field = answer.field_id.sudo()
            target = self.env[answer.res_model]._fields.get(field.name)
            if field.model != answer.res_model or target is None or target.type not in READERS:
                raise ValidationError(
                    self.env._("“%s” fills in a field that these records do not have.", answer.name)
                )
            try:
                found = answer._get_value()
            except (KeyError, TypeError, ValueError) as error:
                raise ValidationError(self._get_refusal(answer, field)) from error
            if target.type == "selection" and found not in target.get_values(self.env):
                raise ValidationError(self._get_refusal(answer, field))

    @api.model
    def _get_refusal(self, answer, field):
        return self.env._(
            "“%(value)s” is no value of %(field)s.",
            value=answer.value or "",
            field=field.field_description,
        )

    def _get_value(self):
        """Return what the answer writes.

        :raises ValueError, KeyError: when its text is none of the field's values
        """
        # sudo: ir.model.fields - the type of a field
        return READERS[self.field_id.sudo().ttype](self.value or "")

    def _apply(self, record):
        """Write what the answer means on a record, as far as the caller may.

        :return: what it did, in words
        """
        done = []
        # sudo: ir.model.fields - the name of a field
        field = self.field_id.sudo()
        if field:
            done.append(self._fill_in(record, field))
        if self.activity_type_id and "activity_ids" in record._fields:
            record.activity_schedule(
                activity_type_id=self.activity_type_id.id,
                summary=self.name,
                user_id=self.env.uid,
            )
            done.append(self.env._("Planned: %s", self.activity_type_id.name))
        return ", ".join(done)

    def _fill_in(self, record, field):
        target = record._fields[field.name]
        is_allowed = record.has_access("write") and record._has_field_access(target, "write")
        if not is_allowed:
            return self.env._("%s left as it was: you may not change it", field.field_description)
        record[field.name] = self._get_value()
        return self.env._(
            "%(field)s: %(value)s", field=field.field_description, value=self.value or ""
        )
