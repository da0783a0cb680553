# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .metric_common import MetricCase


@tagged("post_install", "-at_install")
class TestMetricShipped(MetricCase):
    """Each shipped metric gives the figure that its definition promises, on data made by hand."""

    def test_deals_won_in_the_period_count_and_their_value_is_that_of_the_day(self):
        self._won(1000)
        self._won(500, at="2026-05-31 23:00:00")
        self._lost(300)
        self.assertEqual(self._value("deals_won").value, 1)
        self.assertEqual(self._value("won_revenue").value, 1000)
        self.assertEqual(self._value("deals_lost").value, 1)
        self.assertEqual(self._value("deals_closed").value, 2)
        self.assertEqual(self._value("win_rate").value, 50)
        self.assertAlmostEqual(self._value("win_rate_by_value").value, 1000 / 13, 6)

    def test_a_reopened_deal_counts_once_on_the_day_it_was_won_again(self):
        lead = self._won(1000, at="2026-05-10 12:00:00")
        with freeze_time("2026-06-02 12:00:00"):
            lead.write({"stage_id": self.stage_new.id, "probability": 10})
            self.env.flush_all()
        self.assertEqual(self._value("deals_won", "year").value, 0)
        self._close(lead, "2026-06-05 12:00:00", "2026-05-01 12:00:00", lead.action_set_won)
        self.assertEqual(self._value("deals_won", "year").value, 1)
        self.assertEqual(self._value("deals_won", "last_month").value, 0)
        self.assertEqual(self._value("deals_won").value, 1)

    def test_the_average_deal_and_the_sales_cycle(self):
        self._won(1000, created="2026-06-08 12:00:00")
        self._won(2000, created="2026-06-06 12:00:00")
        self._won(6000, created="2026-05-01 12:00:00")
        self.assertEqual(self._value("average_deal").value, 3000)
        self.assertEqual(self._value("sales_cycle_median").value, 4)
        self.assertAlmostEqual(self._value("sales_cycle_average").value, (2 + 4 + 40) / 3)
        self.assertEqual(self._value("sales_cycle_median").formatted, "4.0 days")

    def test_the_open_pipeline_leaves_closed_archived_and_leads_out(self):
        self._create_lead(amount=1000, probability=25)
        self._create_lead(amount=500, probability=10)
        self._create_lead(amount=7000, type="lead")
        self._create_lead(amount=9000, active=False, probability=20)
        self._won(300)
        base = 0
        self.assertEqual(self._value("open_pipeline").value, base + 1500)
        self.assertEqual(self._value("weighted_pipeline").value, 300)
        self.assertEqual(self._value("open_deals").value, 2)

    def test_deals_without_a_next_step_and_overdue_activities(self):
        planned, _bare = self._create_lead(), self._create_lead()
        done = self._create_lead()
        planned.activity_schedule(
            "mail.mail_activity_data_todo", date(2026, 6, 15), user_id=self.salesperson.id
        )
        finished = done.activity_schedule(
            "mail.mail_activity_data_call", date(2026, 6, 1), user_id=self.salesperson.id
        )
        finished.action_feedback("Spoke with her")
        self.env.flush_all()
        self.assertEqual(self._value("deals_without_activity").value, 2)
        self.assertEqual(self._value("overdue_activities", user=self.salesperson).value, 1)
        self.assertEqual(self._value("activities_done", user=self.salesperson).value, 1)
        self.assertEqual(self._value("calls_made", user=self.salesperson).value, 1)
        self.assertEqual(self._value("overdue_activities").value, 1)

    def test_stale_deals_have_stayed_too_long(self):
        self.stage_new.rotting_threshold_days = 5
        old, _fresh = (
            self._create_lead(stage_id=self.stage_new.id),
            self._create_lead(stage_id=self.stage_new.id),
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = now() - interval '9 days' WHERE id = %s",
            [old.id],
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = now() WHERE id = %s", [_fresh.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self._value("stale_deals").value, 1)

    def test_leads_and_what_becomes_of_them(self):
        lead, converted, lost = (self._create_lead(type="lead") for _number in range(3))
        converted.convert_opportunity(self.customer)
        lost.action_set_lost(lost_reason_id=self.lost_reason.id)
        direct = self._create_lead()
        self._enter(lead | converted | lost | direct, "2026-06-03 12:00:00")
        self.assertEqual(self._value("new_leads").value, 3)
        self.assertEqual(self._value("new_opportunities").value, 2)
        self.assertEqual(self._value("leads_converted").value, 1)
        self.assertAlmostEqual(self._value("conversion_rate").value, 100 / 3)

    def test_a_customer_is_new_with_the_first_deal_won(self):
        other = self.env["res.partner"].create({"name": "Company", "is_company": True})
        person = self.env["res.partner"].create({"name": "Person", "parent_id": other.id})
        self._won(100, at="2026-05-02 12:00:00")
        self._won(100)
        first = self._won(100, at="2026-06-03 12:00:00")
        first.partner_id = other
        self._won(100).partner_id = person
        self.env.flush_all()
        self.assertEqual(self._value("new_customers").value, 1)
        self.assertEqual(self._value("new_customers", "last_month").value, 1)

    def test_meetings_that_began(self):
        lead = self._create_lead()
        self.env["calendar.event"].create(
            [
                {"name": "Visit", "start": start, "stop": start, "opportunity_id": opportunity}
                for start, opportunity in [
                    (datetime(2026, 6, 10, 9), lead.id),
                    (datetime(2026, 6, 20, 9), lead.id),
                    (datetime(2026, 6, 10, 9), False),
                ]
            ]
        )
        self.assertEqual(self._value("meetings_held").value, 1)

    def test_messages_of_the_outbox(self):
        content = self.env["crm.dispatch.content"].create(
            {"res_model": "crm.lead", "text": "Hello"}
        )
        lead = self._create_lead()
        messages = self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"metric:{number}",
                    "channel": "sms",
                    "purpose": "service",
                    "record": lead,
                    "content": content,
                }
                for number in range(4)
            ]
        )
        messages.flush_recordset()
        messages[:3].write({"state": "sent", "date_sent": "2026-06-05 12:00:00"})
        messages[0].state = "replied"
        messages[2].date_sent = "2026-05-05 12:00:00"
        messages[3].state = "failed"
        self.assertEqual(self._value("messages_sent").value, 2)
        self.assertEqual(self._value("messages_answered").value, 1)
        self.assertEqual(self._value("answer_rate").value, 50)

    def test_every_shipped_metric_is_valid_and_says_something(self):
        metrics = self._get_metrics_of(self.manager)
        metrics._check_definition()
        self.assertGreaterEqual(len(metrics), 25)
        for metric in metrics:
            self.assertTrue(self._value(metric, compare="previous").formatted, metric.code)
            self.assertTrue(metric.definition)

    def test_every_figure_equals_the_records_it_opens(self):
        """The property that makes a figure trustworthy, over all shipped metrics: value = what the click shows."""
        self._won(1000)
        self._won(250.25, user_id=self.salesperson_all.id)
        self._lost(300)
        self._create_lead(amount=77.77, probability=30)
        self._create_lead(type="lead")
        for user in (self.manager, self.salesperson):
            self._check_figures(user)

    def test_an_unknown_period_or_comparison_is_refused(self):
        with self.assertRaisesRegex(UserError, "period"):
            self._value("deals_won", "someday")
        with self.assertRaisesRegex(UserError, "period"):
            self._value("deals_won", "custom", date_from="2026-06-10", date_to="2026-06-01")
        with self.assertRaisesRegex(UserError, "comparison"):
            self._value("deals_won", compare="tomorrow")


@tagged("post_install", "-at_install")
class TestMetricComparison(MetricCase):
    """What a figure was before, in groups, and what the reader ought to know of it."""

    def test_a_month_that_is_not_over_is_compared_with_as_many_days(self):
        self._won(100, at="2026-06-02 12:00:00")
        self._won(100, at="2026-06-10 12:00:00")
        self._won(100, at="2026-05-05 12:00:00")
        self._won(100, at="2026-05-20 12:00:00")  # after the 16th: not yet in June
        value = self._value("deals_won", compare="previous")
        self.assertEqual((value.value, value.previous, value.delta), (2, 1, 1.0))
        self.assertEqual((value.delta_formatted, value.tone), ("+100%", "good"))

    def test_a_year_ago(self):
        self._won(100)
        self._won(100, at="2025-06-10 12:00:00")
        self._won(100, at="2025-06-20 12:00:00")
        value = self._value("deals_won", compare="last_year")
        self.assertEqual((value.value, value.previous), (1, 1))

    def test_less_is_better_for_deals_lost_and_percentages_change_by_points(self):
        self._lost(100, at="2026-05-03 12:00:00")
        self._won(100, at="2026-05-03 12:00:00")
        self._won(100)
        rate = self._value("win_rate", compare="previous")
        self.assertEqual((rate.value, rate.previous, rate.delta), (100, 50, 50))
        self.assertEqual(rate.delta_formatted, "+50.0 points")
        self.assertEqual(self._value("deals_lost", compare="previous").tone, "good")

    def test_how_things_stand_now_has_no_before(self):
        self._create_lead(amount=10)
        value = self._value("open_pipeline", compare="previous")
        self.assertIsNone(value.previous)
        self.assertEqual(value.delta_formatted, "")

    def test_nothing_to_tell_is_not_zero(self):
        value = self._value("win_rate")
        self.assertIsNone(value.value)
        self.assertEqual(value.formatted, "–")
        self.assertEqual(self._value("deals_won").formatted, "0")

    def test_a_rate_of_few_deals_says_so(self):
        self._won(100)
        self.assertIn("1", self._value("win_rate").warning)
        for _number in range(4):
            self._won(100)
        self.assertEqual(self._value("win_rate").warning, "")

    def test_groups_add_up_to_the_whole(self):
        self._won(33.33)
        self._won(33.33, user_id=self.salesperson_all.id)
        self._won(33.34, user_id=False)
        value = self._value("won_revenue", group_by="salesperson")
        self.assertEqual(value.value, 100)
        self.assertAlmostEqual(sum(part.value for part in value.groups.values()), 100)
        self.assertEqual(value.groups[self.salesperson.id].label, self.salesperson.name)
        self.assertEqual(value.groups[False].label, "None")

    def test_a_series_by_month_and_by_week(self):
        self._won(10, at="2026-01-31 23:30:00")
        self._won(20, at="2026-02-28 23:30:00")
        months = self._value("won_revenue", "year", group_by="period:month", tz="Africa/Abidjan")
        self.assertEqual(
            {key: part.value for key, part in months.groups.items()},
            {date(2026, 1, 1): 10, date(2026, 2, 1): 20},
        )
        paris = self._value("won_revenue", "year", group_by="period:month", tz="Europe/Paris")
        self.assertEqual(set(paris.groups), {date(2026, 2, 1), date(2026, 3, 1)})

    def test_a_filter_that_a_metric_does_not_know_leaves_it_empty(self):
        value = self._value("messages_sent", filters={"pipeline": self.pipeline.ids})
        self.assertIsNone(value.value)
        self.assertTrue(value.warning)

    def test_filters_by_team_salesperson_pipeline_and_customer(self):
        self._won(10)
        self._won(20, user_id=self.salesperson_all.id, team_id=False)
        for filters, expected in [
            ({"salesperson": self.salesperson.ids}, 10),
            ({"team": self.team.ids}, 10),
            ({"customer": self.customer.ids}, 30),
            ({"salesperson": self.salesperson.ids, "customer": self.env.user.partner_id.ids}, 0),
        ]:
            self.assertEqual(self._value("won_revenue", filters=filters).value, expected, filters)

    def test_the_web_client_cannot_filter_by_anything_else(self):
        with self.assertRaises(UserError):
            self._metric("deals_won").action_open_records("month", {"company_id": [1]})
        with self.assertRaises(UserError):
            self._metric("deals_won").action_open_records("month", {"team": ["1 OR 1=1"]})
        for path in (
            "id; DROP TABLE crm_lead",
            "lead_id.message_ids",
            "no_such_field",
            "period:eon",
        ):
            with self.assertRaises(UserError):
                self._value("deals_won", group_by=path)
