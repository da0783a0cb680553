# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

FORECAST_CATEGORIES = [
    ("omitted", "Omitted"),
    ("pipeline", "Pipeline"),
    ("best_case", "Best case"),
    ("commit", "Commit"),
    ("closed", "Closed"),
]
#: what, when written, changes what is cached of stages
CACHED_FIELDS = {
    "sequence",
    "name",
    "is_won",
    "pipeline_id",
    "team_ids",
    "probability",
    "probability_mode",
}


class Place(NamedTuple):
    """Where a stage stands, and for whom."""

    pipeline_id: int | bool
    company_id: int | bool
    team_ids: frozenset
    sequence: int

    def is_open_to(self, team_ids):
        """Return whether deals of some teams may be in it."""
        return not self.team_ids or not self.team_ids.isdisjoint(team_ids)


class CrmStage(models.Model):
    """A stage of one pipeline, or a shared one when it names none.

    Besides Odoo's fold, rotting and won flags it says how likely a deal in it is won, in which part of the forecast it
    counts, what a deal must meet to enter (the gate), and what happens when it enters.
    """

    _inherit = "crm.stage"

    pipeline_id = fields.Many2one(
        "crm.pipeline",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: shared by the pipelines that show shared stages.",
    )
    forecast_category = fields.Selection(
        FORECAST_CATEGORIES,
        required=True,
        compute="_compute_forecast_category",
        store=True,
        readonly=False,
        precompute=True,
        help="Where deals of this stage count in the forecast: closed is won; commit is promised; best case may still come.",
    )
    probability_mode = fields.Selection(
        [("predicted", "Predicted by Odoo"), ("fixed", "Fixed")],
        default="predicted",
        required=True,
        help="Fixed: every deal that enters gets the stage's probability. Predicted: Odoo learns it from the deals won and lost.",
    )
    probability = fields.Float(string="Fixed Probability", aggregator="avg")

    # gate
    requirement_ids = fields.One2many(
        "crm.stage.requirement", "stage_id", string="Required to Enter", copy=True
    )

    # on entry
    activity_plan_id = fields.Many2one(
        "mail.activity.plan",
        string="Activities to Plan",
        domain=[("res_model", "=", "crm.lead")],
        ondelete="set null",
        help="Planned for the salesperson when a deal enters the stage.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail to Send",
        domain=[("model", "=", "crm.lead")],
        ondelete="set null",
        help="Sent to the customer when a deal enters the stage.",
    )

    create_quotation = fields.Boolean(
        string="Draft a Quotation",
        help="A quotation is drafted for the deal's customer when it enters the stage and has none yet.",
    )
    is_quotation_available = fields.Boolean(
        compute="_compute_is_quotation_available", export_string_translation=False
    )

    _check_probability = models.Constraint(
        "CHECK(probability_mode != 'fixed' OR is_won OR (probability > 0 AND probability < 100))",
        "A fixed probability is more than 0 and less than 100 %: 0 is lost, 100 is won.",
    )

    @api.depends("is_won")
    def _compute_forecast_category(self):
        for stage in self:
            if stage.is_won:
                stage.forecast_category = "closed"
            elif not stage.forecast_category or stage.forecast_category == "closed":
                stage.forecast_category = "pipeline"

    def _compute_is_quotation_available(self):
        self.is_quotation_available = "order_ids" in self.env["crm.lead"]._fields

    @api.depends("pipeline_id")
    @api.depends_context("crm_show_pipeline")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        if self.env.context.get("crm_show_pipeline"):
            for stage in self.filtered("pipeline_id"):
                stage.display_name = f"{stage.sudo().pipeline_id.name} / {stage.name}"  # sudo: crm.pipeline - its name alone
        return result

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self.env.registry.clear_cache()
        return stages

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def write(self, vals):
        """Bring the deals of a stage in line when its probability or its pipeline changes."""
        is_cached = CACHED_FIELDS & vals.keys()
        if is_cached:
            self.env.registry.clear_cache()  # Odoo looks at the deals of a won stage meanwhile
        result = super().write(vals)
        if is_cached:
            self.env.registry.clear_cache()  # the check of rights looked the old values up
        changed = {"probability", "probability_mode", "is_won", "pipeline_id"} & vals.keys()
        if "pipeline_id" in vals:
            self.check_access("write")  # nor may it go to a pipeline of another company
        if changed:
            self._align_deals(changed)
        return result

    def _update_field_translations(self, *args, **kwargs):
        result = super()._update_field_translations(*args, **kwargs)
        self.env.registry.clear_cache()  # stages at the same place are in the order of their names
        return result

    def _align_deals(self, changed):
        """Bring the deals in these stages in line with what changed of them.

        :param set[str] changed: names of fields
        """
        # sudo: crm.lead - deals of other companies and owners follow a stage they share too
        leads = (
            self.env["crm.lead"]
            .sudo()  # sudo: deals of others follow too
            .with_context(active_test=False)
            .search([("stage_id", "in", self.ids)])
        )
        if "pipeline_id" in changed:
            for stage, inside in leads.grouped("stage_id").items():
                if stage.pipeline_id:
                    inside.with_context(tracking_disable=True).write(
                        {"pipeline_id": stage.pipeline_id.id, "stage_id": stage.id}
                    )
        if "is_won" in changed:
            leads._convert_again()
        pending = leads.filtered(lambda lead: lead.won_status == "pending")
        if pending and changed - {"pipeline_id"}:
            pending._compute_probabilities()

    # -- The seal between companies ---
    # Not a record rule: a rule on crm.stage that names a field of ours breaks every server while it updates crm alone.

    @api.model
    def _get_company_domain(self):
        """Return the domain of the stages that the user's companies may see: shared ones and those of their pipelines."""
        return Domain("pipeline_id", "=", False) | Domain(
            "pipeline_id", "any!", Domain("company_id", "in", [*self.env.companies.ids, False])
        )

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access and self._get_foreign_ids():
            domain = Domain(domain) & self._get_company_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if result or self.env.su:
            return result
        own = {*self.env.companies.ids, False}
        foreign = self.filtered(lambda stage: stage._get_company_id() not in own)
        if foreign:
            return foreign, lambda: AccessError(
                self.env._(
                    "These stages belong to another company: %s",
                    ", ".join(foreign.sudo().mapped("name")),  # sudo: names only
                )
            )  # sudo: names only
        return None

    @api.model
    def _get_foreign_ids(self):
        """Return the ids of the stages that the user's companies may not see; mostly none, and then the seal costs nothing.

        :rtype: set[int]
        """
        own = {*self.env.companies.ids, False}
        return {id_ for id_, place in self._get_places().items() if place.company_id not in own}

    def _get_company_id(self):
        """Return the id of the company that owns this stage's pipeline, False for a stage of every company."""
        place = self._get_places().get(self._origin.id)
        # sudo: crm.pipeline - its company, to compare; a stage that is only being created has no place yet
        return place.company_id if place else self.sudo().pipeline_id.company_id.id

    # -- What is cached: boards, gates and the seal ask for it all the time ---

    @api.model
    @tools.ormcache("self.env.lang")
    def _get_places(self):
        """Return where each stage stands, in the order of the columns.

        :rtype: dict[int, Place]
        """
        # sudo: crm.stage - the same answer for everybody, so that it may be cached
        stages = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        return {
            stage.id: Place(
                stage.pipeline_id.id,
                stage.pipeline_id.company_id.id,
                frozenset(stage.team_ids.ids),
                stage.sequence,
            )
            for stage in stages
        }

    @api.model
    def _get_allowed(self, pipelines, teams):
        """Return the stages, in order, that deals of some pipelines and teams may be in.

        :param pipelines: ``crm.pipeline`` records; none means the stages that are shared
        :param teams: ``crm.team`` records, may be empty
        :rtype: crm.stage
        """
        shown = {*pipelines.ids, *([False] if pipelines._are_shared_shown() else [])}
        unseen = set() if self.env.su else self._get_foreign_ids()
        return self.browse(
            id_
            for id_, place in self._get_places().items()
            if place.pipeline_id in shown and place.is_open_to(teams.ids) and id_ not in unseen
        )

    @api.model
    def _get_first_id(self):
        """Return the id of the first stage that is every team's; Odoo counts in it how many deals were won and lost.

        :rtype: int | bool
        """
        unseen = set() if self.env.su else self._get_foreign_ids()
        first = (
            (place.sequence, id_)
            for id_, place in self._get_places().items()
            if not place.team_ids and id_ not in unseen
        )
        return min(first, default=(0, False))[1]

    def _stands_after(self, other):
        """Return whether this stage stands after another one of the same pipeline."""
        self.ensure_one()
        return self.pipeline_id == other.pipeline_id and (self.sequence, self.name, self.id) > (
            other.sequence,
            other.name,
            other.id,
        )

    @api.model
    @tools.ormcache()
    def _get_fixed_probabilities(self):
        """Return the probability of each stage that has a fixed one; cached, since every change of a deal asks.

        :rtype: dict[int, float]
        """
        # sudo: crm.stage - the same answer for everybody, so that it may be cached
        stages = self.sudo().search([("probability_mode", "=", "fixed"), ("is_won", "=", False)])
        return {stage.id: stage.probability for stage in stages}

    def _has_fixed_probability(self):
        """Return whether deals get their probability from this stage rather than from Odoo's prediction."""
        self.ensure_one()
        return self.id in self._get_fixed_probabilities()
