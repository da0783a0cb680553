# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_stage import FORECAST_CATEGORIES


class CrmLead(models.Model):
    """A deal's place: its pipeline, its stage there, and what both say of its chances.

    A deal has one pipeline, of its own company or of every company, and its stage is one of that pipeline's. Whoever sets the
    stage alone moves the deal to that stage's pipeline; whoever sets the pipeline alone moves it to the corresponding stage;
    where both are given and do not fit, the pipeline decides.
    """

    _inherit = "crm.lead"

    pipeline_id = fields.Many2one(
        "crm.pipeline",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        check_company=True,
        compute="_compute_pipeline_id",
        store=True,
        readonly=False,
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
    )
    pipeline_properties = fields.Properties(
        definition="pipeline_id.lead_properties_definition",
        copy=True,
        precompute=False,
    )
    allowed_stage_ids = fields.Many2many(
        "crm.stage", compute="_compute_allowed_stage_ids", export_string_translation=False
    )
    stage_id = fields.Many2one(domain="[('id', 'in', allowed_stage_ids)]")
    forecast_category = fields.Selection(
        FORECAST_CATEGORIES,
        compute="_compute_forecast_category",
        store=True,
        readonly=False,
        index=True,
        copy=False,
        help="Follows the stage; a salesperson who knows better may change it.",
    )

    # a board's columns, totals and bars are read from it alone, without the deals themselves
    _pipeline_board_idx = models.Index(
        "(pipeline_id, stage_id, priority DESC, id DESC)"
        " INCLUDE (type, company_id, user_id, expected_revenue, recurring_revenue_monthly)"
        " WHERE active IS TRUE"
    )

    @api.depends("team_id", "company_id")
    def _compute_pipeline_id(self):
        pipelines = self.env["crm.pipeline"]
        forced = pipelines.browse(self.env.context.get("default_pipeline_id"))
        for (team, company), leads in self._group_by("team_id", "company_id").items():
            default = (
                forced
                if forced._is_open_to(team, company)
                else pipelines._get_default(team, company)
            )
            for lead in leads:
                if not lead.pipeline_id or not lead.pipeline_id._is_open_to(team, company):
                    lead.pipeline_id = default

    def _group_by(self, *names):
        """Group deals by the values of several fields, so that what depends on these is looked up once a group.

        :rtype: dict[tuple, crm.lead]
        """
        return self.grouped(lambda lead: tuple(lead[name] for name in names))

    @api.depends("pipeline_id", "team_id")
    def _compute_allowed_stage_ids(self):
        for (pipeline, team), leads in self._group_by("pipeline_id", "team_id").items():
            leads.allowed_stage_ids = pipeline._get_stages(team)

    @api.depends("pipeline_id")
    def _compute_stage_id(self):
        """Bring the stage into the pipeline when the pipeline changed, before Odoo looks at the team's stages."""
        for lead in self:
            pipeline, stage = lead.pipeline_id, lead.stage_id
            if pipeline and stage and not pipeline._holds(stage):
                lead.stage_id = pipeline._get_matching_stage(stage, lead.team_id)
        for leads in (
            self.filtered(lambda lead: not lead.stage_id)
            ._group_by("pipeline_id", "team_id")
            .values()
        ):
            leads.stage_id = leads._stage_find(
                domain=[("fold", "=", False)]
            )  # once a group, where Odoo searches for every deal
        return super()._compute_stage_id()

    @api.depends("stage_id", "stage_id.forecast_category")
    def _compute_forecast_category(self):
        for lead in self:
            lead.forecast_category = lead._get_stage_forecast_category()

    def _get_stage_forecast_category(self):
        """Return where a deal counts in the forecast as long as nobody says otherwise."""
        self.ensure_one()
        if not self.active and self.probability == 0:
            return "omitted"
        return self.stage_id.forecast_category or "pipeline"

    @api.model_create_multi
    def create(self, vals_list):
        """Let a stage that is given alone decide on the pipeline."""
        given = self.env.context.get("default_stage_id")
        for vals in vals_list:
            if given and "stage_id" not in vals and "pipeline_id" not in vals:
                vals["stage_id"] = given
            self._align_stage_and_pipeline(vals, self.env["crm.team"].browse(vals.get("team_id")))
            if vals.get("pipeline_properties") and not vals.get("pipeline_id"):
                vals["pipeline_id"] = self.new(
                    vals
                ).pipeline_id.id  # their definition must be known before they are stored
        return super().create(vals_list)

    def write(self, vals):
        """Resolve stage and pipeline before Odoo's own rules on winning and probabilities see the values."""
        if vals.get("pipeline_id") and "stage_id" not in vals:
            return self._write_by_matching_stage(vals)
        if not vals.get("stage_id"):
            return super().write(vals)
        vals, is_given = dict(vals), "pipeline_id" in vals
        self._align_stage_and_pipeline(vals, self.team_id[:1])
        if not is_given and self.pipeline_id.ids == [vals.get("pipeline_id")]:
            del vals["pipeline_id"]  # all are there: what depends on it stays as it is
        stage = self.env["crm.stage"].browse(vals["stage_id"])
        entering = (
            self.filtered(lambda lead: lead.active and lead.stage_id != stage)
            if stage._has_fixed_probability()
            else self.browse()
        )
        if entering and "probability" not in vals:
            super(CrmLead, entering).write(
                {
                    **vals,
                    "probability": stage.probability,
                    "automated_probability": stage.probability,
                }
            )
        else:
            entering = self.browse()
        return super(CrmLead, self - entering).write(vals) if self - entering else True

    @api.model
    def _align_stage_and_pipeline(self, vals, team):
        """Make a stage and a pipeline that are given together fit, in place; a stage alone brings its pipeline.

        :param dict vals: values for ``create`` or ``write``
        :param team: ``crm.team`` of the deals, may be empty
        """
        stage = self.env["crm.stage"].browse(vals.get("stage_id"))
        if not stage:
            return
        if "pipeline_id" not in vals:
            if stage.pipeline_id:
                vals["pipeline_id"] = stage.pipeline_id.id
            return
        pipeline = self.env["crm.pipeline"].browse(vals["pipeline_id"])
        if pipeline and not pipeline._holds(stage):
            vals["stage_id"] = pipeline._get_matching_stage(stage, team).id

    def _write_by_matching_stage(self, vals):
        """Move deals to another pipeline, each to the stage that corresponds to its own.

        :raises UserError: when a won deal would have to go where nothing is won
        """
        pipeline = self.env["crm.pipeline"].browse(vals["pipeline_id"])
        for (stage, team), leads in self._group_by("stage_id", "team_id").items():
            target = (
                stage
                if pipeline._holds(stage) and stage
                else pipeline._get_matching_stage(stage, team)
            )
            if stage.is_won and not target.is_won:
                raise UserError(
                    self.env._("“%s” has no won stage: won deals cannot move there.", pipeline.name)
                )
            leads.write({**vals, "stage_id": target.id})
        return True

    # -- ORM hooks ---

    def _track_prepare(self, fields_iter):
        """Leave out what no pipeline uses: looking it up would burden every move of a card."""
        unused = self.env["crm.pipeline"]._get_unused_lead_fields()
        return super()._track_prepare(set(fields_iter) - unused)

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show one pipeline's columns: that of the board, those that the search names, else the reader's own."""
        pipelines = self._get_board_pipelines(domain)
        if not pipelines:
            return super()._read_group_stage_ids(stages, domain)
        # sudo: crm.stage - as in Odoo's own, columns show whatever the rules on stages
        every = self.env["crm.stage"].sudo()  # sudo: as in Odoo
        columns = {*stages.ids, *every._get_allowed(pipelines, self._get_board_teams()).ids}
        return stages.browse(id_ for id_ in every._get_places() if id_ in columns)

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
            for value in (
                condition.value
                if not isinstance(condition.value, (int, str, bool))
                else [condition.value]
            )
            if isinstance(value, int) and value is not True and value
        }
        chosen = named or {self.env.context.get("default_pipeline_id")} - {None, False}
        if chosen:
            return self.env["crm.pipeline"].browse(chosen)
        team = self.env["crm.team"].browse(self.env.context.get("default_team_id"))
        if team:
            return self.env["crm.pipeline"]._get_default(team, team.company_id or self.env.company)
        return self.env.user._get_last_pipeline()

    @api.model
    def _get_board_teams(self):
        """Return the teams whose own stages a board shows."""
        context = self.env.context
        teams = self.env["crm.team"].browse(context.get("default_team_id"))
        return teams | self.env.user._get_teams() if context.get("show_user_team_stages") else teams

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """Find a stage in the deals' own pipelines; without a deal, in the pipeline a new deal of the team would start in."""
        pipelines = self.pipeline_id
        if not pipelines:
            team = self.env["crm.team"].browse(team_id) or self.team_id[:1]
            company = self.company_id[:1] if self else team.company_id or self.env.company
            forced = self.env["crm.pipeline"].browse(self.env.context.get("default_pipeline_id"))
            pipelines = forced or self.env["crm.pipeline"]._get_default(team, company)
        return super()._stage_find(
            team_id, list(pipelines._get_stage_domain() & Domain(domain or [])), order, limit
        )

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
            concerned = (
                self.search(Domain("id", "in", self.ids) & Domain("stage_id", "in", list(fixed)))
                if batch_mode
                else self
            )
            for lead in concerned:
                if lead.stage_id._origin.id in fixed:
                    probabilities[lead.id] = fixed[lead.stage_id._origin.id]
        return probabilities, tooltip

    def _pls_get_won_lost_total_count(self, team_results):
        """Take the counts of the first stage; Odoo searches for that stage again for each team, whenever a deal changes."""
        first = str(self.env["crm.stage"]._get_first_id())
        counts = team_results.get("stage_id", {}).get(first, {"won": 0, "lost": 0})
        return counts["won"], counts["lost"], counts["won"] + counts["lost"]

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "pipeline_id"]
