# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.fields import Domain

from ..tools.booking import free_slots, zones

#: where neither a person nor the company said when they work
OFFICE_HOURS = [(weekday, hour, hour + 4) for weekday in range(5) for hour in (8, 13)]


class CrmBookingType(models.Model):
    """When the people of a link are free: a handful of queries for all of them, then arithmetic."""

    _inherit = "crm.booking.type"

    def _get_free_times(self, people, first=None, last=None, *, without=None):
        """Return when meetings of this link can begin.

        :param people: of whom
        :param datetime first: not before; the notice holds anyway
        :param datetime last: not then or later; the window holds anyway
        :param without: a booking that counts as free, because it is being moved
        :rtype: dict[int, list[datetime]]  by person, in UTC
        """
        self.ensure_one()
        # sudo: the calendars of people who are offered: visitors learn what is free, not why
        kind, people = self.sudo(), people.sudo()
        earliest, latest = kind._get_limits(first, last)
        if earliest >= latest or not people:
            return {user.id: [] for user in people}
        span = (earliest - timedelta(days=2), latest + timedelta(days=2))
        work = kind._get_work(people, *span)
        busy, booked = kind._get_booked(people, *span, without or self.env["crm.booking"])
        for user_id, intervals in kind._get_meetings(people, *span, without).items():
            busy[user_id] += intervals
        return {
            user.id: free_slots.find(
                work[user.id],
                busy[user.id],
                kind._get_rule(user),
                earliest,
                latest,
                booked=booked[user.id],
            )
            for user in people
        }

    def _get_limits(self, first, last):
        """Return the instants between which meetings can begin now, narrowed to what is asked for."""
        now = fields.Datetime.now()
        earliest = now + timedelta(hours=self.notice_hours)
        latest = now + timedelta(days=self.window_days)
        return max(earliest, first or earliest), min(latest, last or latest)

    def _get_rule(self, user):
        """Return how meetings of this link are made with somebody."""
        return free_slots.Rule(
            duration=self.duration,
            step=self.step,
            before=self.buffer_before,
            after=self.buffer_after,
            most=self.max_per_day,
            zone=self._get_zone(user),
        )

    def _get_zone(self, user):
        """Return the zone whose clock somebody's hours are read on."""
        return zones.read(user.tz, zones.read(self._get_calendar(user).tz))

    def _get_resource(self, user):
        return user.resource_ids.filtered(
            lambda resource: resource.company_id in (self.company_id, resource.company_id.browse())
        )[:1]

    # -- Work --------------------------------------------------------------------------------------

    def _get_work(self, people, start, stop):
        """Return when people work, without their leave and the company's holidays."""
        leaves, hours = self._get_leaves(people, start, stop), {}
        work = {}
        for user in people:
            shared = (self._get_calendar(user), self._get_zone(user))
            if shared not in hours:
                hours[shared] = self._get_hours(*shared, start, stop)
            calendars = {self.env["resource.calendar"], shared[0]}
            away = [
                (leave.date_from, leave.date_to)
                for leave in leaves
                if (
                    leave.resource_id.user_id == user
                    if leave.resource_id
                    else leave.calendar_id in calendars
                )
            ]
            work[user.id] = free_slots.subtract(hours[shared], away)
        return work

    def _get_calendar(self, user):
        """Return the working hours of somebody: who has none of his own has the company's."""
        return self._get_resource(user).calendar_id or self.company_id.resource_calendar_id

    def _get_hours(self, calendar, zone, start, stop):
        """Return the intervals of working hours on the clock of a zone."""
        if self.hours_mode == "own":
            hours = [(int(line.weekday), line.hour_from, line.hour_to) for line in self.hour_ids]
        elif not calendar:
            hours = OFFICE_HOURS
        elif calendar.flexible_hours:
            # how many hours a day, but not which: around noon, as Odoo shows them
            half = min(calendar.hours_per_day or 8, 24) / 2
            hours = [(weekday, 12 - half, 12 + half) for weekday in range(5)]
        else:
            bounds = (utc.localize(start), utc.localize(stop))
            return _to_pairs(
                calendar._attendance_intervals_batch(*bounds, tz=timezone(zone))[False]
            )
        return free_slots.expand_week(hours, zone, start, stop)

    def _get_leaves(self, people, start, stop):
        """Return when people are away, and the company's holidays."""
        own = Domain("resource_id.user_id", "in", people.ids)
        everybody = Domain("resource_id", "=", False) & Domain(
            "company_id", "in", [False, self.company_id.id]
        )
        return self.env["resource.calendar.leaves"].search_fetch(
            (own | everybody)
            & Domain("time_type", "=", "leave")
            & Domain("date_from", "<", stop)
            & Domain("date_to", ">", start),
            ["date_from", "date_to", "resource_id", "calendar_id"],
        )

    # -- What is there already ---------------------------------------------------------------------

    def _get_meetings(self, people, start, stop, without=None):
        """Return when people are in meetings that they did not decline; an all-day one takes the day of their calendar."""
        users = {user.partner_id.id: user for user in people}
        attendees = self.env["calendar.attendee"].search_fetch(
            self._get_meeting_domain(list(users), start, stop, without), ["partner_id", "event_id"]
        )
        busy = defaultdict(list)
        for attendee in attendees:
            user, event = users[attendee.partner_id.id], attendee.event_id
            if event.allday:
                span = free_slots.get_day_span(
                    event.start_date, event.stop_date, self._get_zone(user)
                )
            else:
                span = (event.start, event.stop)
            busy[user.id].append(span)
        return busy

    def _get_meeting_domain(self, partner_ids, start, stop, without=None):
        """Return the condition on the attendances that take somebody's time."""
        return (
            Domain("partner_id", "in", partner_ids)
            & Domain("state", "!=", "declined")
            & Domain(
                "event_id",
                "any",
                [
                    ("active", "=", True),
                    ("show_as", "=", "busy"),
                    ("start", "<", stop),
                    ("stop", ">", start),
                    ("id", "not in", without.event_id.ids if without else []),
                ],
            )
        )

    def _get_booked(self, people, start, stop, without):
        """Return what is booked: by person the time that is kept free, and the days of meetings of this link."""
        bookings = self.env["crm.booking"].search_fetch(
            [
                ("user_id", "in", people.ids),
                ("state", "=", "booked"),
                ("busy_from", "<", stop),
                ("busy_to", ">", start),
                ("id", "not in", without.ids),
            ],
            ["user_id", "busy_from", "busy_to", "day", "type_id"],
        )
        busy, days = defaultdict(list), defaultdict(list)
        for booking in bookings:
            busy[booking.user_id.id].append((booking.busy_from, booking.busy_to))
            if booking.type_id == self:
                days[booking.user_id.id].append(booking.day)
        return busy, days


def _to_pairs(intervals):
    return [
        (start.astimezone(utc).replace(tzinfo=None), stop.astimezone(utc).replace(tzinfo=None))
        for start, stop, _attendance in intervals
    ]
