# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .visit_common import VisitCase

#: the day after today of these tests, a Monday
MONDAY = datetime(2026, 3, 2, 9)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-01 08:00:00")
class TestVisitProposals(VisitCase):
    """Who is offered, and when; nobody twice; the calendar and the visit follow one another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.agent | cls.lead).tz = "UTC"
        cls.type.write(
            {
                "company_id": cls.company.id,
                "sequence": 0,
                "skill_ids": [Command.set(cls.skill.ids)],
            }
        )
        cls.contact.write({"street": "12 quai du Port", "city": "Lyon"})
        cls.profile = cls.env["crm.routing.profile"].create(
            {
                "user_id": cls.agent.id,
                "company_id": cls.company.id,
                "skill_ids": [Command.create({"skill_id": cls.skill.id, "level": "2"})],
            }
        )

    @classmethod
    def _create_visit(cls, start=MONDAY, hours=2, **values):
        stop = start + timedelta(hours=hours)
        return cls._plan(start=start, stop=stop, **values).sudo()

    def _open_plan(self, person=None, **values):
        action = self.ticket.with_user(person or self.agent).action_plan_visit()
        plan = self.env["crm.visit.plan"].with_user(person or self.agent).browse(action["res_id"])
        if values:
            plan.write(values)
            plan.action_propose()
        return plan

    # -- Who can go, and when ----------------------------------------------------------------------

    def test_a_visit_is_planned_from_a_ticket_in_two_clicks(self):
        plan = self._open_plan()
        self.assertEqual(plan.line_ids.user_id, self.agent, "who has the skill")
        self.assertTrue(plan.address.startswith("12 quai du Port, Lyon"))
        action = plan.line_ids[0].action_choose()
        visit = self.env["crm.visit"].browse(action["res_id"])
        self.assertEqual((visit.ticket_id, visit.partner_id), (self.ticket, self.contact))
        self.assertEqual(visit.stop - visit.start, timedelta(hours=2))
        self.assertEqual(visit.state, "planned")
        self.assertTrue(visit.number.startswith("V"))
        self.assertEqual(self.ticket.visit_count, 1)

    def test_times_lie_in_working_hours_and_leave_room_for_travel(self):
        self._create_visit(MONDAY, 2)
        starts = self._open_plan(date_from="2026-03-02").line_ids.mapped("start")
        self.assertTrue(starts)
        for start in starts:
            around = (start - timedelta(minutes=30), start + timedelta(hours=2, minutes=30))
            self.assertFalse(
                around[0] < datetime(2026, 3, 2, 11, 30) and around[1] > datetime(2026, 3, 2, 8, 30)
            )
            self.assertLess(start.weekday(), 5)

    def test_times_of_a_day_are_apart(self):
        starts = self._open_plan(date_from="2026-03-02").line_ids.mapped("start")
        same_day = [start for start in starts if start.day == 2]
        self.assertEqual(len(same_day), 2)
        self.assertGreaterEqual(same_day[1] - same_day[0], timedelta(hours=3))

    def test_a_visit_is_planned_by_hand_at_any_time(self):
        action = self._open_plan().action_by_hand()
        context = action["context"]
        self.assertEqual(context["default_ticket_id"], self.ticket.id)
        self.assertEqual(context["default_partner_id"], self.contact.id)

    def test_who_lacks_the_skill_or_its_level_is_not_offered(self):
        self.type.skill_level = "3"
        plan = self._open_plan()
        self.assertFalse(plan.line_ids)
        self.assertIn("Test cold", plan.problem)
        self.profile.skill_ids.level = "3"
        plan.action_propose()
        self.assertEqual(plan.line_ids.user_id, self.agent)
        self.assertFalse(plan.problem)

    def test_who_is_on_leave_or_in_a_meeting_is_not_offered_then(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.profile.resource_id.id,
                "calendar_id": False,
                "company_id": self.company.id,
                "date_from": "2026-03-02 00:00:00",
                "date_to": "2026-03-03 23:59:59",
            }
        )
        self.env["calendar.event"].create(
            {
                "name": "Training",
                "start": "2026-03-04 00:00:00",
                "stop": "2026-03-04 23:59:00",
                "partner_ids": [Command.set(self.agent.partner_id.ids)],
            }
        )
        first = self._open_plan(date_from="2026-03-02").line_ids[0].start
        self.assertEqual(first.date(), fields.Date.to_date("2026-03-05"))

    def test_visits_of_the_same_day_are_shown_with_a_proposal(self):
        self._create_visit(MONDAY, 2)
        plan = self._open_plan(date_from="2026-03-02")
        same_day = plan.line_ids.filtered(lambda line: line.start.day == 2)
        self.assertIn("09:00 Test Customer Ltd, Lyon", same_day[0].day_text)
        other = plan.line_ids.filtered(lambda line: line.start.day == 3)
        self.assertFalse(other[0].day_text)

    def test_a_day_for_travel_is_kept_free(self):
        visit = self._create_visit(MONDAY + timedelta(days=1), is_travel_day_before=True)
        self.assertEqual(visit.busy_from, datetime(2026, 3, 2))
        with self.assertRaises(ValidationError):
            self._create_visit(MONDAY)
        starts = self._open_plan(date_from="2026-03-02").line_ids.mapped("start")
        self.assertFalse([start for start in starts if start.day == 2])

    def test_travel_days_are_days_on_the_clock_of_who_goes(self):
        self.agent.tz = "Europe/Paris"
        visit = self._create_visit(
            datetime(2026, 3, 30, 9), is_travel_day_before=True, is_travel_day_after=True
        )
        self.assertEqual(visit.busy_from, datetime(2026, 3, 28, 23), "Paris was an hour ahead then")
        self.assertEqual(visit.busy_to, datetime(2026, 3, 31, 22), "and two after the change")

    def test_planning_needs_a_customer(self):
        ticket = self._create_ticket("From nobody")
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).action_plan_visit()

    def test_a_visit_is_planned_from_a_customer(self):
        action = self.contact.with_user(self.agent).action_plan_visit()
        plan = self.env["crm.visit.plan"].browse(action["res_id"])
        self.assertEqual((plan.partner_id, plan.team_id), (self.contact, self.team))

    def test_the_form_warns_of_what_speaks_against_a_plan(self):
        visit = self._create_visit(datetime(2026, 3, 1, 9), user=self.lead)
        self.assertIn("lacks: Test cold", visit.planning_warning)
        self.assertIn("does not work then", visit.planning_warning)
        good = self._create_visit(MONDAY)
        self.assertFalse(good.planning_warning)
        self.env["calendar.event"].create(
            {
                "name": "Training",
                "start": MONDAY,
                "stop": MONDAY + timedelta(hours=1),
                "partner_ids": [Command.set(self.agent.partner_id.ids)],
            }
        )
        good.invalidate_recordset(["planning_warning"])
        self.assertIn("has something else", good.planning_warning)

    # -- Nobody twice ------------------------------------------------------------------------------

    def test_two_visits_of_one_person_do_not_overlap_travel_included(self):
        self._create_visit(MONDAY, 2)
        with self.assertRaises(ValidationError):
            self._create_visit(MONDAY + timedelta(hours=2, minutes=30))
        after = self._create_visit(MONDAY + timedelta(hours=3))
        with self.assertRaises(ValidationError):
            after.start = MONDAY + timedelta(hours=2)
        self._create_visit(MONDAY, user=self.lead)

    def test_a_refused_move_leaves_the_time_of_the_visit_taken(self):
        first, second = self._create_visit(MONDAY), self._create_visit(MONDAY + timedelta(days=1))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            second.write({"start": MONDAY, "stop": MONDAY + timedelta(hours=1)})
        self.env.invalidate_all()
        self.assertTrue(first.is_reserved and second.is_reserved)

    def test_the_database_refuses_what_a_planner_could_not_see(self):
        """The second of two at once gets a refusal, not an error: its own check of the time sees nothing."""
        self._create_visit(MONDAY)
        with (
            patch.object(type(self.env["crm.booking"]), "_queue_for", lambda *_args: None),
            self.assertNoLogs("odoo.sql_db", "ERROR"),
            self.assertRaises(ValidationError),
        ):
            self._create_visit(MONDAY)

    def test_a_cancelled_or_finished_visit_gives_its_time_back(self):
        visit = self._create_visit(MONDAY)
        visit._cancel("customer")
        again = self._create_visit(MONDAY)
        self._do(again.with_user(self.agent))
        self._create_visit(MONDAY)
        self.assertFalse(visit.is_reserved or again.is_reserved)

    def test_booking_links_see_visits_with_their_travel(self):
        link = self.env["crm.booking.type"].create(
            {
                "name": "Call me",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.agent.ids)],
                "duration": 30,
                "step": 30,
                "notice_hours": 0,
            }
        )
        day = (datetime(2026, 3, 2), datetime(2026, 3, 3))
        before = link._get_free_times(self.agent, *day)[self.agent.id]
        self._create_visit(MONDAY, 2)
        after = link._get_free_times(self.agent, *day)[self.agent.id]
        taken = set(before) - set(after)
        self.assertTrue(taken)
        self.assertTrue(
            all(datetime(2026, 3, 2, 8) < s < datetime(2026, 3, 2, 11, 30) for s in taken)
        )
        self.assertNotIn(datetime(2026, 3, 2, 11), after, "travel back")

    # -- The calendar ------------------------------------------------------------------------------

    def test_the_calendar_has_the_visit_and_its_travel(self):
        visit = self._create_visit(MONDAY)
        parts = {event.crm_visit_part: (event.start, event.stop) for event in visit.event_ids}
        self.assertEqual(parts["visit"], (MONDAY, MONDAY + timedelta(hours=2)))
        self.assertEqual(parts["before"], (MONDAY - timedelta(minutes=30), MONDAY))
        self.assertEqual(set(parts), {"visit", "before", "after"})
        self.assertEqual(visit.event_ids.partner_ids, self.agent.partner_id)

    def test_the_meeting_follows_the_visit(self):
        visit = self._create_visit(MONDAY)
        visit.write({"travel_after": 0, "start": MONDAY + timedelta(hours=1)})
        parts = {event.crm_visit_part: event for event in visit.event_ids}
        self.assertEqual(set(parts), {"visit", "before"})
        self.assertEqual(parts["visit"].start, MONDAY + timedelta(hours=1))
        visit.user_id = self.lead
        self.assertEqual(parts["visit"].partner_ids, self.lead.partner_id)
        visit._cancel("us")
        self.assertFalse(visit.event_ids, "archived")

    def test_the_visit_follows_its_meeting(self):
        visit = self._create_visit(MONDAY)
        meeting = visit.event_ids.filtered(lambda event: event.crm_visit_part == "visit")
        later = MONDAY + timedelta(days=1)
        meeting.with_user(self.agent).write({"start": later, "stop": later + timedelta(hours=1)})
        self.assertEqual((visit.start, visit.stop), (later, later + timedelta(hours=1)))
        travel = visit.event_ids.filtered(lambda event: event.crm_visit_part == "before")
        self.assertEqual(travel.stop, later)
        with self.assertRaises(UserError):
            travel.with_user(self.agent).start = MONDAY
        self._create_visit(MONDAY)
        with self.assertRaises(ValidationError):
            meeting.write({"start": MONDAY, "stop": MONDAY + timedelta(hours=1)})

    def test_a_meeting_taken_off_the_calendar_cancels_the_visit(self):
        first, second = self._create_visit(MONDAY), self._create_visit(MONDAY + timedelta(days=1))
        for visit, how in ((first, "unlink"), (second, "action_archive")):
            getattr(visit.event_ids.filtered(lambda e: e.crm_visit_part == "visit"), how)()
            self.assertEqual((visit.state, visit.cancel_reason), ("cancelled", "other"))

    def test_a_visit_is_planned_anew(self):
        visit = self._create_visit(MONDAY, 3)
        action = visit.with_user(self.agent).action_plan_again()
        plan = self.env["crm.visit.plan"].with_user(self.agent).browse(action["res_id"])
        self.assertEqual(plan.duration, 3)
        self.assertIn(
            MONDAY - timedelta(hours=1), plan.line_ids.mapped("start"), "its own time is free"
        )
        plan.line_ids[-1].action_choose()
        self.assertEqual(visit.start, plan.line_ids[-1].start)
        self.assertEqual(len(self.ticket.visit_ids), 1)

    def test_a_visit_that_took_place_is_not_deleted(self):
        done, planned = self._create_visit(MONDAY), self._create_visit(MONDAY + timedelta(days=1))
        self._do(done.with_user(self.agent))
        events = planned.event_ids
        planned.with_user(self.manager).unlink()
        self.assertFalse(events.exists())
        with self.assertRaises(UserError):
            done.with_user(self.manager).unlink()
