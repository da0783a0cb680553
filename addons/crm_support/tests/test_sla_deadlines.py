# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from ..tools import sla_clock, sla_policy, sla_simulation, working_time
from .sla_common import SlaCase

MINUTE = 1 / 60

#: whose hours, promised hours, when the ticket came in, what happened to it, deadline, state; on the clock of whose hours they are
CASES = [
    # one week in Paris: 9 to 12 and 14 to 18, Monday to Friday
    ("paris", 1, "2026-03-02 09:00", (), "2026-03-02 10:00", "running"),
    ("paris", 3, "2026-03-02 09:00", (), "2026-03-02 12:00", "running"),
    ("paris", 3.5, "2026-03-02 09:00", (), "2026-03-02 14:30", "running"),
    ("paris", 7, "2026-03-02 09:00", (), "2026-03-02 18:00", "running"),
    ("paris", 8, "2026-03-02 09:00", (), "2026-03-03 10:00", "running"),
    ("paris", 35, "2026-03-02 09:00", (), "2026-03-06 18:00", "running"),
    ("paris", 36, "2026-03-02 09:00", (), "2026-03-09 10:00", "running"),
    ("paris", MINUTE, "2026-03-02 09:00", (), "2026-03-02 09:01", "running"),
    ("paris", 2 * MINUTE, "2026-03-02 11:59", (), "2026-03-02 14:01", "running"),
    # out of hours
    ("paris", 1, "2026-03-02 07:00", (), "2026-03-02 10:00", "running"),
    ("paris", 1, "2026-03-02 12:30", (), "2026-03-02 15:00", "running"),
    ("paris", 1, "2026-03-02 18:00", (), "2026-03-03 10:00", "running"),
    ("paris", 2, "2026-03-02 19:45", (), "2026-03-03 11:00", "running"),
    ("paris", 0.5, "2026-03-06 17:30", (), "2026-03-06 18:00", "running"),
    ("paris", 1, "2026-03-06 17:30", (), "2026-03-09 09:30", "running"),
    ("paris", 1, "2026-03-07 11:00", (), "2026-03-09 10:00", "running"),
    ("paris", 7, "2026-03-08 23:59", (), "2026-03-09 18:00", "running"),
    # holidays and the end of the year
    ("paris", 2, "2026-04-30 17:00", (), "2026-05-04 10:00", "running"),
    ("paris", 1, "2026-05-01 10:00", (), "2026-05-04 10:00", "running"),
    ("paris", 1, "2026-12-24 17:30", (), "2026-12-28 09:30", "running"),
    ("paris", 2, "2026-12-31 17:00", (), "2027-01-01 10:00", "running"),
    # the clocks of Paris change
    ("paris", 2, "2026-03-27 17:00", (), "2026-03-30 10:00", "running"),
    ("paris", 2, "2026-10-23 17:00", (), "2026-10-26 10:00", "running"),
    ("paris_always", 6, "2026-03-28 22:00", (), "2026-03-29 05:00", "running"),
    ("paris_always", 6, "2026-10-24 22:00", (), "2026-10-25 03:00", "running"),
    ("paris_always", 24, "2026-03-28 12:00", (), "2026-03-29 13:00", "running"),
    ("paris_night", 3, "2026-03-02 23:00", (), "2026-03-03 02:00", "running"),
    ("paris_night", 8, "2026-03-28 22:00", (), "2026-03-29 23:00", "running"),
    ("paris_night", 8, "2026-10-24 22:00", (), "2026-10-25 05:00", "running"),
    # other places
    ("abidjan", 9, "2026-03-02 08:00", (), "2026-03-02 17:00", "running"),
    ("abidjan", 2 * MINUTE, "2026-03-06 16:59", (), "2026-03-09 08:01", "running"),
    ("abidjan", 2, "2026-03-27 16:00", (), "2026-03-30 09:00", "running"),
    ("abidjan", 1, "2026-02-28 10:00", (), "2026-03-02 09:00", "running"),
    ("abidjan", 2, "2028-02-28 16:00", (), "2028-02-29 09:00", "running"),
    ("antananarivo", 2, "2026-03-07 11:00", (), "2026-03-09 09:00", "running"),
    ("antananarivo", 4, "2026-03-02 06:00", (), "2026-03-02 12:00", "running"),
    ("antananarivo", 1, "2026-03-04 12:00", (), "2026-03-05 09:00", "running"),
    ("kolkata", 9, "2026-03-02 09:30", (), "2026-03-02 18:30", "running"),
    ("kolkata", 1, "2026-03-02 18:00", (), "2026-03-03 10:00", "running"),
    ("kolkata", 2 * MINUTE, "2026-03-06 18:29", (), "2026-03-09 09:31", "running"),
    ("denver", 2, "2026-03-06 16:00", (), "2026-03-09 09:00", "running"),
    ("denver", 2, "2026-10-30 16:00", (), "2026-11-02 09:00", "running"),
    ("denver", 1, "2026-03-02 03:00", (), "2026-03-02 09:00", "running"),
    # round the clock, never, every other week, flexible
    ("always", 1, "2026-03-07 23:30", (), "2026-03-08 00:30", "running"),
    ("always", 2, "2026-12-31 23:00", (), "2027-01-01 01:00", "running"),
    ("always", 2, "2028-02-28 23:00", (), "2028-02-29 01:00", "running"),
    ("always", 720, "2026-03-28 12:00", (), "2026-04-27 12:00", "running"),
    ("empty", 1, "2026-03-02 09:00", (), None, "running"),
    ("two_weeks", 4, "2026-03-02 08:00", (), "2026-03-10 10:00", "running"),
    ("two_weeks", 4, "2026-03-10 08:00", (), "2026-03-16 10:00", "running"),
    ("flexible", 9, "2026-03-06 08:00", (), "2026-03-09 09:00", "running"),
    # waiting for somebody else
    ("paris", 4, "2026-03-02 09:00", (("10:00", "wait"),), None, "paused"),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (("10:00", "wait"), ("15:00", "customer")),
        "2026-03-02 18:00",
        "running",
    ),
    (
        "paris",
        4,
        "2026-03-06 16:00",
        (("17:00", "wait"), ("2026-03-09 09:30", "customer")),
        "2026-03-09 14:30",
        "running",
    ),
    (
        "paris",
        4,
        "2026-04-30 16:00",
        (("17:00", "wait"), ("2026-05-04 10:00", "work")),
        "2026-05-04 15:00",
        "running",
    ),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (("09:30", "wait"), ("10:00", "work"), ("11:00", "wait"), ("14:00", "customer")),
        "2026-03-02 16:30",
        "running",
    ),
    (
        "paris",
        8,
        "2026-03-02 09:00",
        (("19:00", "wait"), ("2026-03-03 08:00", "customer")),
        "2026-03-03 10:00",
        "running",
    ),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (
            ("10:00", "wait"),
            ("10:30", "customer"),
            ("11:00", "work"),
            ("11:30", "wait"),
            ("14:00", "customer"),
        ),
        "2026-03-02 16:00",
        "running",
    ),
    (
        "paris_always",
        6,
        "2026-03-28 22:00",
        (("2026-03-29 01:00", "wait"), ("2026-03-29 03:00", "work")),
        "2026-03-29 06:00",
        "running",
    ),
    # closed and opened again
    ("paris", 4, "2026-03-02 09:00", (("10:00", "close"),), "2026-03-02 15:00", "met"),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (("10:00", "close"), ("16:00", "reopen")),
        "2026-03-03 10:00",
        "running",
    ),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (("11:00", "close"), ("2026-03-06 17:00", "reopen")),
        "2026-03-09 10:00",
        "running",
    ),
    # another priority; what is urgent is promised in half the time
    ("paris", 8, "2026-03-02 09:00", (("10:00", "urgent"),), "2026-03-02 15:00", "running"),
    ("paris", 8, "2026-03-02 09:00", (("16:00", "urgent"),), "2026-03-02 16:00", "running"),
    (
        "paris",
        8,
        "2026-03-02 09:00",
        (("09:00", "urgent"), ("11:00", "normal")),
        "2026-03-03 10:00",
        "running",
    ),
    (
        "paris",
        8,
        "2026-03-02 09:00",
        (("10:00", "wait"), ("11:00", "urgent"), ("14:00", "customer")),
        "2026-03-02 17:00",
        "running",
    ),
    # other hours, another policy, another team, a day off
    ("paris", 4, "2026-03-02 09:00", (("10:00", "hours"),), "2026-03-02 13:00", "running"),
    ("paris", 4, "2026-03-02 09:00", (("10:00", "policy"),), "2026-03-02 11:00", "running"),
    ("paris", 4, "2026-03-02 09:00", (("10:00", "day_off"),), "2026-03-03 10:00", "running"),
    ("paris", 4, "2026-03-02 09:00", (("10:00", "team"),), "2026-03-02 13:00", "running"),
    (
        "paris",
        4,
        "2026-03-02 09:00",
        (("10:00", "unmatched"), ("11:00", "policy_back")),
        "2026-03-02 15:00",
        "running",
    ),
    # too late
    ("paris", 1, "2026-03-02 09:00", (("10:00", "close"),), "2026-03-02 10:00", "met"),
    ("paris", 1, "2026-03-02 09:00", (("11:00", "close"),), "2026-03-02 10:00", "late"),
    ("paris", 1, "2026-03-02 09:00", (("11:00", "wait"),), "2026-03-02 10:00", "breached"),
    (
        "paris",
        2,
        "2026-03-02 09:00",
        (("14:00", "urgent"), ("15:00", "normal")),
        "2026-03-02 11:00",
        "breached",
    ),
    (
        "paris",
        1,
        "2026-03-02 09:00",
        (("11:00", "close"), ("14:00", "reopen")),
        "2026-03-02 10:00",
        "breached",
    ),
    ("paris", 1, "2026-03-06 17:30", (("2026-03-09 09:31", "close"),), "2026-03-09 09:30", "late"),
]


@tagged("post_install", "-at_install")
class TestSlaDeadlines(SlaCase):
    """Every deadline to the minute, and each again from its events (S-22, T-S5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        create = cls._create_calendar
        cls.hours = {
            "paris": cls.paris,
            "paris_always": create("Europe/Paris", range(7), [(0, 24)]),
            "paris_night": create("Europe/Paris", range(7), [(0, 6), (22, 24)]),
            "abidjan": create("Africa/Abidjan", range(5), [(8, 17)]),
            "antananarivo": create("Indian/Antananarivo", range(6), [(8, 12)]),
            "kolkata": create("Asia/Kolkata", range(5), [(9.5, 18.5)]),
            "denver": create("America/Denver", range(5), [(8, 17)]),
            "always": create("UTC", range(7), [(0, 24)]),
            "empty": create("Europe/Paris", (), ()),
            "two_weeks": cls._create_two_weeks(),
            "flexible": create(
                "Europe/Paris",
                (),
                (),
                schedule_type="flexible",
                hours_per_day=8,
                full_time_required_hours=40,
            ),
        }
        cls.urgent_priority = {"priority": "3"}

    @classmethod
    def _create_two_weeks(cls):
        calendar = cls._create_calendar("Europe/Paris", (), (), two_weeks_calendar=True)
        lines = [("0", "0", "0"), ("1", "1", "1")]
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": "Work",
                    "dayofweek": day,
                    "week_type": week,
                    "hour_from": 9,
                    "hour_to": 12,
                    "sequence": int(sequence),
                }
            )
            for day, week, sequence in lines
        ]
        return calendar

    def _do(self, ticket, what):
        if what in ("wait", "work", "close", "reopen"):
            stages = {
                "wait": self.stage_waiting,
                "work": self.stage_doing,
                "close": self.stage_solved,
                "reopen": self.stage_doing,
            }
            ticket.stage_id = stages[what]
        elif what == "customer":
            self._write_as_customer(ticket)
        elif what in ("urgent", "normal"):
            ticket.priority = "3" if what == "urgent" else "1"
        elif what == "hours":
            ticket.team_id.resource_calendar_id = self.hours["always"]
            ticket._rematch_sla("policy")
        elif what == "policy":
            self.policy.target_ids.hours = 2
            ticket._rematch_sla("policy")
        elif what == "day_off":
            self._create_day_off(self.paris, "2026-03-02 14:00", "2026-03-02 18:00")
            ticket._rematch_sla("calendar")
        elif what == "team":
            ticket.team_id = self._create_team(
                "Round the clock", resource_calendar_id=self.hours["always"].id
            )
        elif what == "unmatched":
            self.policy.state = "draft"
            ticket._rematch_sla("policy")
        elif what == "policy_back":
            self.policy.state = "active"
            ticket._rematch_sla("policy")

    def test_deadlines_are_exact_to_the_minute(self):
        self.assertGreaterEqual(len(CASES), 60)
        for name, promised, start, story, deadline, state in CASES:
            with (
                self.subTest(hours=name, promised=promised, start=start, story=story),
                self.env.cr.savepoint() as savepoint,
            ):
                calendar = self.hours[name]
                self.team.resource_calendar_id = calendar
                self._promise(
                    ("resolution", promised), ("resolution", promised / 2, self.urgent_priority)
                )
                with self._at(start, calendar.tz):
                    ticket = self._create_ticket(partner_id=self.contact.id)
                last = start
                for moment, what in story:
                    last = moment if " " in moment else f"{start[:10]} {moment}"
                    with self._at(last, calendar.tz):
                        self._do(ticket, what)
                with self._at(last, calendar.tz):
                    self._check_sla(ticket, deadline, state, zone=calendar.tz)
                savepoint.rollback()
                self.env.registry.clear_cache()

    def test_the_rules_hold_without_a_database(self):
        for module in (working_time, sla_clock, sla_policy, sla_simulation):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed, module.__name__)

    def test_a_year_of_deadlines_agrees_with_walking_the_minutes(self):
        hours = self.env["resource.calendar"]._get_working_times()(self.paris.id)
        moment = self._to_utc("2026-03-24 07:13")
        for step in range(60):
            start = moment + timedelta(hours=7 * step, minutes=11 * step)
            end = hours.add(start, 3 * 3600 + 60 * step)
            self.assertEqual(hours.between(start, end), 3 * 3600 + 60 * step)
            self.assertEqual(
                hours.between(start, end - timedelta(minutes=1)), 3 * 3600 + 60 * step - 60
            )

    def test_days_off_of_another_company_do_not_count(self):
        self.env["resource.calendar.leaves"].with_company(self.company_other).create(
            {
                "name": "Elsewhere",
                "date_from": self._to_utc("2026-03-02 00:00"),
                "date_to": self._to_utc("2026-03-02 23:00"),
            }
        )
        hours = self.env["resource.calendar"]._get_working_times()(self.paris.id)
        self.assertEqual(
            self._say(hours.add(self._to_utc("2026-03-02 09:00"), 3600)), "2026-03-02 10:00"
        )
