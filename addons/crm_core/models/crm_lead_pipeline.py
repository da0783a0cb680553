# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .crm_stage import FORECAST_CATEGORIES


class CrmLead(models.Model):
    """A deal's place: its pipeline, its stage there, and what both say of its chances.

    A deal has one pipeline, and its stage is one of that pipeline's. Whoever sets the stage alone moves the deal to that
    stage's pipeline; whoever sets the pipeline alone moves it to the corresponding stage.
    """

    _inherit = "crm.lead"

    pipeline_id = fields.Many2one(
        "crm.pipeline", string="Pipeline", index="btree_not_null", ondelete="restrict", tracking=True, check_company=True,
        compute="_compute_pipeline_id", store=True, readonly=False, precompute=True,
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
    )
    pipeline_properties = fields.Properties("Pipeline Properties", definition="pipeline_id.lead_properties_definition", copy=True)
    allowed_stage_ids = fields.Many2many("crm.stage", compute="_compute_allowed_stage_ids", export_string_translation=False)
    stage_id = fields.Many2one(domain="[('id', 'in', allowed_stage_ids)]")
    forecast_category = fields.Selection(
        FORECAST_CATEGORIES, compute="_compute_forecast_category", store=True, readonly=False, index=True, tracking=True,
        help="Follows the stage; a salesperson who knows better may change it.",
    )

    _pipeline_board_idx = models.Index("(pipeline_id, stage_id, priority DESC, id DESC) WHERE active IS TRUE")

    @api.depends("team_id")
    def _compute_pipeline_id(self):
        pipelines = self.env["crm.pipeline"]
        forced = pipelines.browse(self.env.context.get("default_pipeline_id"))
        for (team, company), leads in self._group_by_team_and_company().items():
            default = forced or pipelines._get_default(team, company)
            for lead in leads:
                current = lead.pipeline_id
                if not current or (current.team_ids and team and team not in current.team_ids):
                    lead.pipeline_id = default

    def _group_by_team_and_company(self):
        """Group deals by what decides on their pipeline, so that it is looked up once a group.

        :rtype: dict[tuple, crm.lead]
        """
        groups = {}
        for lead in self:
            company = lead.team_id.company_id or self.env.company
            key = (lead.team_id, company)
            groups[key] = groups.get(key, self.browse()) | lead
        return groups

    @api.depends("pipeline_id", "team_id")
    def _compute_allowed_stage_ids(self):
        for (pipeline, team), leads in self._group_by_pipeline_and_team().items():
            leads.allowed_stage_ids = pipeline._get_stages(team)

    def _group_by_pipeline_and_team(self):
        groups = {}
        for lead in self:
            key = (lead.pipeline_id, lead.team_id)
            groups[key] = groups.get(key, self.browse()) | lead
        return groups

    @api.depends("pipeline_id")
    def _compute_stage_id(self):
        """Bring the stage into the pipeline when the pipeline changed, before Odoo looks at the team's stages."""
        for lead in self:
            pipeline, stage = lead.pipeline_id, lead.stage_id
            if pipeline and stage and not lead._is_stage_of(stage, pipeline):
                lead.stage_id = pipeline._get_matching_stage(stage, lead.team_id)
        for leads in self.filtered(lambda lead: not lead.stage_id)._group_by_pipeline_and_team().values():
            leads.stage_id = leads._stage_find(domain=[("fold", "=", False)])  # once a group, where Odoo searches for every deal
        super()._compute_stage_id()

    def _is_stage_of(self, stage, pipeline):
        """Return whether deals of a pipeline may be in a stage."""
        return stage.pipeline_id == pipeline if stage.pipeline_id else pipeline.use_shared_stages

    @api.depends("stage_id", "stage_id.forecast_category", "won_status")
    def _compute_forecast_category(self):
        for lead in self:
            if lead.won_status == "lost":
                lead.forecast_category = "omitted"
            else:
                lead.forecast_category = lead.stage_id.forecast_category or "pipeline"

    @api.model_create_multi
    def create(self, vals_list):
        """Let a stage that is given alone decide on the pipeline."""
        self._complete_pipeline_values(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Let a stage that is given alone decide on the pipeline, and fixed probabilities come with their stage."""
        if vals.get("stage_id"):
            vals = dict(vals)
            self._complete_pipeline_values([vals])
            stage = self.env["crm.stage"].browse(vals["stage_id"])
            if stage._has_fixed_probability() and "probability" not in vals and any(lead.stage_id != stage for lead in self):
                vals.update(probability=stage.probability, automated_probability=stage.probability)
        return super().write(vals)

    @api.model
    def _complete_pipeline_values(self, vals_list):
        """Add the pipeline of the given stage to values that name no pipeline, in place.

        :param list[dict] vals_list: values for ``create`` or ``write``
        """
        stages = self.env["crm.stage"].browse({vals["stage_id"] for vals in vals_list if vals.get("stage_id")})
        pipeline_of = {stage.id: stage.pipeline_id.id for stage in stages}
        for vals in vals_list:
            if "pipeline_id" not in vals and (pipeline := pipeline_of.get(vals.get("stage_id"))):
                vals["pipeline_id"] = pipeline

    # -- ORM hooks ---

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show one pipeline's columns: that of the board, or those that the search names."""
        pipelines = self._get_board_pipelines(domain)
        if not pipelines:
            return super()._read_group_stage_ids(stages, domain)
        columns = pipelines._get_stage_domain() & (Domain("team_ids", "=", False) | Domain("team_ids", "in", self._get_board_teams().ids))
        # sudo: crm.stage - as in Odoo's own, columns show whatever the rules on stages
        return stages.browse(stages.sudo()._search(Domain("id", "in", stages.ids) | columns, order=stages._order))

    @api.model
    def _get_board_pipelines(self, domain):
        """Return the pipelines that a board shows.

        :param domain: the search the board is opened with
        :rtype: crm.pipeline
        """
        named = {
            value
            for condition in Domain(domain).iter_conditions()
            if condition.field_expr == "pipeline_id" and condition.operator in ("=", "in")
            for value in (condition.value if not isinstance(condition.value, (int, str, bool)) else [condition.value])
            if isinstance(value, int) and value is not True and value
        }
        chosen = named or {self.env.context.get("default_pipeline_id")} - {None, False}
        return self.env["crm.pipeline"].browse(chosen).exists()

    @api.model
    def _get_board_teams(self):
        """Return the teams whose own stages a board shows."""
        context = self.env.context
        teams = self.env["crm.team"].browse(context.get("default_team_id"))
        return teams | self.env.user.crm_team_ids if context.get("show_user_team_stages") else teams

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Find a stage in the deals' own pipelines; without a deal, in the pipeline a new deal of the team would start in."""
        pipelines = self.pipeline_id
        if not pipelines:
            team = self.env["crm.team"].browse(team_id) or self.team_id[:1]
            forced = self.env["crm.pipeline"].browse(self.env.context.get("default_pipeline_id"))
            pipelines = forced or self.env["crm.pipeline"]._get_default(team, team.company_id or self.env.company)
        return super()._stage_find(team_id, list(pipelines._get_stage_domain() & Domain(domain or [])), order, limit)

    # -- Business ---

    def action_set_won(self):
        """Win each deal in its own pipeline."""
        for leads in self.grouped("pipeline_id").values():
            super(CrmLead, leads).action_set_won()
        return True

    def _pls_get_naive_bayes_probabilities(self, batch_mode=False, is_tooltip=False):
        """Take the stage's own probability where it is fixed."""
        result = super()._pls_get_naive_bayes_probabilities(batch_mode, is_tooltip)
        probabilities, tooltip = result or ({}, {})
        fixed = self.env["crm.stage"]._get_fixed_probabilities()
        if fixed:
            concerned = self.search(Domain("id", "in", self.ids) & Domain("stage_id", "in", list(fixed))) if batch_mode else self
            for lead in concerned:
                if lead.stage_id._origin.id in fixed:
                    probabilities[lead.id] = fixed[lead.stage_id._origin.id]
        return probabilities, tooltip

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "pipeline_id"]
