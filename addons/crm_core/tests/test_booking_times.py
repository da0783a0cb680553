# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When somebody is free: 09:00 is 09:00, whatever the clocks do."""

import doctest
import importlib
import pkgutil
from datetime import date, datetime, timedelta

from odoo.fields import Command
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools import booking
from ..tools.booking import free_slots
from .booking_common import BookingCase

#: zone, a day, and what nine o'clock is there in UTC
NINE = [
    ("Europe/Paris", "2026-03-27", "08:00"),
    ("Europe/Paris", "2026-03-30", "07:00"),
    ("Europe/Paris", "2026-10-23", "07:00"),
    ("Europe/Paris", "2026-10-26", "08:00"),
    ("Africa/Abidjan", "2026-03-27", "09:00"),
    ("Africa/Abidjan", "2026-10-26", "09:00"),
    ("Indian/Antananarivo", "2026-03-30", "06:00"),
    ("Indian/Antananarivo", "2026-10-23", "06:00"),
    ("America/St_Johns", "2026-03-06", "12:30"),
    ("America/St_Johns", "2026-03-09", "11:30"),
    ("America/St_Johns", "2026-10-30", "11:30"),
    ("America/St_Johns", "2026-11-02", "12:30"),
]


@tagged("post_install", "-at_install")
class TestBookingTools(BaseCase):
    def test_the_examples_in_the_tools_hold(self):
        for module in pkgutil.iter_modules(booking.__path__, booking.__name__ + "."):
            with self.subTest(module=module.name):
                result = doctest.testmod(importlib.import_module(module.name))
                self.assertTrue(result.attempted)
                self.assertFalse(result.failed)

    def test_nine_is_nine_before_and_after_the_clocks_change(self):
        for zone, day, expected in NINE:
            with self.subTest(zone=zone, day=day):
                start, stop = free_slots.get_day_span(*[date.fromisoformat(day)] * 2, zone)
                hours = [(weekday, 9.0, 10.0) for weekday in range(7)]
                work = free_slots.expand_week(hours, zone, start, stop)
                found = free_slots.find(work, [], free_slots.Rule(60, 60, zone=zone), start, stop)
                self.assertEqual([f"{one:%H:%M}" for one in found], [expected])

    def test_the_night_of_a_change_has_as_many_times_as_hours(self):
        for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-28", 24)):
            with self.subTest(day=day):
                start, stop = free_slots.get_day_span(
                    *[date.fromisoformat(day)] * 2, "Europe/Paris"
                )
                week = [(weekday, 0.0, 24.0) for weekday in range(7)]
                work = free_slots.expand_week(week, "Europe/Paris", start, stop)
                found = free_slots.find(work, [], free_slots.Rule(60, 60), start, stop)
                self.assertEqual(len(found), hours)
                self.assertEqual(len(set(found)), hours)

    def test_a_table_of_what_is_free_around_a_meeting(self):
        work = [(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 12))]
        busy = [(datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 10, 30))]
        cases = [
            ({}, ["09:00", "09:30", "10:30", "11:00", "11:30"]),
            ({"before": 10}, ["09:00", "09:30", "11:00", "11:30"]),
            ({"after": 10}, ["09:00", "10:30", "11:00", "11:30"]),
            ({"before": 30, "after": 30}, ["09:00", "11:00", "11:30"]),
            ({"duration": 60}, ["09:00", "10:30", "11:00"]),
            ({"duration": 60, "step": 60}, ["09:00", "11:00"]),
            ({"duration": 180}, []),
        ]
        for values, expected in cases:
            with self.subTest(**values):
                rule = free_slots.Rule(**{"duration": 30, "step": 30, **values})
                found = free_slots.find(work, busy, rule, *work[0])
                self.assertEqual([f"{one:%H:%M}" for one in found], expected)


@tagged("post_install", "-at_install")
class TestBookingTimes(BookingCase):
    def test_a_day_begins_and_ends_with_the_hours_of_the_person(self):
        times = self._get_times(day=3)
        self.assertEqual((times[0], times[-1], len(times)), ("03 08:00", "03 15:30", 16))
        self.assertFalse(self._get_times(day=7), "Saturday")

    def test_hours_follow_the_clock_change_of_the_person(self):
        with freeze_time("2026-03-27 06:00:00"):
            self.assertEqual(self._get_times(day=27)[0], "27 08:00")
            self.assertEqual(self._get_times(day=30)[0], "30 07:00")

    def test_hours_of_the_link_are_on_the_clock_of_the_person(self):
        self.salesperson.tz = "Indian/Antananarivo"
        hours = {"weekday": "1", "hour_from": 9, "hour_to": 10}
        self.link.write({"hours_mode": "own", "hour_ids": [Command.create(hours)]})
        self.assertEqual(self._get_times(), ["03 06:00", "03 06:30", "10 06:00", "10 06:30"])

    def test_notice_and_window_bound_what_is_offered(self):
        self.link.write({"notice_hours": 24, "window_days": 2})
        times = self._get_times()
        self.assertEqual((times[0], times[-1]), ("03 08:00", "03 15:30"))

    def test_meetings_take_their_time_unless_declined_or_shown_as_free(self):
        values = {
            "name": "Meeting",
            "start": "2026-03-03 09:00:00",
            "stop": "2026-03-03 10:00:00",
            "partner_ids": [Command.set(self.salesperson.partner_id.ids)],
            "user_id": self.salesperson.id,
        }
        event = self.env["calendar.event"].create(values)
        self.assertNotIn("03 09:00", self._get_times())
        self.assertNotIn("03 09:30", self._get_times())
        self.assertIn("03 10:00", self._get_times())
        event.show_as = "free"
        self.assertIn("03 09:00", self._get_times())
        event.show_as = "busy"
        event.attendee_ids.state = "declined"
        self.assertIn("03 09:00", self._get_times())

    def test_an_all_day_meeting_takes_the_day_of_the_person(self):
        self.salesperson.tz = "America/St_Johns"
        self.env["calendar.event"].create(
            {
                "name": "Fair",
                "allday": True,
                "start_date": "2026-03-03",
                "stop_date": "2026-03-03",
                "start": "2026-03-03 08:00:00",
                "stop": "2026-03-03 18:00:00",
                "partner_ids": [Command.set(self.salesperson.partner_id.ids)],
            }
        )
        self.assertFalse(self._get_times(day=3))
        self.assertTrue(self._get_times(day=4))

    def test_leave_and_holidays_are_not_offered(self):
        resource = self.env["resource.resource"].create(
            {
                "name": "Salesperson",
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
            }
        )
        leaves = self.env["resource.calendar.leaves"]
        day = {"date_from": "2026-03-02 23:00:00", "date_to": "2026-03-03 23:00:00"}
        leave = leaves.create({**day, "name": "Leave", "resource_id": resource.id})
        self.assertFalse(self._get_times(day=3))
        leave.unlink()
        self.assertTrue(self._get_times(day=3))
        leaves.create({**day, "name": "Holiday", "company_id": self.company.id})
        self.assertFalse(self._get_times(day=3))
        self.assertTrue(self._get_times(day=4))

    def test_a_booking_keeps_its_buffers_free(self):
        self.link.write({"buffer_before": 15, "buffer_after": 15})
        self.assertTrue(self._book("2026-03-03 09:00"))
        times = self._get_times(day=3)
        self.assertEqual(
            [
                one
                for one in ("03 08:00", "03 08:30", "03 09:00", "03 09:30", "03 10:00")
                if one in times
            ],
            ["03 08:00", "03 10:00"],
        )

    def test_no_more_a_day_than_allowed(self):
        self.link.max_per_day = 2
        self._book("2026-03-03 09:00")
        self._book("2026-03-03 10:00")
        self.assertFalse(self._get_times(day=3))
        self.assertFalse(self._book("2026-03-03 11:00"))
        self.assertTrue(self._get_times(day=4))

    def test_another_company_s_holidays_do_not_matter(self):
        day = {"date_from": "2026-03-02 23:00:00", "date_to": "2026-03-03 23:00:00"}
        elsewhere = self.env["resource.calendar.leaves"].with_company(self.company_xof)
        leave = elsewhere.create({**day, "name": "Elsewhere"})
        self.assertEqual(leave.company_id, self.company_xof)
        self.assertTrue(self._get_times(day=3))

    def test_looking_costs_the_same_however_many_people_and_meetings_there_are(self):
        people = self.salesperson.browse(
            [
                self.salesperson.copy({"login": f"host-{number}", "tz": "Europe/Paris"}).id
                for number in range(6)
            ]
        )
        link = self._create_link(
            slug="shared-link", mode="shared", user_ids=[Command.set(people.ids)]
        )
        begin = datetime(2026, 3, 3, 8)
        self.env["calendar.event"].create(
            [
                {
                    "name": "x",
                    "start": begin + timedelta(hours=n),
                    "stop": begin + timedelta(hours=n, minutes=30),
                    "partner_ids": [Command.set(people.partner_id.ids)],
                }
                for n in range(20)
            ]
        )
        link._get_free_times(people)
        for asked in (people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(16):
                link._get_free_times(asked)
