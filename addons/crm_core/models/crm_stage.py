# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

FORECAST_CATEGORIES = [
    ("omitted", "Omitted"),
    ("pipeline", "Pipeline"),
    ("best_case", "Best case"),
    ("commit", "Commit"),
    ("closed", "Closed"),
]


class CrmStage(models.Model):
    """A stage of one pipeline, or a shared one when it names none.

    Besides Odoo's fold, rotting and won flags it says how likely a deal in it is won, in which part of the forecast it
    counts, what a deal must meet to enter (the gate), and what happens when it enters.
    """

    _inherit = "crm.stage"

    pipeline_id = fields.Many2one("crm.pipeline", index="btree_not_null", ondelete="cascade", help="Empty: shared by the pipelines that show shared stages.")
    forecast_category = fields.Selection(
        FORECAST_CATEGORIES, required=True, compute="_compute_forecast_category", store=True, readonly=False, precompute=True,
        help="Where deals of this stage count in the forecast: closed is won; commit is promised; best case may still come.",
    )
    probability_mode = fields.Selection(
        [("predicted", "Predicted by Odoo"), ("fixed", "Fixed")], default="predicted", required=True,
        help="Fixed: every deal that enters gets the stage's probability. Predicted: Odoo learns it from the deals won and lost.",
    )
    probability = fields.Float(string="Fixed Probability", aggregator="avg")

    # gate
    requirement_ids = fields.One2many("crm.stage.requirement", "stage_id", string="Required to Enter", copy=True)

    # on entry
    activity_plan_id = fields.Many2one(
        "mail.activity.plan", string="Activities to Plan", domain=[("res_model", "=", "crm.lead")], ondelete="set null",
        help="Planned for the salesperson when a deal enters the stage.",
    )
    mail_template_id = fields.Many2one(
        "mail.template", string="E-mail to Send", domain=[("model", "=", "crm.lead")], ondelete="set null",
        help="Sent to the customer when a deal enters the stage.",
    )

    create_quotation = fields.Boolean(string="Draft a Quotation", help="A quotation is drafted for the deal's customer when it enters the stage and has none yet.")
    is_quotation_available = fields.Boolean(compute="_compute_is_quotation_available", export_string_translation=False)

    _check_probability = models.Constraint("CHECK(probability >= 0 AND probability <= 100)", "The probability of a stage is between 0 and 100 %.")

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
        super()._compute_display_name()
        if self.env.context.get("crm_show_pipeline"):
            for stage in self.filtered("pipeline_id"):
                stage.display_name = f"{stage.pipeline_id.name} / {stage.name}"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def write(self, vals):
        """Bring the deals of a stage in line when its probability changes."""
        result = super().write(vals)
        if {"probability", "probability_mode", "is_won"} & vals.keys():
            self.env.registry.clear_cache()
        if {"probability", "probability_mode"} & vals.keys():
            leads = self.env["crm.lead"].search([("stage_id", "in", self.ids), ("won_status", "=", "pending")])
            if leads:
                leads._compute_probabilities()
        return result

    def _comes_before(self, other):
        """Return whether this stage stands before another one of the same board."""
        self.ensure_one()
        return (self.sequence, self.id) < (other.sequence, other.id)

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
        return self.probability_mode == "fixed" and not self.is_won
