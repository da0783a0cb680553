# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .crm_stage import FORECAST_CATEGORIES


class CrmPipelineTemplateStage(models.Model):
    """A stage of a pipeline template."""

    _name = "crm.pipeline.template.stage"
    _description = "Pipeline Template Stage"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "crm.pipeline.template", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    probability = fields.Float(help="0: left to Odoo's prediction.")
    forecast_category = fields.Selection(FORECAST_CATEGORIES, default="pipeline", required=True)
    is_won = fields.Boolean(string="Won Stage")
    rotting_threshold_days = fields.Integer(string="Days to Rot")
    requirements = fields.Text(string="Guidance", translate=True)
    required_fields = fields.Char(
        help="Technical names of fields of a deal that the stage requires, separated by commas: date_deadline, amount."
    )
    required_labels = fields.Char(string="Required", compute="_compute_required_labels")

    @api.depends("required_fields")
    def _compute_required_labels(self):
        labels = dict(self.env["crm.stage.requirement"]._selection_field_name())
        for stage in self:
            stage.required_labels = ", ".join(
                labels[name] for name in stage._get_required_names() if name in labels
            )

    @api.constrains("required_fields")
    def _check_required_fields(self):
        known = dict(self.env["crm.stage.requirement"]._selection_field_name())
        for stage in self:
            if unknown := [name for name in stage._get_required_names() if name not in known]:
                raise ValidationError(
                    self.env._(
                        "Stage “%(stage)s” requires fields that a deal does not have: %(names)s",
                        stage=stage.name,
                        names=", ".join(unknown),
                    )
                )

    def _get_required_names(self):
        """Return the technical names of the fields that the stage requires.

        :rtype: list[str]
        """
        return [name.strip() for name in (self.required_fields or "").split(",") if name.strip()]

    def _prepare_stage_values(self):
        """Return the values of a stage made from this one.

        :rtype: dict
        """
        self.ensure_one()
        fixed = bool(self.probability) and not self.is_won
        requirements = [
            Command.create({"kind": "field", "field_name": name})
            for name in self._get_required_names()
        ]
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
