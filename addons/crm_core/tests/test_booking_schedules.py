# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever schedule somebody has, what is offered can be booked, and nothing else."""

from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .booking_common import BookingCase

DAYS = range(7)


@tagged("post_install", "-at_install")
class TestBookingSchedules(BookingCase):
    def _work(self, *hours):
        lines = [
            Command.create({"weekday": str(day), "hour_from": start, "hour_to": stop})
            for day, start, stop in hours
        ]
        self.link.write({"hours_mode": "own", "hour_ids": [Command.clear(), *lines]})

    def _assert_all_can_be_booked(self):
        """What the page lists is free when it is asked for alone, too."""
        times = self.link._get_free_times(self.salesperson)[self.salesperson.id]
        self.assertTrue(times)
        for start in times[:: max(1, len(times) // 40)]:
            alone = self.link._get_free_times(self.salesperson, start, start + timedelta(minutes=1))
            self.assertIn(start, alone[self.salesperson.id])
        return times

    def test_who_works_around_the_clock_is_offered_at_round_times_that_can_be_booked(self):
        self._work(*((day, 0, 24) for day in DAYS))
        for step in (30, 35, 50, 90):
            with self.subTest(step=step), freeze_time("2026-03-02 06:07:23"):
                self.link.step = step
                times = self._assert_all_can_be_booked()
                self.assertEqual({start.second for start in times}, {0})
        with freeze_time("2026-03-02 06:07:23"):
            self.link.step = 30
            self.assertEqual(self._get_times()[:2], ["02 06:30", "02 07:00"])
            self.assertTrue(self._book("2026-03-02 06:30"))

    def test_a_night_shift_goes_on_after_midnight(self):
        self._work(*((day, 22, 24) for day in DAYS), *((day, 0, 2) for day in DAYS))
        self.link.write({"duration": 60, "step": 60})
        self._assert_all_can_be_booked()
        self.assertEqual(self._get_times(day=4), ["04 00:00", "04 21:00", "04 22:00", "04 23:00"])

    def test_flexible_hours_are_those_of_a_plain_week_around_noon(self):
        self.calendar.write({"schedule_type": "flexible", "hours_per_day": 6})
        for day in range(2, 9):
            with self.subTest(day=day), freeze_time(f"2026-03-{day:02} 06:00:00"):
                self._assert_all_can_be_booked()
                self.assertEqual(self._get_times(day=11)[0], "11 08:00")
                self.assertEqual(self._get_times(day=11)[-1], "11 13:30")
                self.assertFalse(self._get_times(day=14), "Saturday")

    def test_who_has_no_hours_of_his_own_is_not_met_at_night(self):
        self.env["resource.resource"].create(
            {
                "name": "Free as a bird",
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "calendar_id": False,
            }
        )
        self.assertEqual(self._get_times(day=3)[0], "03 08:00")
        self.assertFalse(self._get_times(day=7), "Saturday")

    def test_a_company_without_hours_has_those_of_an_office(self):
        self.company.resource_calendar_id = False
        times = self._get_times(day=3)
        self.assertEqual((times[0], times[-1], len(times)), ("03 07:00", "03 15:30", 16))

    def test_weeks_that_alternate_are_told_apart(self):
        self.calendar.switch_calendar_type()
        even = self.calendar.attendance_ids.filtered(lambda line: line.week_type == "0")
        even.filtered(lambda line: line.dayofweek == "1").unlink()
        self.assertEqual(sorted(bool(self._get_times(day=day)) for day in (3, 10)), [False, True])
        self._assert_all_can_be_booked()

    def test_the_day_that_is_full_is_that_of_the_person(self):
        self.salesperson.tz = "America/St_Johns"
        self._work(*((day, 20, 24) for day in DAYS), *((day, 0, 4) for day in DAYS))
        self.link.write({"max_per_day": 1, "duration": 30, "step": 30})
        # 23:00 of the 3rd in St. John's, where it is the 4th in UTC and at the customer's
        self.assertTrue(self._book("2026-03-04 02:30"))
        self.assertNotIn("04 03:00", self._get_times(), "23:30 of the same day there")
        self.assertIn("04 03:30", self._get_times(), "midnight: the day after")

    def test_archived_people_are_not_offered(self):
        self.salesperson.active = False
        self.assertFalse(self.link._get_hosts())

    def test_meetings_of_all_kinds_take_their_time(self):
        partner = self.salesperson.partner_id
        values = {
            "name": "Weekly",
            "start": "2026-03-03 09:00:00",
            "stop": "2026-03-03 09:30:00",
            "partner_ids": [Command.set(partner.ids)],
            "user_id": self.salesperson_all.id,
            "privacy": "private",
        }
        event = self.env["calendar.event"].create(
            {
                **values,
                "recurrency": True,
                "rrule_type": "weekly",
                "tue": True,
                "end_type": "count",
                "count": 2,
            }
        )
        for day in (3, 10):
            self.assertNotIn(f"{day:02} 09:00", self._get_times())
        attendee = event.attendee_ids.filtered(lambda one: one.partner_id == partner)
        for state, is_free in (("tentative", False), ("accepted", False), ("declined", True)):
            attendee.state = state
            self.assertEqual("03 09:00" in self._get_times(), is_free, state)
        self.assertNotIn("10 09:00", self._get_times(), "declined once, not for ever")

    def test_a_meeting_of_the_other_company_takes_the_time_here_too(self):
        self.salesperson.company_ids |= self.company_xof
        link = self._create_link(
            slug="other-company", company_id=self.company_xof.id, team_id=False
        )
        self.company_xof.resource_calendar_id = self.calendar.copy(
            {"company_id": self.company_xof.id}
        )
        self.assertTrue(self._book("2026-03-03 09:00"))
        self.assertNotIn("03 09:00", self._get_times(link))
        self.assertIn("03 09:30", self._get_times(link))

    def test_the_last_days_of_a_month_lead_into_the_next(self):
        with freeze_time("2026-01-29 06:00:00"):
            times = self.link._get_free_times(self.salesperson)[self.salesperson.id]
        self.assertEqual({start.month for start in times}, {1, 2})
        self.assertIn(datetime(2026, 2, 2, 8), times)
