# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval


class CrmPipeline(models.Model):
    """A sales process: an ordered set of stages that deals of one kind go through.

    A pipeline is independent of teams: a team may work in several, and several teams may share one. Its stages are its
    own; stages without a pipeline stay shared, as Odoo has them, and show in the pipelines that ask for them.
    Deals of teams that name no default pipeline start in the first pipeline of their company.
    """

    _name = "crm.pipeline"
    _description = "Sales Pipeline"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="The first pipeline is the one that new deals start in when their team names none.",
    )
    color = fields.Integer()
    description = fields.Text(
        translate=True, help="What this process is for, and when a deal belongs in it."
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: every company may use it."
    )
    currency_id = fields.Many2one(
        "res.currency", string="Currency of new deals", help="Empty: the company's currency."
    )

    # stages and gates
    stage_ids = fields.One2many("crm.stage", "pipeline_id", string="Stages", copy=True)
    stage_count = fields.Integer(compute="_compute_stage_count")
    use_shared_stages = fields.Boolean(
        string="Show shared stages",
        help="Stages without a pipeline show in this one as well, among its own.",
    )
    are_gates_cumulative = fields.Boolean(
        string="Skipped stages count",
        default=True,
        help="A deal that jumps over stages has to meet their requirements too.",
    )

    # who uses it
    team_ids = fields.Many2many(
        "crm.team",
        "crm_pipeline_team_rel",
        "pipeline_id",
        "team_id",
        string="Sales Teams",
        check_company=True,
        help="Teams that may use it. Empty: every team.",
    )
    lead_properties_definition = fields.PropertiesDefinition("Properties of Deals")

    # what is in it
    open_count = fields.Integer(compute="_compute_open_deals")
    open_revenue = fields.Monetary(
        compute="_compute_open_deals", currency_field="company_currency_id"
    )
    won_count = fields.Integer(string="Won in 30 Days", compute="_compute_open_deals")
    company_currency_id = fields.Many2one("res.currency", compute="_compute_company_currency_id")

    @api.depends("stage_ids")
    def _compute_stage_count(self):
        counts = dict(
            self.env["crm.stage"]._read_group(
                [("pipeline_id", "in", self.ids)], ["pipeline_id"], ["__count"]
            )
        )
        for pipeline in self:
            pipeline.stage_count = counts.get(pipeline, 0)

    @api.depends_context("company")
    def _compute_company_currency_id(self):
        self.company_currency_id = self.env.company.currency_id

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_deals(self):
        """Count what the reader may see: one query for the open deals, one for the won ones.

        Each company's total is converted into the reader's company's currency before they are added up.
        """
        leads, company, today = (
            self.env["crm.lead"],
            self.env.company,
            fields.Date.context_today(self),
        )
        inside = Domain("pipeline_id", "in", self.ids) & Domain("type", "=", "opportunity")
        pending, lately = (
            Domain("won_status", "=", "pending"),
            Domain("won_status", "=", "won") & Domain("date_closed", ">=", "-30d"),
        )
        counts, revenues = defaultdict(int), defaultdict(float)
        for pipeline, owner, count, revenue in leads._read_group(
            inside & pending, ["pipeline_id", "company_id"], ["__count", "expected_revenue:sum"]
        ):
            counts[pipeline] += count
            revenues[pipeline] += (owner or company).currency_id._convert(
                revenue, company.currency_id, company, today
            )
        won = dict(leads._read_group(inside & lately, ["pipeline_id"], ["__count"]))
        for pipeline in self:
            pipeline.open_count, pipeline.open_revenue, pipeline.won_count = (
                counts[pipeline],
                revenues[pipeline],
                won.get(pipeline, 0),
            )

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_open_deals()
        return super().write(vals)

    def copy_data(self, default=None):
        default = dict(default or {})
        names = (
            {}
            if "name" in default
            else {pipeline.id: self.env._("%s (copy)", pipeline.name) for pipeline in self}
        )
        return [
            dict(values, **({"name": names[pipeline.id]} if names else {}))
            for pipeline, values in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_deals(self):
        if (
            pipeline := self.env["crm.lead"]
            .sudo()  # sudo: deals of others keep it too
            .with_context(active_test=False)
            .search(  # sudo: crm.lead - deals the user may not see keep the pipeline too
                [("pipeline_id", "in", self.ids)], limit=1
            )
            .pipeline_id
        ):
            raise UserError(
                self.env._(
                    "“%s” still holds deals: move them to another pipeline or archive it instead.",
                    pipeline.name,
                )
            )

    def _check_no_open_deals(self):
        """Refuse to archive pipelines that still hold open deals: nobody would find these any more.

        :raises UserError: naming the first such pipeline
        """
        # sudo: crm.lead - deals the user may not see would be lost to their owners too
        lead = (
            self.env["crm.lead"]
            .sudo()  # sudo: deals of others are lost too
            .search([("pipeline_id", "in", self.ids), ("won_status", "=", "pending")], limit=1)
        )
        if lead:
            raise UserError(
                self.env._(
                    "“%s” still holds open deals: close them or move them to another pipeline first.",
                    lead.pipeline_id.name,
                )
            )

    # -- Actions ---

    def action_open_board(self):
        """Open this pipeline's board, and remember it as the reader's own.

        :return: the window action
        :rtype: dict
        """
        return self._open("crm.crm_lead_action_pipeline")

    def action_open_forecast(self):
        """Open this pipeline's forecast, and remember it as the reader's own.

        :return: the window action
        :rtype: dict
        """
        return self._open("crm.crm_lead_action_forecast")

    def _open(self, xml_id):
        self.ensure_one()
        self.check_access("read")
        self.env.user._set_last_pipeline(self)
        return self._prepare_board_action(self.env["ir.actions.actions"]._for_xml_id(xml_id))

    @api.model
    def get_switcher_entries(self):
        """Return the pipelines that the reader may switch to, for the selector above the board.

        :return: ``[{"id", "name", "color"}]`` in their order
        :rtype: list[dict]
        """
        labels = self._get_labels()
        return [{"id": id_, **labels[id_]} for id_ in self._get_usable_ids()]

    # -- Business ---

    def _prepare_board_action(self, action):
        """Turn an action on deals into one that shows this pipeline alone, which the reader may use."""
        self.ensure_one()
        context = action.get("context") or {}
        if isinstance(context, str):
            context = safe_eval(context, {"uid": self.env.uid})
        if not self._has_own_deals():
            context = {
                key: value
                for key, value in context.items()
                if key != "search_default_assigned_to_me"
            }
        switch = (
            "action_open_forecast"
            if action.get("xml_id") == "crm.crm_lead_action_forecast"
            else "action_open_board"
        )
        name = self._get_labels()[self.id]["name"]
        action.update(
            display_name=name,
            name=name,
            domain=[("type", "=", "opportunity"), ("pipeline_id", "=", self.id)],
            context=dict(
                context,
                default_pipeline_id=self.id,
                default_type="opportunity",
                crm_pipeline_switch=switch,
            ),
        )
        return action

    def _has_own_deals(self):
        """Return whether the reader has open deals here; who has none, a director say, is shown everybody's."""
        domain = (
            Domain("pipeline_id", "=", self.id)
            & Domain("user_id", "=", self.env.uid)
            & Domain("won_status", "=", "pending")
        )
        return bool(self.env["crm.lead"].search_count(domain, limit=1))

    @api.model
    def _get_usable_domain(self, teams):
        """Return the domain of the pipelines that members of some teams may use.

        :param teams: ``crm.team`` records; none means somebody outside of all teams, who sees them all
        :rtype: Domain
        """
        if not teams:
            return Domain.TRUE
        return Domain("team_ids", "=", False) | Domain("team_ids", "in", teams.ids)

    @api.model
    def _get_default(self, team, company):
        """Return the pipeline that a new deal of a team starts in.

        :param team: ``crm.team``, may be empty
        :param company: ``res.company``, may be empty
        :return: one pipeline, or none when there is none at all
        """
        return self.browse(self._get_default_id(team._origin.id, company.id))

    @tools.ormcache("team_id", "company_id")
    def _get_default_id(self, team_id, company_id):
        """Return the id of the pipeline that new deals of a team start in; cached, since every new deal asks."""
        # sudo: crm.pipeline, crm.team - the same answer for everybody, so that it may be cached
        team = self.env["crm.team"].sudo().browse(team_id)
        company = self.env["res.company"].browse(company_id)
        if team.default_pipeline_id.active and team.default_pipeline_id._is_open_to(team, company):
            return team.default_pipeline_id.id
        candidates = (
            self.sudo().search(  # sudo: crm.pipeline - as above; companies are compared below
                Domain("company_id", "in", [False, company_id] if company_id else [False])
                & (Domain("team_ids", "=", False) | Domain("team_ids", "in", team.ids)),
                limit=1,
            )
        )
        return candidates.id

    def _is_open_to(self, team, company):
        """Return whether deals of a team and a company may be in this pipeline; False for no pipeline.

        :param team: ``crm.team``, may be empty
        :param company: ``res.company``, may be empty: then only pipelines of every company are open
        :rtype: bool
        """
        if not self:
            return False
        scope = self._get_scope()
        if scope.company_id and scope.company_id != company._origin.id:
            return False
        return not scope.team_ids or not team or team._origin.id in scope.team_ids

    def _holds(self, stage):
        """Return whether deals of this pipeline may be in a stage.

        :rtype: bool
        """
        self.ensure_one()
        stage = (
            stage.sudo()  # sudo: may be another company’s
        )  # sudo: crm.stage - the stage a deal comes from may be another company's
        return stage.pipeline_id == self if stage.pipeline_id else self._get_scope().is_shared_shown

    def _get_stage_domain(self):
        """Return the domain of the stages that deals of these pipelines may be in.

        :rtype: Domain
        """
        own = Domain("pipeline_id", "in", self.ids)
        if self._are_shared_shown():
            return own | Domain("pipeline_id", "=", False)
        return own

    def _are_shared_shown(self):
        """Return whether stages without a pipeline are among the stages of these pipelines; without any pipeline there are no others."""
        return not self or any(pipeline._get_scope().is_shared_shown for pipeline in self)

    def _get_matching_stage(self, stage, team):
        """Return the stage of this pipeline that corresponds to another pipeline's stage.

        Won corresponds to won, the same name to the same name; otherwise the stage at the same place from the start, at most the
        last open one.

        :param stage: ``crm.stage`` the deal comes from, may be empty
        :param team: ``crm.team`` whose stages are allowed
        :rtype: crm.stage
        """
        self.ensure_one()
        allowed = self._get_stages(team)
        stage = (
            stage.sudo()  # sudo: may be another company’s
        )  # sudo: crm.stage - the stage a deal comes from may be another company's
        if same := allowed.filtered(
            lambda candidate: candidate.name == stage.name and candidate.is_won == stage.is_won
        ):
            return same[:1]
        if stage.is_won:
            return allowed.filtered("is_won")[:1] or allowed[-1:]
        opened = allowed.filtered(lambda candidate: not candidate.is_won)
        if not stage or not opened:
            return opened[:1] or allowed[:1]
        before = stage.pipeline_id._get_stages(team).filtered(lambda other: not other.is_won)
        position = next(
            (place for place, other in enumerate(before) if other == stage), len(before)
        )
        return opened[min(position, len(opened) - 1)]

    def _get_stages(self, team):
        """Return the stages of these pipelines, in order, that a team may use."""
        return self.env["crm.stage"]._get_allowed(self, team)
