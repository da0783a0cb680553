# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.crm_support.tools import erlang

from .sla_common import SlaCase

MONDAY = date(2026, 6, 1)


@tagged("post_install", "-at_install")
class TestStaffing(SlaCase):
    """How many agents a team needs follows from what really came in, hour by hour, on the team's own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls._create_calendar("Europe/Paris", range(5), [(9, 17)])
        cls.team.resource_calendar_id = cls.calendar

    def _make_tickets(self, moment, count=1, team=None):
        """Tickets that came in at a moment of UTC."""
        tickets = self.env["crm.ticket"].create(
            [{"name": f"Ticket {n}", "team_id": (team or self.team).id} for n in range(count)]
        )
        tickets.date_opened = moment
        return tickets

    def _count(self, user=None, **values):
        staffing = (
            self.env["crm.staffing"]
            .with_user(user or self.lead)
            .create(
                {
                    "team_id": self.team.id,
                    "date_from": MONDAY,
                    "date_to": MONDAY + timedelta(days=27),
                    "handling_minutes": 30,
                    **values,
                }
            )
        )
        staffing.action_count()
        return staffing

    def _get_line(self, staffing, weekday, hour):
        return staffing.line_ids.filtered(
            lambda line: (line.weekday, line.hour) == (str(weekday), f"{hour:02}")
        )

    def test_agents_needed_follow_from_the_mean_of_an_hour(self):
        for week in range(4):
            self._make_tickets(datetime(2026, 6, 1, 8, 15) + timedelta(weeks=week), 6)
        staffing = self._count(share=80, answer_minutes=10)
        line = self._get_line(staffing, 0, 10)
        self.assertEqual((line.arrival_count, line.per_hour, line.workload), (24, 6, 3))
        self.assertEqual(line.needed, erlang.count_agents(3, 30, 10, 0.8))
        self.assertGreater(line.needed, 3, "more than the work alone, for what comes together")
        self.assertEqual((staffing.ticket_count, staffing.peak), (24, line.needed))

    def test_hours_are_those_of_the_teams_clock_in_summer_and_in_winter(self):
        self._make_tickets(datetime(2026, 6, 1, 7, 30))  # 9:30 in Paris
        self._make_tickets(datetime(2026, 1, 5, 8, 30))  # 9:30 in Paris as well
        summer = self._count()
        winter = self._count(date_from=date(2026, 1, 5), date_to=date(2026, 1, 11))
        for staffing in (summer, winter):
            self.assertEqual(self._get_line(staffing, 0, 9).arrival_count, 1)
            self.assertEqual(staffing.zone, "Europe/Paris")

    def test_the_period_begins_and_ends_at_midnight_of_the_team(self):
        self._make_tickets(datetime(2026, 5, 31, 21, 59))  # still Sunday evening in Paris
        self._make_tickets(datetime(2026, 5, 31, 22, 1))  # Monday
        self._make_tickets(datetime(2026, 6, 28, 21, 59))  # the last Sunday
        self._make_tickets(datetime(2026, 6, 28, 22, 1))  # the Monday after
        staffing = self._count()
        self.assertEqual(staffing.ticket_count, 2)
        self.assertEqual(self._get_line(staffing, 0, 0).arrival_count, 1)
        self.assertEqual(self._get_line(staffing, 6, 23).arrival_count, 1)

    def test_working_hours_stand_beside_with_the_members_there(self):
        self._make_tickets(datetime(2026, 6, 6, 10))  # a Saturday
        staffing = self._count()
        self.assertEqual(self._get_line(staffing, 0, 9).there, 2)
        self.assertEqual(self._get_line(staffing, 4, 16).there, 2)
        self.assertFalse(self._get_line(staffing, 0, 17), "closed, and nothing came in")
        saturday = self._get_line(staffing, 5, 12)
        self.assertEqual((saturday.there, saturday.needed, saturday.answered), (0, 1, 0))

    def test_one_holiday_does_not_close_all_mondays(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 1),
                "date_to": datetime(2026, 6, 2),
            }
        )
        self.assertEqual(self._get_line(self._count(), 0, 9).there, 2)

    def test_hours_with_too_few_are_counted_and_say_what_is_answered(self):
        for week in range(4):
            self._make_tickets(datetime(2026, 6, 1, 8, 15) + timedelta(weeks=week), 6)
        staffing = self._count()
        self.assertEqual(staffing.short_count, 1)
        self.assertEqual(self._get_line(staffing, 0, 10).answered, 0, "3 erlangs for 2 people")
        self.assertEqual(self._get_line(staffing, 0, 11).answered, 100, "nothing comes in")

    def test_work_on_a_ticket_follows_from_the_time_that_was_entered(self):
        first, second, _untimed = self._make_tickets(datetime(2026, 6, 1, 8), 3)
        self.env["crm.ticket.time"].create(
            [
                {"ticket_id": first.id, "minutes": 10, "date": MONDAY},
                {"ticket_id": first.id, "minutes": 20, "date": MONDAY},
                {"ticket_id": second.id, "minutes": 50, "date": MONDAY},
            ]
        )
        with Form(self.env["crm.staffing"].with_user(self.lead)) as form:
            form.team_id = self.team
            form.date_from, form.date_to = MONDAY, MONDAY + timedelta(days=27)
            self.assertEqual((form.handling_minutes, form.timed_count), (40, 2))
            form.handling_minutes = 5
        staffing = form.save()
        staffing.action_count()
        self.assertEqual(staffing.handling_minutes, 5, "what is written is tried")

    def test_the_usual_period_is_four_whole_weeks_until_yesterday(self):
        with freeze_time("2026-06-29 12:00:00"), Form(self.env["crm.staffing"]) as form:
            self.assertEqual((form.date_from, form.date_to), (MONDAY, date(2026, 6, 28)))
            form.team_id = self.team

    def test_merged_and_archived_tickets_came_in_too(self):
        self._make_tickets(datetime(2026, 6, 1, 8), 2).active = False
        self.assertEqual(self._count().ticket_count, 2)

    def test_a_team_without_tickets_needs_nobody(self):
        staffing = self._count()
        self.assertEqual((staffing.ticket_count, staffing.peak, staffing.short_count), (0, 0, 0))
        self.assertEqual(len(staffing.line_ids), 5 * 8, "its working hours")
        self.assertEqual(set(staffing.line_ids.mapped("needed")), {0})

    def test_counted_again_the_lines_are_new(self):
        staffing = self._count()
        self._make_tickets(datetime(2026, 6, 1, 8))
        staffing.action_count()
        self.assertEqual((staffing.ticket_count, len(staffing.line_ids)), (1, 5 * 8))

    def test_what_makes_no_sense_is_refused(self):
        for values in (
            {"share": 0},
            {"share": 100},
            {"answer_minutes": -1},
            {"answer_minutes": 1_000_000},
            {"handling_minutes": 0},
            {"handling_minutes": 100_000},
            {"date_to": MONDAY - timedelta(days=1)},
            {"date_to": MONDAY + timedelta(days=366)},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._count(**values)

    def test_a_question_goes_with_its_team(self):
        team = self._create_team("Test gone")
        staffing = self._count(team_id=team.id)
        team.unlink()
        self.assertFalse(staffing.exists())

    def test_only_leads_and_managers_count_and_only_their_companies(self):
        for person in (self.lead, self.manager):
            self.assertTrue(self._count(person).is_done)
        for person in (self.agent, self.employee, self.portal, self.stranger):
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                self._count(person)

    def test_nobody_reads_what_another_asked(self):
        staffing = self._count(self.lead)
        with self.assertRaises(AccessError):
            staffing.with_user(self.manager).action_count()
        with self.assertRaises(AccessError):
            staffing.line_ids.with_user(self.manager).read(["needed"])

    def test_the_table_shows_this_question_alone(self):
        staffing = self._count()
        self._count()
        action = staffing.action_view_week()
        self.assertEqual(
            self.env["crm.staffing.line"].with_user(self.lead).search(action["domain"]),
            staffing.line_ids,
        )

    def test_the_number_of_queries_does_not_grow_with_tickets(self):
        def read():
            staffing = self.env["crm.staffing"].with_user(self.lead)
            draft = staffing.new(
                {
                    "team_id": self.team.id,
                    "date_from": MONDAY,
                    "date_to": MONDAY + timedelta(days=27),
                    "handling_minutes": 30,
                    "share": 80,
                    "answer_minutes": 30,
                }
            )
            return draft._prepare_lines()

        read()
        self._make_tickets(datetime(2026, 6, 1, 8), 20)
        self.env.flush_all()
        with self.assertQueryCount(1):
            lines = read()
        self.assertEqual(sum(line["arrival_count"] for line in lines), 20)
