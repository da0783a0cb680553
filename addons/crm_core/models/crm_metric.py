# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CATEGORIES = [("sales", "Sales"), ("activity", "Activity"), ("messages", "Messages")]
MEASURES = [
    ("count", "Number of records"),
    ("count_distinct", "Number of different values"),
    ("sum", "Sum"),
    ("average", "Average"),
    ("median", "Median"),
    ("min", "Smallest value"),
    ("max", "Greatest value"),
]
UNITS = [
    ("count", "Number of things"),
    ("money", "Money"),
    ("percent", "Percent"),
    ("days", "Days"),
    ("hours", "Hours"),
    ("number", "Other number"),
]
#: what figures can be asked for, or asked by, whatever the model: name -> field that holds the path to it
DIMENSIONS = {
    "salesperson": "salesperson_path",
    "team": "team_path",
    "pipeline": "pipeline_path",
    "customer": "customer_path",
}


class CrmMetric(models.Model):
    """One figure of the business, defined once: every screen, list, mail and alert that shows it reads this record.

    A metric measures the records of one model (:attr:`domain`, :attr:`measure`), or it is the ratio of two others. Its
    value is asked for with :meth:`_get_values`, for many metrics at once, and always under the rights of who reads it;
    :meth:`action_open_records` opens the very records that were counted. A definition is checked when it is saved; it is
    data and never runs as code.
    """

    _name = "crm.metric"
    _description = "Metric"
    _order = "category, sequence, id"

    # what it says
    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="The name that other settings and programs know it by."
    )
    definition = fields.Text(
        required=True,
        translate=True,
        help="In plain words: what is counted, and what is not.",
    )
    category = fields.Selection(CATEGORIES, required=True, default="sales")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    owner_id = fields.Many2one(
        "res.users", help="Who answers questions about it.", index="btree_not_null"
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", ondelete="cascade", help="Empty for every company."
    )

    # what it measures
    kind = fields.Selection(
        [("measure", "Measured"), ("ratio", "Ratio of two metrics")],
        required=True,
        default="measure",
    )
    model_id = fields.Many2one("ir.model", string="Records", ondelete="cascade", index=True)
    model_name = fields.Char(
        "Model", related="model_id.model", store=True, precompute=True, compute_sudo=True
    )
    domain = fields.Char("Filter", default="[]")
    measure = fields.Selection(MEASURES, required=True, default="count")
    field_path = fields.Char("Measured Field")
    since_path = fields.Char(
        "Counted From", help="A date: the time between it and the measured date is what counts."
    )
    weight_field = fields.Char("Weighted By", help="A percentage: 1,000 at 25 % counts as 250.")
    date_field = fields.Char(
        "Date", help="Which date decides the period. Empty for how things stand now."
    )
    numerator_id = fields.Many2one(
        "crm.metric", string="Share Of", ondelete="cascade", index="btree_not_null"
    )
    denominator_id = fields.Many2one(
        "crm.metric", string="Out Of", ondelete="cascade", index="btree_not_null"
    )

    # how it is read
    unit = fields.Selection(UNITS, required=True, default="count")
    better = fields.Selection(
        [("higher", "Higher is better"), ("lower", "Lower is better"), ("none", "Neither")],
        required=True,
        default="higher",
    )
    rate_policy = fields.Selection(
        [
            ("record", "At the rate of each record's date"),
            ("period_end", "At the rate of the period's last day"),
            ("today", "At today's rate"),
        ],
        "Conversion",
        required=True,
        default="record",
    )
    zone_policy = fields.Selection(
        [("reader", "Days of who reads it"), ("company", "Days of the company")],
        "Time Zone",
        required=True,
        default="reader",
    )
    small_sample = fields.Integer(
        "Few Below", default=5, help="An average or a ratio of fewer records comes with a warning."
    )

    # by what it can be told apart
    salesperson_path = fields.Char("Salesperson")
    team_path = fields.Char("Sales Team")
    pipeline_path = fields.Char("Pipeline")
    customer_path = fields.Char("Customer")

    # where it shows
    on_customer_page = fields.Boolean()
    on_team_page = fields.Boolean("On the Team's Figures", default=True)
    in_ranking = fields.Boolean("In the Ranking")
    used_by = fields.Text(compute="_compute_used_by")

    _code_uniq = models.UniqueIndex("(code)", "Another metric has this code.")

    @api.depends("on_customer_page", "on_team_page", "in_ranking")
    def _compute_used_by(self):
        for metric in self:
            metric.used_by = "\n".join(metric._get_uses())

    def copy_data(self, default=None):
        values = super().copy_data(default)
        return [
            {"code": self.env._("%s_copy", metric.code), **vals}
            for metric, vals in zip(self, values, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_part_of_ratio(self):
        ratios = self.with_context(active_test=False).search(
            ["|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)]
        )
        if used := ratios - self:
            raise UserError(
                self.env._(
                    "Delete the ratios first that are made of it: %s",
                    ", ".join(used.mapped("name")),
                )
            )

    def _get_uses(self):
        """Return where a metric shows, one line each. Add-ons that show metrics extend it.

        :rtype: list[str]
        """
        self.ensure_one()
        uses = []
        if self.on_team_page:
            uses.append(self.env._("Team's Figures"))
        if self.on_customer_page:
            uses.append(self.env._("Customer page"))
        ratios = self.env["crm.metric"].search(
            ["|", ("numerator_id", "in", self.ids), ("denominator_id", "in", self.ids)]
        )
        return uses + [self.env._("Metric: %s", ratio.name) for ratio in ratios]
