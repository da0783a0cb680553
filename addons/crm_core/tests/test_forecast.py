# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmCoreCase


class ForecastCase(CrmCoreCase):
    """November 2026; one deal of each category for the salesperson, one for somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-22 10:00:00"))
        cls.env["crm.lead"].search([]).unlink()
        cls.stage_new.forecast_category = "pipeline"
        cls.stage_visited.forecast_category = "best_case"
        cls.stage_offered.forecast_category = "commit"
        cls.commit = cls._deal(40_000, cls.stage_offered)
        cls.best = cls._deal(20_000, cls.stage_visited)
        cls.early = cls._deal(9_000, cls.stage_new)
        cls.won = cls._deal(30_000, cls.stage_offered)
        cls.won.action_set_won()
        cls.other = cls._deal(5_000, cls.stage_offered, user_id=cls.salesperson_all.id)
        cls.team.member_ids = [Command.set((cls.salesperson | cls.salesperson_all).ids)]

    @classmethod
    def _deal(cls, amount, stage, deadline="2026-11-30", **values):
        return cls._create_lead(
            expected_revenue=amount, stage_id=stage.id, date_deadline=deadline, **values
        )

    @classmethod
    def _quota(cls, amount, user=None, month="2026-11-01", **values):
        return cls.env["crm.quota"].create(
            {
                "company_id": cls.company.id,
                "user_id": user.id if user else False,
                "amount": amount,
                "month": month,
                **values,
            }
        )

    def _get_page(self, user=None, **asked):
        return self.env["crm.forecast"].with_user(user or self.salesperson_all).get_page(**asked)

    def _get_row(self, record, user=None, **asked):
        rows = self._get_page(user, **asked)["rows"]
        row = next(row for row in rows if row["id"] == record.id)
        return {name: part["value"] for name, part in row.items() if isinstance(part, dict)} | {
            name: row[name] for name in ("attainment", "expected")
        }


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """What a period will bring, against the quota."""

    def test_a_salesperson_stands_against_the_quota(self):
        self._quota(100_000, self.salesperson)
        self.assertEqual(
            self._get_row(self.salesperson),
            {
                "closed": 30_000,
                "commit": 40_000,
                "best_case": 20_000,
                "pipeline": 9_000,
                "quota": 100_000,
                "forecast": 70_000,
                "best": 90_000,
                "gap": 30_000,
                "attainment": 30,
                "expected": 70,
            },
        )

    def test_the_total_is_the_sum_of_the_rows(self):
        self._quota(100_000, self.salesperson)
        self._quota(50_000, self.salesperson_all)
        for group_by in ("salesperson", "pipeline", "month"):
            page = self._get_page(group_by=group_by, unit="quarter")
            for column in ("closed", "commit", "best_case", "pipeline", "quota", "forecast"):
                with self.subTest(group_by=group_by, column=column):
                    self.assertEqual(
                        sum(row[column]["value"] for row in page["rows"]),
                        page["total"][column]["value"],
                    )

    def test_each_figure_opens_the_deals_that_it_is_made_of(self):
        page = self._get_page()
        expected = {
            "commit": self.commit,
            "best_case": self.best,
            "pipeline": self.early,
        }
        for column, deal in expected.items():
            metric = self.env["crm.metric"].browse(page["metrics"][column])
            action = metric.with_user(self.salesperson_all).action_open_records(
                period="custom",
                date_from=page["date_from"],
                date_to=page["date_to"],
                filters={"salesperson": [self.salesperson.id]},
            )
            found = self.env["crm.lead"].with_context(**action["context"]).search(action["domain"])
            self.assertEqual(found, deal, column)

    def test_a_quarter_is_the_sum_of_its_months(self):
        for month in ("2026-10-01", "2026-11-15", "2026-12-31", "2027-01-01"):
            self._quota(10_000, self.salesperson, month)
        self._deal(1_000, self.stage_offered, "2026-10-01")
        self._deal(2_000, self.stage_offered, "2026-12-31")
        self._deal(4_000, self.stage_offered, "2027-01-01")
        row = self._get_row(self.salesperson, unit="quarter")
        self.assertEqual((row["quota"], row["commit"]), (30_000, 43_000))
        row = self._get_row(self.salesperson, unit="quarter", shift=1)
        self.assertEqual((row["quota"], row["commit"]), (10_000, 4_000))
        row = self._get_row(self.salesperson, unit="year")
        self.assertEqual((row["quota"], row["commit"]), (30_000, 43_000))

    def test_a_team_has_a_quota_of_its_own(self):
        self._quota(70_000, team_id=self.team.id)
        self._quota(100_000, self.salesperson, team_id=self.team.id)
        row = self._get_row(self.team, group_by="team")
        self.assertEqual((row["quota"], row["commit"]), (70_000, 45_000))

    def test_a_pipeline_has_a_quota_of_its_own(self):
        self._quota(100_000, self.salesperson)
        self._quota(60_000, pipeline_id=self.pipeline.id)
        page = self._get_page(group_by="pipeline")
        [row] = page["rows"]
        self.assertEqual((row["name"], row["quota"]["value"]), (self.pipeline.name, 60_000))
        self.assertEqual(page["total"]["quota"]["value"], 60_000)
        page = self._get_page(group_by="month", filters={"pipeline": self.pipeline.ids})
        self.assertEqual(page["total"]["quota"]["value"], 60_000)

    def test_the_quota_of_the_company_is_what_its_months_are_measured_by(self):
        self._quota(100_000, self.salesperson)
        self.assertEqual(self._get_page(group_by="month")["total"]["quota"]["value"], 100_000)
        self._quota(250_000)
        self._quota(60_000, pipeline_id=self.pipeline.id)
        page = self._get_page(group_by="month")
        self.assertEqual(page["total"]["quota"]["value"], 250_000)
        metric = self.env["crm.metric"].browse(page["metrics"]["quota"])
        action = metric.action_open_records(
            period="custom", date_from=page["date_from"], date_to=page["date_to"]
        )
        found = self.env["crm.quota"].search(action["domain"])
        self.assertEqual(sum(found.mapped("amount")), 250_000)

    def test_who_sees_own_deals_is_measured_by_the_own_quota(self):
        self._quota(250_000)
        self._quota(70_000, team_id=self.team.id)
        self._quota(60_000, pipeline_id=self.pipeline.id)
        self._quota(40_000, self.salesperson, team_id=self.team.id)
        for group_by in ("salesperson", "team", "month"):
            with self.subTest(group_by=group_by):
                page = self._get_page(self.salesperson, group_by=group_by)
                self.assertEqual(page["total"]["quota"]["value"], 40_000)

    def test_deals_of_nobody_are_named_by_what_they_lack(self):
        self._deal(1_000, self.stage_offered, user_id=False, team_id=False)
        for group_by, name in (("salesperson", "Nobody"), ("team", "No team")):
            with self.subTest(group_by=group_by):
                rows = self._get_page(group_by=group_by)["rows"]
                self.assertIn(name, [row["name"] for row in rows])

    def test_lost_deals_tell_their_reasons_in_a_click(self):
        reason = self.env["crm.lost.reason"].create({"name": "Too dear"})
        self.best.action_set_lost(lost_reason_id=reason.id)
        lost = self._get_page(self.team_lead)["lost"]
        self.assertEqual(lost["count"], 1)
        page = self._get_page(self.team_lead)
        metric = self.env["crm.metric"].browse(lost["metric"]).with_user(self.team_lead)
        action = metric.action_open_records(
            period="custom", date_from=page["date_from"], date_to=page["date_to"]
        )
        found = self.env[action["res_model"]].with_user(self.team_lead).search(action["domain"])
        self.assertEqual(found.lost_reason_id, reason)
        self.best.action_unarchive()
        self.assertEqual(self._get_page(self.team_lead)["lost"]["count"], 0, "reopened")
        self.assertEqual(self._get_page(shift=-1)["lost"]["count"], 0)

    def test_a_deal_that_is_reopened_is_won_no_more(self):
        self.won.action_unarchive()
        self.won.stage_id = self.stage_offered
        row = self._get_row(self.salesperson)
        self.assertEqual((row["closed"], row["commit"]), (0, 70_000))

    def test_a_deal_counts_for_the_team_that_has_it_now(self):
        other = self.env["crm.team"].create({"name": "Other", "company_id": self.company.id})
        self.commit.team_id = other
        self.assertEqual(self._get_row(other, group_by="team")["commit"], 40_000)
        self.assertEqual(self._get_row(self.team, group_by="team")["commit"], 5_000)

    def test_a_deal_without_expected_closing_counts_in_no_period(self):
        self.commit.date_deadline = False
        page = self._get_page(unit="year")
        self.assertEqual(page["total"]["commit"]["value"], 5_000)
        self.assertEqual(page["undated"]["count"], 1)

    def test_years_and_quarters_are_those_of_the_fiscal_year(self):
        metrics = type(self.env["crm.metric"])
        self.patch(metrics, "_get_fiscal_end", lambda self: (6, 30))
        page = self._get_page(unit="year")
        self.assertEqual((page["date_from"], page["date_to"]), ("2026-07-01", "2027-06-30"))
        self.assertEqual(page["title"], "July 2026 – June 2027")
        page = self._get_page(unit="quarter", shift=-1)
        self.assertEqual((page["date_from"], page["date_to"]), ("2026-07-01", "2026-09-30"))
        self.patch(metrics, "_get_fiscal_end", lambda self: (1, 31))
        page = self._get_page(unit="quarter")
        self.assertEqual((page["date_from"], page["date_to"]), ("2026-11-01", "2027-01-31"))

    def test_the_month_is_that_of_the_readers_zone(self):
        with freeze_time("2026-11-30 23:30:00"):
            for zone, month in (
                ("Africa/Abidjan", "2026-11-01"),
                ("Indian/Antananarivo", "2026-12-01"),
            ):
                user = self.salesperson_all.with_context(tz=zone)
                page = self.env["crm.forecast"].with_user(user).with_context(tz=zone).get_page()
                self.assertEqual(page["date_from"], month, zone)

    def test_money_without_cents_is_written_without(self):
        context = {"allowed_company_ids": self.company_xof.ids}
        page = self.env(user=self.manager.id, context=context)["crm.forecast"].get_page()
        self.assertNotRegex(page["total"]["closed"]["formatted"], r"[.,]0")

    def test_the_number_of_deals_counts_as_well(self):
        self._quota(0, self.salesperson, deals=4)
        row = self._get_row(self.salesperson, kind="deals")
        self.assertEqual(
            (row["closed"], row["commit"], row["quota"], row["gap"], row["attainment"]),
            (1, 1, 4, 2, 25),
        )

    def test_deals_in_other_currencies_count_in_the_company_s(self):
        deal = self._deal(0, self.stage_offered)
        deal.write({"currency_id": self.xof.id, "amount": 655_957})
        self.assertAlmostEqual(self._get_row(self.salesperson)["commit"], 41_000, 2)

    def test_open_deals_whose_date_is_over_are_told_apart(self):
        late = self._deal(3_000, self.stage_offered, "2026-11-21")
        page = self._get_page()
        self.assertEqual(page["overdue"]["count"], 1)
        metric = self.env["crm.metric"].browse(page["overdue"]["metric"])
        action = metric.action_open_records(
            period="custom",
            date_from=page["overdue"]["date_from"],
            date_to=page["overdue"]["date_to"],
        )
        found = self.env["crm.lead"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(found, late)

    def test_a_salesperson_sees_own_deals_and_own_quota_only(self):
        self._quota(100_000, self.salesperson)
        self._quota(50_000, self.salesperson_all)
        page = self._get_page(self.salesperson)
        self.assertEqual([row["id"] for row in page["rows"]], [self.salesperson.id])
        self.assertEqual(page["total"]["quota"]["value"], 100_000)

    def test_another_company_sees_nothing_of_it(self):
        self._quota(100_000, self.salesperson)
        page = self._get_page(self.stranger)
        self.assertFalse(page["rows"])
        self.assertEqual(page["total"]["closed"]["value"], 0)

    def test_what_is_no_forecast_is_refused(self):
        for asked in (
            {"unit": "decade"},
            {"group_by": "password"},
            {"kind": "secret"},
            {"filters": {"password": [1]}},
            {"shift": "next"},
            {"unit": ["month"]},
        ):
            with self.subTest(asked), self.assertRaises(UserError):
                self._get_page(**asked)
        with self.assertRaises(AccessError):
            self._get_page(self.portal)

    def test_the_forecast_of_many_is_made_in_as_many_queries_as_of_few(self):
        for number in range(30):
            self._deal(100 + number, self.stage_offered, user_id=self.team_lead.id)
        self._get_page()
        with self.assertQueryCount(20):
            self._get_page()

    def test_attainment_is_a_figure_of_the_team(self):
        self._quota(60_000, self.salesperson)
        metric = self.env.ref("crm_core.crm_metric_quota_attainment")
        value = metric.with_user(self.salesperson)._get_values("month")[metric]
        self.assertEqual(value.value, 50)


@tagged("post_install", "-at_install")
class TestQuotas(ForecastCase):
    """Who is to sell how much."""

    def test_any_day_of_a_month_means_the_month(self):
        quota = self._quota(1, self.salesperson, "2026-11-17")
        self.assertEqual(quota.month, date(2026, 11, 1))
        quota.month = "2026-12-31"
        self.assertEqual(quota.month, date(2026, 12, 1))

    @mute_logger("odoo.sql_db")
    def test_a_person_has_one_quota_a_month(self):
        self._quota(1, self.salesperson)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._quota(2, self.salesperson, "2026-11-30")

    def test_a_quota_is_for_people_of_the_company(self):
        with self.assertRaises(ValidationError):
            self._quota(1, self.stranger)
        self.team.company_id = self.company
        with self.assertRaises(ValidationError):
            self._quota(1, team_id=self.team.id, company_id=self.company_xof.id)

    def test_a_team_lead_sets_the_quarter_of_a_team_in_one_go(self):
        old = self._quota(1, self.salesperson, team_id=self.team.id)
        wizard = self.env["crm.quota.wizard"].with_user(self.team_lead)
        with Form(wizard.with_company(self.company)) as form:
            form.team_id = self.team
            form.amount = 25_000
        action = form.record.action_apply()
        quotas = self.env["crm.quota"].search(action["domain"])
        self.assertEqual(len(quotas), 6, "two people, three months")
        self.assertEqual(set(quotas.mapped("amount")), {25_000})
        self.assertIn(old, quotas)

    def test_a_quota_of_nothing_is_refused(self):
        wizard = self.env["crm.quota.wizard"].create({"company_id": self.company.id})
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_salespeople_change_no_quota(self):
        quota = self._quota(1, self.salesperson)
        with self.assertRaises(AccessError):
            quota.with_user(self.salesperson).amount = 0
        with self.assertRaises(AccessError):
            self.env["crm.quota.wizard"].with_user(self.salesperson).create({})
        quota.with_user(self.team_lead).amount = 5
        with self.assertRaises(AccessError):
            quota.with_user(self.stranger).amount = 6
