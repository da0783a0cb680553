# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """A deal's amount in its own currency, and what that is in the company's.

    People enter ``amount`` in ``currency_id``. Odoo's ``expected_revenue`` stays what it always was, an amount in the company's
    currency, so that every total, report and forecast adds up; it is converted at the rate of ``currency_rate_date``: the day
    the deal was closed, for open deals the last day the daily conversion ran or the amount changed.
    """

    _inherit = "crm.lead"

    currency_id = fields.Many2one(
        "res.currency",
        string="Deal Currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        tracking=True,
    )
    amount = fields.Monetary(
        currency_field="currency_id",
        tracking=True,
        help="What the deal is worth, in its own currency.",
    )
    expected_revenue = fields.Monetary(
        compute="_compute_expected_revenue",
        inverse="_inverse_expected_revenue",
        store=True,
        readonly=False,
        default=None,
        tracking=False,
    )
    currency_rate_date = fields.Date(
        string="Converted at the Rate of", compute="_compute_expected_revenue", store=True
    )
    is_foreign_currency = fields.Boolean(
        compute="_compute_is_foreign_currency", export_string_translation=False
    )
    is_rate_missing = fields.Boolean(
        compute="_compute_is_rate_missing", export_string_translation=False
    )

    @api.depends("pipeline_id", "company_id")
    def _compute_currency_id(self):
        for lead in self:
            if not lead.currency_id:
                lead.currency_id = (
                    lead.pipeline_id.currency_id
                    or (lead.company_id or self.env.company).currency_id
                )

    def _compute_company_currency(self):
        """Look it up once a company, where Odoo does for every deal: a board reads it of hundreds."""
        for company, leads in self.grouped("company_id").items():
            leads.company_currency = (company or self.env.company).currency_id

    @api.depends("currency_id", "company_currency")
    def _compute_is_foreign_currency(self):
        for lead in self:
            lead.is_foreign_currency = (
                bool(lead.currency_id) and lead.currency_id != lead.company_currency
            )

    @api.depends("currency_id", "company_currency", "company_id")
    def _compute_is_rate_missing(self):
        for company, leads in self.grouped("company_id").items():
            foreign = leads.filtered("is_foreign_currency")
            rated = foreign._get_currencies_with_rate(company) if foreign else {}
            for lead in leads:
                lead.is_rate_missing = not rated.get(lead.currency_id, True)

    @api.onchange("expected_revenue")
    def _onchange_expected_revenue(self):
        """Keep the amount in line while the form is still open."""
        if not self.is_foreign_currency:
            self.amount = self.expected_revenue

    # closing and reopening a deal convert it again, see _convert_again: as dependencies they would burden every move of a card
    @api.depends("amount", "currency_id", "company_id")
    def _compute_expected_revenue(self):
        for company, leads in self.grouped("company_id").items():
            rated = None
            for lead in leads:
                if not lead.currency_id or lead.currency_id == lead.company_currency:
                    lead.expected_revenue, lead.currency_rate_date = lead.amount, False
                    continue
                rated = rated or leads._get_currencies_with_rate(company)
                day = lead._get_rate_day()
                known = rated[lead.currency_id]
                lead.expected_revenue = (
                    lead._convert_amount(lead.amount, lead.currency_id, lead.company_currency, day)
                    if known
                    else 0.0
                )
                lead.currency_rate_date = day if known else False

    def _is_unconverted(self):
        """Return whether the deal has an amount that is worth nothing in the company's currency, for want of a rate."""
        self.ensure_one()
        return bool(
            self.is_foreign_currency
            and self.amount
            and not self.expected_revenue
            and not self.currency_rate_date
        )

    @api.model
    def _get_unconverted_domain(self, field_name, currencies=None):
        """Say which amounts in the company's currency wait for a rate."""
        domain = super()._get_unconverted_domain(field_name, currencies)
        if field_name != "expected_revenue":
            return domain
        if currencies:
            domain |= Domain("company_id.currency_id", "in", currencies.ids)
        return domain | (
            Domain("amount", "!=", 0)
            & Domain("expected_revenue", "=", 0)
            & Domain("currency_rate_date", "=", False)
        )

    def _convert_again(self):
        """Have the deals in foreign currencies converted at the rate of their day, which changed."""
        foreign = self.filtered("is_foreign_currency")
        for name in ("expected_revenue", "currency_rate_date"):
            self.env.add_to_compute(self._fields[name], foreign)

    def write(self, vals):
        is_day_given = "date_closed" in vals
        result = super().write(vals)
        if is_day_given:
            self._convert_again()
        return result

    def _get_rate_day(self):
        """Return the day whose rate converts a deal: the day it was closed, today while it is open."""
        self.ensure_one()
        if self.date_closed and self.won_status in ("won", "lost"):
            return self.date_closed.date()
        return fields.Date.context_today(self)

    def _get_currencies_with_rate(self, company):
        """Return which of the deals' currencies have a rate in a company; Odoo converts one to one where there is none.

        :param company: ``res.company``, empty for the present one
        :rtype: dict[res.currency, bool]
        """
        root = (company or self.env.company).root_id
        # sudo: res.currency.rate - whether there is a rate is no secret
        rates = (
            self.env["res.currency.rate"]
            .sudo()  # sudo: whether there is a rate
            ._read_group(
                [
                    ("currency_id", "in", self.currency_id.ids),
                    ("company_id", "in", [root.id, False]),
                ],
                ["currency_id"],
            )
        )
        known = {currency.id for (currency,) in rates}
        return {currency: currency.id in known for currency in self.currency_id}

    def _inverse_expected_revenue(self):
        """Whoever writes Odoo's own field means the company's currency: bring the deal's amount in line."""
        for lead in self:
            revenue = lead.expected_revenue
            if not lead.currency_id or lead.currency_id == lead.company_currency:
                if lead.amount != revenue:
                    lead.amount = revenue
                continue
            day = lead._get_rate_day()
            back = lead._convert_amount(lead.amount, lead.currency_id, lead.company_currency, day)
            if lead.company_currency.compare_amounts(back, revenue):
                lead.amount = lead._convert_amount(
                    revenue, lead.company_currency, lead.currency_id, day
                )

    def _convert_amount(self, amount, source, target, day):
        """Convert an amount between currencies at the rate of a day, rounded to the target's decimals.

        :param float amount: in ``source``
        :param datetime.date day: whose rate holds
        :rtype: float
        """
        self.ensure_one()
        return source._convert(amount or 0.0, target, self.company_id or self.env.company, day)

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "amount", "currency_id"]

    # -- Scheduled ---

    @api.model
    def _get_stale_conversion_domain(self):
        """Return the domain of the open deals whose conversion is older than today, and of all that wait for a rate."""
        return Domain("won_status", "=", "pending") & Domain("active", "=", True) & Domain(
            "currency_rate_date", "!=", False
        ) & Domain(
            "currency_rate_date", "<", fields.Date.context_today(self)
        ) | self._get_unconverted_domain("expected_revenue")

    @api.model
    def _cron_convert_open_deals(self, batch_size=1000):
        """Convert the open deals in foreign currencies at today's rate, in committed batches; closed ones once there is a rate."""
        self = self.with_context(active_test=False)  # noqa: PLW0642 - lost deals wait for a rate too
        domain = self._get_stale_conversion_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        last = 0
        while leads := self.search(
            domain & Domain("id", ">", last), limit=batch_size, order="id"
        ).try_lock_for_update():
            last = leads[-1].id  # those without a rate stay in the domain: never look back
            quiet = leads.with_context(tracking_disable=True)
            quiet._compute_expected_revenue()
            quiet.flush_recordset()
            # sudo: crm.lead.outcome - history is written by the system alone
            outcomes = self.env["crm.lead.outcome"].sudo()
            outcomes.search(
                [
                    (
                        "lead_id",
                        "in",
                        leads.filtered(lambda lead: lead.won_status != "pending").ids,
                    ),
                    ("reopened_at", "=", False),
                    ("expected_revenue", "=", 0),
                ]
            )._follow_conversion()
            if not cron._commit_progress(len(leads)):
                break
