# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, time, timedelta
from math import ceil

from pytz import timezone, utc

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools.intervals import Intervals

from ..tools.working_time import RoundTheClock, WorkingTime, WorkOfYear


class ResourceCalendar(models.Model):
    """Working hours as an index that deadlines are read from, a year at a time."""

    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if {
            "tz",
            "attendance_ids",
            "global_leave_ids",
            "leave_ids",
            "two_weeks_calendar",
            "schedule_type",
            "company_id",
        } & vals.keys():
            self._forget_working_time()
        return result

    @api.model
    def _get_working_times(self):
        """Return a function that gives the working time of a calendar; 0 stands for round the clock.

        :return: function of a calendar's id
        """
        # sudo: resource.calendar - deadlines are the same whoever looks
        calendars, known = self.sudo(), {0: RoundTheClock()}

        def get(calendar_id):
            if calendar_id not in known:
                known[calendar_id] = WorkingTime(calendars.browse(calendar_id)._get_work_of_year)
            return known[calendar_id]

        return get

    @tools.ormcache("self.id", "year")
    def _get_work_of_year(self, year):
        """Return what is worked in a year, days off of the company left out.

        :rtype: WorkOfYear
        """
        start, end = (
            utc.localize(datetime.combine(date(year, 1, 1), time.min)),
            utc.localize(datetime.combine(date(year + 1, 1, 1), time.min)),
        )
        zone, days_off = timezone(self.tz or "UTC"), self._get_days_off_domain()
        if self.flexible_hours:
            intervals = self._get_flexible_intervals(start, end, zone)
            intervals -= self._leave_intervals_batch(start, end, domain=days_off, tz=zone)[False]
        else:
            intervals = self._work_intervals_batch(start, end, domain=days_off, tz=zone)[False]
        return WorkOfYear(
            (begin.astimezone(utc).replace(tzinfo=None), stop.astimezone(utc).replace(tzinfo=None))
            for begin, stop, _attendance in intervals
        )

    def _get_flexible_intervals(self, start, end, zone):
        """Return the hours of a flexible calendar: its hours a day around noon, from Monday on until the week is full.

        :rtype: Intervals
        """
        per_day = min(self.hours_per_day or 8, 24)
        days = min(ceil(self.full_time_required_hours / per_day), 7)
        half = timedelta(hours=per_day / 2)
        noons = (
            datetime.combine(start.date(), time(12)) + timedelta(days=day)
            for day in range((end - start).days)
        )
        worked = (zone.localize(noon) for noon in noons if noon.weekday() < days)
        none = self.env["resource.calendar.attendance"]
        return Intervals([(noon - half, noon + half, none) for noon in worked])

    def _get_days_off_domain(self):
        """Return the domain of the days off of this calendar: its own, and those of its company.

        :rtype: list
        """
        own = Domain("calendar_id", "=", self.id) | Domain(
            "company_id", "in", [False, *self.company_id.ids]
        )
        return list(Domain("time_type", "=", "leave") & own)

    def _forget_working_time(self):
        """Index these hours anew, and ask for the deadlines that hang on them."""
        self.env.registry.clear_cache()
        # sudo: crm.sla.rematch - whoever keeps working hours
        self.env["crm.sla.rematch"].sudo()._request("calendar", calendars=self)
