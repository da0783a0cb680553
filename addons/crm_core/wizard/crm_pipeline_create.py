# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command


class CrmPipelineCreate(models.TransientModel):
    """Create a pipeline from a template of the trade."""

    _name = "crm.pipeline.create"
    _description = "Create a Pipeline"

    template_id = fields.Many2one(
        "crm.pipeline.template",
        required=True,
        default=lambda self: self.env["crm.pipeline.template"].search([], limit=1),
    )
    template_description = fields.Text(related="template_id.description")
    stage_ids = fields.One2many(related="template_id.stage_ids")
    name = fields.Char(
        required=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    team_ids = fields.Many2many("crm.team", string="Sales Teams", help="Empty: every team.")
    is_default = fields.Boolean(string="Their new deals start here")

    @api.depends("template_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.template_id.name

    def action_create(self):
        """Create the pipeline and open its board.

        :return: the window action
        :rtype: dict
        """
        self.ensure_one()
        pipeline = self.template_id._create_pipeline(
            name=self.name, company_id=self.company_id.id, team_ids=[Command.set(self.team_ids.ids)]
        )
        self.template_id._translate_pipeline(pipeline)
        if self.is_default:
            self._make_default(pipeline)
        return pipeline.action_open_board()

    def _make_default(self, pipeline):
        """Let new deals of the chosen teams start in a pipeline; without a choice, those of the whole company."""
        if self.team_ids:
            self.team_ids.default_pipeline_id = pipeline
            return
        first = self.env["crm.pipeline"].search([], order="sequence, id", limit=1)
        pipeline.sequence = first.sequence - 1
        of_company = [("company_id", "=", self.company_id.id)] if self.company_id else []
        self.env["crm.team"].search(
            [("default_pipeline_id", "!=", False), *of_company]
        ).default_pipeline_id = False
