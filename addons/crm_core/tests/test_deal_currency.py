# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, freeze_time, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestDealCurrency(CrmCoreCase):
    """Each deal in its own currency, every total in the company's."""

    def test_a_deal_starts_in_its_companys_currency(self):
        lead = self._create_lead(amount=1500)
        self.assertEqual(lead.currency_id, self.eur)
        self.assertEqual((lead.expected_revenue, lead.currency_rate_date), (1500, False))

    def test_a_pipeline_may_set_the_currency_of_its_new_deals(self):
        self.pipeline.currency_id = self.usd
        lead = self._create_lead(amount=1250)
        self.assertEqual((lead.currency_id, lead.expected_revenue), (self.usd, 1000))

    def test_a_board_of_three_currencies_totals_the_converted_amounts(self):
        """T-C10: pipeline with XOF, EUR, USD: column total equals converted sum at the stated rate."""
        for currency, amount in ((self.xof, 655957), (self.eur, 1000), (self.usd, 1250)):
            self._create_lead(currency_id=currency.id, amount=amount)
        [group] = self.env["crm.lead"].formatted_read_group(
            [("pipeline_id", "=", self.pipeline.id)], ["stage_id"], ["expected_revenue:sum"]
        )
        self.assertAlmostEqual(group["expected_revenue:sum"], 3000)

    def test_currencies_without_and_with_three_decimals_round_as_they_should(self):
        self._create_rate(self.company_xof, self.tnd, "2020-01-01", 3.4 / 655.957)
        lead = self._create_lead(
            team_id=self.team_xof.id,
            company_id=self.company_xof.id,
            user_id=False,
            currency_id=self.tnd.id,
            amount=10.555,
        )
        self.assertEqual(lead.amount, 10.555)
        self.assertEqual(lead.expected_revenue, round(10.555 * 655.957 / 3.4))

    def test_writing_odoos_expected_revenue_brings_the_deals_amount_in_line(self):
        lead = self._create_lead(currency_id=self.usd.id, amount=1250)
        lead.expected_revenue = 2000
        self.assertEqual((lead.amount, lead.expected_revenue), (2500, 2000))
        plain = self._create_lead(expected_revenue=700)
        self.assertEqual((plain.amount, plain.expected_revenue), (700, 700))

    def test_saving_the_form_again_does_not_drift_the_amount(self):
        lead = self._create_lead(currency_id=self.usd.id, amount=999.99)
        for _round in range(3):
            with Form(lead) as form:
                form.name = f"{form.name}!"
        self.assertEqual(lead.amount, 999.99)

    def test_a_closed_deal_keeps_the_rate_of_the_day_it_was_closed(self):
        lead = self._create_lead(currency_id=self.usd.id, amount=1250)
        lead.action_set_won()
        self._create_rate(self.company, self.usd, "2026-03-11", 1.0)
        with freeze_time("2026-03-12 12:00:00"):
            self.assertNotIn(
                lead,
                self.env["crm.lead"].search(self.env["crm.lead"]._get_stale_conversion_domain()),
            )
            lead.name = "Renamed"
        self.assertEqual(lead.expected_revenue, 1000)

    def test_the_daily_conversion_takes_open_deals_to_todays_rate(self):
        lead = self._create_lead(currency_id=self.usd.id, amount=1250)
        self._create_rate(self.company, self.usd, "2026-03-11", 1.0)
        with freeze_time("2026-03-12 12:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_core_convert_open_deals").method_direct_trigger()
        lead.invalidate_recordset()
        self.assertEqual(lead.expected_revenue, 1250)
        self.assertEqual(str(lead.currency_rate_date), "2026-03-12")
