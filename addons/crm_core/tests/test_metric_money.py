# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .metric_common import MetricCase

NBSP = "\N{NO-BREAK SPACE}"


@tagged("post_install", "-at_install")
class TestMetricMoney(MetricCase):
    """Amounts are converted at a stated day before they are added up, into the currency of the reader's company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rate(cls.company, cls.usd, "2026-06-05", 2.0)
        cls.amounts = cls._make_metric(
            code="amounts", measure="sum", field_path="amount", unit="money"
        )

    def test_each_record_is_converted_at_the_rate_of_its_day(self):
        early, late = (self._create_lead(amount=100, currency_id=self.usd.id) for _number in "12")
        self._enter(early, "2026-06-04 12:00:00")
        self._enter(late, "2026-06-05 12:00:00")
        self.assertEqual(self._value(self.amounts).value, 80 + 50)

    def test_all_are_converted_at_the_end_of_the_period_or_today(self):
        lead = self._create_lead(amount=100, currency_id=self.usd.id)
        self._enter(lead, "2026-05-04 12:00:00")
        self.amounts.rate_policy = "period_end"
        self.assertEqual(self._value(self.amounts, "last_month").value, 80)
        self.amounts.rate_policy = "today"
        self.assertEqual(self._value(self.amounts, "last_month").value, 50)

    def test_francs_cfa_have_no_decimals_and_dinars_three(self):
        lead = self._create_lead(
            amount=1234.57, currency_id=self.eur.id, **self._get_values_abroad()
        )
        self._enter(lead, "2026-06-04 12:00:00")
        xof = self.amounts.with_user(self.manager).with_context(
            allowed_company_ids=self.company_xof.ids, lang="en_US"
        )
        value = xof._get_values("month")[xof]
        self.assertEqual(value.value, round(1234.57 * 655.957))
        self.assertEqual(value.formatted, f"809,825{NBSP}{self.xof.symbol}")
        self.assertEqual(self.tnd.decimal_places, 3)

    def test_french_readers_see_french_numbers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        metric = self.amounts.with_context(
            lang="fr_FR", allowed_company_ids=self.company_xof.ids
        ).with_company(self.company_xof)
        self.assertIn("1", metric._format(1234567))
        self.assertRegex(metric._format(1234567), r"^1\W234\W567\W")
        rate = self._metric("win_rate")
        self.assertEqual(rate._format(66.66), "66.7%")
        self.assertRegex(rate.with_context(lang="fr_FR")._format(66.66), r"^66,7\s%$")

    def test_deals_without_exchange_rate_are_left_out_and_the_reader_is_told(self):
        lead = self._create_lead(amount=100)
        foreign = self._create_lead(amount=999, currency_id=self.tnd.id)
        self._enter(lead | foreign, "2026-06-04 12:00:00")
        value = self._value(self.amounts)
        self.assertEqual(value.value, 100)
        self.assertIn("1", value.warning)

    def test_currencies_side_by_side_have_averages_medians_and_extremes(self):
        leads = [
            self._create_lead(amount=amount, currency_id=currency.id)
            for amount, currency in [(100, self.eur), (655957, self.xof), (100, self.usd)]
        ]
        for lead in leads:
            self._enter(lead, "2026-06-06 12:00:00")
        for measure, expected in [
            ("sum", 1150),
            ("average", 383.33),
            ("median", 100),
            ("min", 50),
            ("max", 1000),
        ]:
            self.amounts.measure = measure
            self.assertEqual(self._value(self.amounts).value, expected, measure)

    def test_parts_of_a_converted_sum_add_up_to_the_franc(self):
        sellers = (self.stranger, self.manager, self.env["res.users"])
        for seller in sellers:
            values = {**self._get_values_abroad(), "user_id": seller.id}
            lead = self._create_lead(amount=0.01, currency_id=self.eur.id, **values)
            self._enter(lead, "2026-06-06 12:00:00")
        xof = self.amounts.with_user(self.manager).with_context(
            allowed_company_ids=self.company_xof.ids
        )
        value = xof._get_values("month", group_by="salesperson")[xof]
        self.assertEqual(value.value, 20)  # 3 × 6.56
        self.assertEqual(sorted(part.value for part in value.groups.values()), [6, 7, 7])

    def _get_values_abroad(self):
        return {
            "company_id": self.company_xof.id,
            "team_id": self.team_xof.id,
            "user_id": self.stranger.id,
        }

    def test_what_deals_were_worth_when_won_is_in_each_company_s_currency(self):
        self._won(100)
        deal = self._won(
            65595.7,
            team_id=self.team_xof.id,
            company_id=self.company_xof.id,
            user_id=self.stranger.id,
        )
        self.assertEqual(deal.company_id, self.company_xof)
        both = (
            self._metric("won_revenue")
            .with_user(self.manager)
            .with_context(allowed_company_ids=(self.company | self.company_xof).ids, tz="UTC")
        )
        self.assertEqual(both._get_values("month")[both].value, 200)
