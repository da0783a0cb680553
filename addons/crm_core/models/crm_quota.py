# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import format_date


class CrmQuota(models.Model):
    """What a salesperson, a team or the company is to sell in a month; quarters and years are sums of months.

    What was sold, what is promised and what is missing are metrics: see ``crm.forecast``.
    """

    _name = "crm.quota"
    _description = "Sales Quota"
    _order = "month desc, team_id, user_id, pipeline_id, id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: the quota of the whole team, or of the company.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    pipeline_id = fields.Many2one(
        "crm.pipeline",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: deals of all pipelines.",
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="Any day of the month.",
    )
    amount = fields.Monetary("Revenue to Win")
    deals = fields.Integer("Deals to Win")

    _once = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), COALESCE(team_id, 0), COALESCE(pipeline_id, 0), month)",
        "There is a quota for this already.",
    )
    _month_check = models.Constraint(
        "CHECK(EXTRACT(day FROM month) = 1)", "A quota begins on the first of a month."
    )
    _target_check = models.Constraint(
        "CHECK(amount >= 0 AND deals >= 0)", "A quota is not below zero."
    )

    @api.depends("user_id", "team_id", "month")
    def _compute_display_name(self):
        for quota in self:
            whose = quota.user_id.name or quota.team_id.name or quota.company_id.name
            month = format_date(self.env, quota.month, date_format="MMMM y") if quota.month else ""
            quota.display_name = f"{whose or ''} {month}".strip()

    @api.constrains("user_id", "company_id")
    def _check_person(self):
        for quota in self:
            if quota.user_id and quota.company_id not in quota.user_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work for %(company)s.",
                        person=quota.user_id.name,
                        company=quota.company_id.name,
                    )
                )

    @api.constrains("team_id", "pipeline_id", "company_id")
    def _check_same_company(self):
        for quota in self:
            for record in (quota.team_id, quota.pipeline_id):
                if record.company_id and record.company_id != quota.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(name)s belongs to another company than the quota.",
                            name=record.display_name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._begin_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._begin_month(vals))

    @api.model
    def _begin_month(self, vals):
        """Take any day of a month for the month."""
        if vals.get("month"):
            return {**vals, "month": fields.Date.to_date(vals["month"]).replace(day=1)}
        return vals
