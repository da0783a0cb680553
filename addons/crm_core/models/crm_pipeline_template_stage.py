# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Command

from .crm_stage import FORECAST_CATEGORIES


class CrmPipelineTemplateStage(models.Model):
    """A stage of a pipeline template."""

    _name = "crm.pipeline.template.stage"
    _description = "Pipeline Template Stage"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one("crm.pipeline.template", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    probability = fields.Float(help="0: left to Odoo's prediction.")
    forecast_category = fields.Selection(FORECAST_CATEGORIES, default="pipeline", required=True)
    is_won = fields.Boolean(string="Won Stage")
    rotting_threshold_days = fields.Integer(string="Days to Rot")
    requirements = fields.Text(string="Guidance", translate=True)
    required_field_ids = fields.Many2many(
        "ir.model.fields", string="Required Fields", ondelete="cascade", domain=[("model", "=", "crm.lead"), ("store", "=", True)]
    )

    def _prepare_stage_values(self):
        """Return the values of a stage made from this one.

        :rtype: dict
        """
        self.ensure_one()
        fixed = bool(self.probability) and not self.is_won
        # sudo: ir.model.fields - technical names are not for salespeople to read
        requirements = [Command.create({"kind": "field", "field_id": field.id}) for field in self.sudo().required_field_ids]
        return {
            "name": self.name,
            "sequence": self.sequence,
            "is_won": self.is_won,
            "probability_mode": "fixed" if fixed else "predicted",
            "probability": self.probability if fixed else 0.0,
            "forecast_category": self.forecast_category,
            "rotting_threshold_days": self.rotting_threshold_days,
            "requirements": self.requirements,
            "requirement_ids": requirements,
        }
