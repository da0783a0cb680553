# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
import importlib
import pkgutil
from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_core.tools import metrics
from odoo.addons.crm_core.tools.metrics import get_period

from .metric_common import MetricCase

DAYS = [
    *[(1, 31), (2, 1), (3, 8), (3, 9), (3, 28), (3, 29), (3, 30), (3, 31), (4, 1)],
    *[(10, 24), (10, 25), (10, 26), (10, 31), (11, 1), (11, 2), (12, 31)],
]
ZONES = ("Africa/Abidjan", "Europe/Paris", "America/St_Johns")


@tagged("post_install", "-at_install")
class TestMetricTools(BaseCase):
    def test_the_examples_hold(self):
        for module in pkgutil.iter_modules(metrics.__path__, f"{metrics.__name__}."):
            result = doctest.testmod(importlib.import_module(module.name))
            self.assertFalse(result.failed, module.name)

    def test_leap_days_and_month_ends(self):
        leap = get_period("month", date(2028, 2, 29))
        self.assertEqual(leap.get_days(), (date(2028, 2, 1), date(2028, 3, 1)))
        self.assertEqual(leap.get_last_year().get_days(), (date(2027, 2, 1), date(2027, 3, 1)))
        today = get_period("today", date(2028, 2, 29))
        self.assertEqual(today.get_last_year().get_days(), (date(2027, 2, 28), date(2027, 3, 1)))
        march = get_period("month", date(2027, 3, 31))
        self.assertEqual(march.get_previous().get_days(), (date(2027, 2, 1), date(2027, 3, 1)))
        last = get_period("last_month", date(2028, 3, 31))
        self.assertEqual(last.get_days(), (date(2028, 2, 1), date(2028, 3, 1)))
        self.assertEqual(last.get_previous().get_days(), (date(2028, 1, 1), date(2028, 2, 1)))

    def test_the_steps_of_a_series_leave_nothing_out(self):
        year = get_period("year", date(2028, 2, 29))
        self.assertEqual(len(year.get_steps("day")), 366)
        self.assertEqual(len(year.get_steps("month")), 12)
        self.assertEqual(len(year.get_steps("quarter")), 4)


@tagged("post_install", "-at_install")
class TestMetricZones(MetricCase):
    """Days are those of a zone, over both changes of the clock: the same as PostgreSQL's own AT TIME ZONE."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls._make_metric(code="zones")
        moments = [
            datetime(2026, month, day, hour, 45)
            for month, day in DAYS
            for hour in (0, 1, 2, 3, 21, 22, 23)
        ]
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": "Clock",
                    "type": "opportunity",
                    "team_id": cls.team.id,
                    "company_id": cls.company.id,
                }
                for _moment in moments
            ]
        )
        cls.env.flush_all()
        for lead, moment in zip(leads, moments, strict=True):
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s WHERE id = %s", [moment, lead.id]
            )
        cls.env.invalidate_all()
        cls.leads = leads

    def test_days_weeks_and_months_equal_an_independent_query(self):
        """C-08."""
        for zone in ZONES:
            for granularity in ("day", "week", "month", "quarter"):
                value = self._value(self.metric, "year", tz=zone, group_by=f"period:{granularity}")
                counted = {day: part.value for day, part in value.groups.items()}
                self.assertEqual(counted, self._expect(zone, granularity), (zone, granularity))
                self.assertEqual(sum(counted.values()), value.value)

    def _expect(self, zone, granularity):
        shift = 1 if granularity == "week" else 0  # the week of en_US begins on Sunday
        self.env.cr.execute(
            """
            SELECT (date_trunc(%(step)s, local + %(shift)s * interval '1 day') - %(shift)s * interval '1 day')::date,
                   count(*)
              FROM (SELECT create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s AS local
                      FROM crm_lead WHERE id IN %(ids)s) AS leads
             WHERE local >= '2026-01-01' AND local < '2027-01-01'
             GROUP BY 1
            """,
            {"step": granularity, "shift": shift, "zone": zone, "ids": tuple(self.leads.ids)},
        )
        return dict(self.env.cr.fetchall())

    def test_a_custom_day_over_the_change_of_the_clock(self):
        for zone in ZONES:
            for day in ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"):
                value = self._value(self.metric, "custom", tz=zone, date_from=day, date_to=day)
                expected = self._expect(zone, "day").get(date.fromisoformat(day), 0)
                self.assertEqual(value.value, expected, (zone, day))

    def test_the_company_s_days_are_the_same_for_every_reader(self):
        self.company.partner_id.tz = "America/St_Johns"
        self.metric.zone_policy = "company"
        values = {
            self._value(
                self.metric, "custom", tz=zone, date_from="2026-01-31", date_to="2026-01-31"
            ).value
            for zone in ZONES
        }
        self.assertEqual(values, {self._expect("America/St_Johns", "day")[date(2026, 1, 31)]})

    def test_the_records_behind_a_day_are_those_of_the_metric_s_zone(self):
        for zone in ZONES:
            reader = self.metric.with_user(self.manager).with_context(
                allowed_company_ids=self.company.ids, tz=zone
            )
            asked = {"date_from": "2026-03-29", "date_to": "2026-03-29"}
            value = reader._get_values("custom", **asked)[reader].value
            action = reader.action_open_records("custom", **asked)
            leads = self.env["crm.lead"].with_context(active_test=False).search(action["domain"])
            self.assertEqual(len(leads & self.leads), value)

    def test_today_is_compared_with_yesterday_until_this_hour(self):
        self._won(100, at="2026-06-16 08:00:00")
        self._won(100, at="2026-06-15 09:00:00")
        self._won(100, at="2026-06-15 18:00:00")
        value = self._value("deals_won", "today", compare="previous", tz="UTC")
        self.assertEqual((value.value, value.previous), (1, 1))
