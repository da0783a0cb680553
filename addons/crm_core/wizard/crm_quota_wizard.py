# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

MOST_MONTHS = 24


class CrmQuotaWizard(models.TransientModel):
    """Quotas of several people for several months at once; those that exist are changed."""

    _name = "crm.quota.wizard"
    _description = "Set Quotas"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team", "Sales Team", domain="[('company_id', 'in', [company_id, False])]"
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Salespeople",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: one quota for the team, or for the company.",
    )
    pipeline_id = fields.Many2one(
        "crm.pipeline", domain="[('company_id', 'in', [company_id, False])]"
    )
    month = fields.Date(
        "First Month",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
    )
    months = fields.Integer("Number of Months", required=True, default=3)
    amount = fields.Monetary(
        "Revenue a Month", help="For each salesperson, in the company's currency."
    )
    deals = fields.Integer("Deals a Month")

    _months_check = models.Constraint(
        f"CHECK(months BETWEEN 1 AND {MOST_MONTHS})", f"Choose 1 to {MOST_MONTHS} months."
    )

    @api.depends("team_id")
    def _compute_user_ids(self):
        for wizard in self:
            wizard.user_ids = wizard.team_id.member_ids

    def action_apply(self):
        """Make the quotas, or change those that are there; show them."""
        self.check_access("write")
        self.ensure_one()
        if not self.amount and not self.deals:
            raise UserError(self.env._("Say how much revenue, or how many deals."))
        quotas = self._find()
        values = {"amount": self.amount, "deals": self.deals}
        quotas.write(values)
        known = {(quota.user_id.id, quota.month) for quota in quotas}
        quotas |= quotas.create(
            [
                {**self._prepare_quota_values(user_id, month), **values}
                for user_id in self._get_user_ids()
                for month in self._get_months()
                if (user_id, month) not in known
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_quota_action")
        return {**action, "domain": [("id", "in", quotas.ids)], "path": False}

    def _get_user_ids(self):
        return self.user_ids.ids or [False]

    def _get_months(self):
        first = self.month.replace(day=1)
        return [first + relativedelta(months=number) for number in range(self.months)]

    def _find(self):
        return self.env["crm.quota"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("team_id", "=", self.team_id.id),
                ("pipeline_id", "=", self.pipeline_id.id),
                ("user_id", "in", self._get_user_ids()),
                ("month", "in", self._get_months()),
            ]
        )

    def _prepare_quota_values(self, user_id, month):
        return {
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "pipeline_id": self.pipeline_id.id,
            "user_id": user_id,
            "month": month,
        }
