# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Command


class CrmPipelineTemplate(models.Model):
    """A ready-made process of a trade. Records, so that consultants add their own; pipelines made from one are free of it."""

    _name = "crm.pipeline.template"
    _description = "Pipeline Template"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    stage_ids = fields.One2many("crm.pipeline.template.stage", "template_id", copy=True)
    stage_summary = fields.Char(compute="_compute_stage_summary", string="Stages")

    def _compute_stage_summary(self):
        for template in self:
            template.stage_summary = " → ".join(template.stage_ids.mapped("name"))

    def _create_pipeline(self, **values):
        """Create a pipeline with this template's stages.

        :param values: what the pipeline gets besides (name, company, teams …)
        :rtype: crm.pipeline
        """
        self.ensure_one()
        return self.env["crm.pipeline"].create(self._prepare_pipeline_values(**values))

    def _prepare_pipeline_values(self, **values):
        """Return the values of a pipeline made from this template.

        :rtype: dict
        """
        stages = [Command.create(stage._prepare_stage_values()) for stage in self.stage_ids]
        return {"name": self.name, "description": self.description, "stage_ids": stages, **values}

    def _translate_pipeline(self, pipeline):
        """Carry the template's translations over to a pipeline made from it."""
        self.ensure_one()
        for code, _name in self.env["res.lang"].get_installed():
            there, here = self.with_context(lang=code), pipeline.with_context(lang=code)
            if pipeline.with_context(lang="en_US").name == self.with_context(lang="en_US").name:
                here.name = there.name
            here.description = there.description
            for stage, origin in zip(
                here.stage_ids.sorted("sequence"), there.stage_ids, strict=True
            ):
                stage.name = origin.name
