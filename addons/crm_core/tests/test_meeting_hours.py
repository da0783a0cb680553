# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCoreCase

ZONES = (
    "Africa/Abidjan",
    "Africa/Dakar",
    "Africa/Douala",
    "Africa/Nairobi",
    "Europe/Paris",
    "Indian/Antananarivo",
)
#: days before and after the clocks of Europe change
DAYS = (date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 29), date(2027, 11, 2))
NINE = 9


@tagged("post_install", "-at_install")
class TestMeetingHours(CrmCoreCase):
    """A meeting is at the hour on the wall of who reads it (T-C2), each week again (T-C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.group_ids += cls.env.ref("base.group_allow_export")

    def _as(self, zone):
        """Return the environment of a salesperson who lives in a zone."""
        self.salesperson.tz = zone
        return self.env(
            user=self.salesperson, context={"tz": zone, "lang": "en_US", "tracking_disable": True}
        )

    def _at_nine(self, zone, day):
        """Return nine in the morning of a day in a zone, as the database keeps it."""
        local = pytz.timezone(zone).localize(datetime(day.year, day.month, day.day, NINE))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _create_meeting(self, zone, day, **values):
        start = self._at_nine(zone, day)
        return (
            self._as(zone)["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": f"Visit {zone} {day}",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [Command.link(self.salesperson.partner_id.id)],
                    **values,
                }
            )
        )

    def test_nine_o_clock_is_nine_o_clock_wherever_it_is_read(self):
        """T-C2."""
        for zone in ZONES:
            for day in DAYS:
                with self.subTest(zone=zone, day=day):
                    meeting = self._create_meeting(zone, day)
                    shown = fields.Datetime.context_timestamp(meeting, meeting.start)
                    self.assertEqual((shown.date(), shown.hour, shown.minute), (day, NINE, 0))
                    self.assertIn(f"{NINE:02}:00", meeting.display_time.replace(" 9:", " 09:"))
                    [[exported]] = meeting.export_data(["start"])["datas"]
                    self.assertEqual((exported.date(), exported.hour), (day, NINE))

    def test_days_of_lists_are_those_of_the_reader(self):
        """T-C2: a meeting at half past midnight belongs to the day that has begun where its reader lives."""
        for zone in ZONES:
            for day in DAYS:
                with self.subTest(zone=zone, day=day):
                    midnight = self._at_nine(zone, day) - timedelta(hours=8, minutes=30)
                    meeting = self._create_meeting(
                        zone, day, start=midnight, stop=midnight + timedelta(minutes=20)
                    )
                    [group] = meeting.env["calendar.event"].formatted_read_group(
                        [("id", "=", meeting.id)], ["start:day"], ["__count"]
                    )
                    self.assertEqual(self._get_day(group["start:day"], zone), day)

    def _get_day(self, group, zone):
        """Return the day that a group of the list stands for, in a zone."""
        moment = pytz.utc.localize(fields.Datetime.to_datetime(group[0]))
        return moment.astimezone(pytz.timezone(zone)).date()

    def test_the_timeline_tells_the_same_moment_as_the_calendar(self):
        """T-C2."""
        lead = self.env["crm.lead"].create(
            {"name": "Visit", "type": "opportunity", "user_id": self.salesperson.id}
        )
        for zone in ZONES:
            with self.subTest(zone=zone):
                day = fields.Date.context_today(lead) - timedelta(days=10)
                meeting = self._create_meeting(zone, day, opportunity_id=lead.id)
                page = lead.with_env(self._as(zone)).get_customer_page()
                self.assertTrue(page)
                rows = self.env["crm.interaction"].with_user(self.salesperson)
                found = self._find_moments(rows, lead, meeting)
                self.assertEqual(found, {meeting.start})

    def _find_moments(self, interactions, lead, meeting):
        """Return the moments at which the timeline of a lead has a meeting."""
        rows = interactions.get_page("crm.lead", lead.id)["rows"]
        return {
            fields.Datetime.to_datetime(row["date"].replace("T", " ").rstrip("Z"))
            for row in rows
            if row["title"] == meeting.name
        }

    def test_a_weekly_meeting_stays_at_its_hour_over_both_changes_of_clocks(self):
        """T-C3."""
        for zone in ZONES:
            with self.subTest(zone=zone):
                first = date(2027, 3, 1)
                meeting = self._create_meeting(zone, first)
                meeting.write(
                    {
                        "recurrency": True,
                        "rrule_type": "weekly",
                        "mon": True,
                        "event_tz": zone,
                        "end_type": "end_date",
                        "until": date(2027, 11, 29),
                    }
                )
                meetings = meeting.recurrence_id.calendar_event_ids
                hours = {
                    fields.Datetime.context_timestamp(each, each.start).hour for each in meetings
                }
                self.assertEqual(hours, {NINE})
                self.assertEqual(len(meetings), 40)
                meeting.recurrence_id._apply_recurrence()
                self.assertEqual(len(meeting.recurrence_id.calendar_event_ids), 40, "a second run")
