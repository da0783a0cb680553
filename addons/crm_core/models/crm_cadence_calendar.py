# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

import pytz

from odoo import api, models

#: how far back and ahead working days are looked up
BACK = timedelta(days=100)
AHEAD = timedelta(days=250)


class CrmCadence(models.Model):
    """Whose days count: those that the salesperson works, leave and public holidays left out."""

    _inherit = "crm.cadence"

    @api.model
    def _get_working_days(self, users, company, today):
        """Return the days that people of a company work around today; of nobody, those of the company.

        :param users: res.users, or none of them
        :param datetime.date today: from a hundred days before to 250 days after it
        :return: ``{user id, False for the company: frozenset of dates}``; None in place of the set for every day
        """
        # sudo: resource.resource - days alone, not why somebody is away
        resources = self.env["resource.resource"].sudo()
        own = resources.search(
            [
                ("user_id", "in", users.ids),
                ("company_id", "in", (company.id, False)),
                ("resource_type", "=", "user"),
            ],
            order="company_id, id",
        )
        by_user = {resource.user_id.id: resource for resource in own}
        general = company.sudo().resource_calendar_id  # sudo: as above
        groups = {general: resources}
        for resource in by_user.values():
            calendar = resource.calendar_id or general
            groups[calendar] = groups.get(calendar, resources) | resource
        days = {}
        for calendar, members in groups.items():
            found = self._get_calendar_days(calendar, members, today)
            days.update({member.user_id.id: found[member.id] for member in members})
            if calendar == general:
                days[False] = found[False]
        return {user_id: days.get(user_id, days[False]) for user_id in (*users.ids, False)}

    @api.model
    def _get_calendar_days(self, calendar, resources, today):
        if not calendar:
            return dict.fromkeys((*resources.ids, False))
        zone = pytz.timezone(calendar.tz or "UTC")
        start, end = (
            zone.localize(datetime.combine(day, time())) for day in (today - BACK, today + AHEAD)
        )
        intervals = calendar._work_intervals_batch(start, end, resources=resources, tz=zone)
        return {
            key: frozenset(begin.date() for begin, _end, _attendance in found)
            for key, found in intervals.items()
        }
