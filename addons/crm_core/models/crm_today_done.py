# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools.today import agenda

LIMIT = 50


class CrmToday(models.AbstractModel):
    """The evening: what was done today, and what tomorrow brings."""

    _inherit = "crm.today"

    @api.model
    def _get_done(self, user, day, won):
        """Return what somebody did today, the latest first.

        :param crm.lead won: the deals
        :return: dicts with ``model``, ``id``, ``time``, ``text`` and ``icon``
        :rtype: list[dict]
        """
        done = [
            *self._get_done_activities(user, day),
            *self._get_done_calls(user, day),
            *self._get_done_meetings(user, day),
            *self._get_done_deals(won[:LIMIT]),
        ]
        done.sort(key=lambda one: one["date"], reverse=True)
        for one in done:
            one["time"] = self._say_time(one.pop("date"), day)
        return done

    @api.model
    def _get_done_activities(self, user, day):
        """Return the activities that were ticked off; calls that were written down stand there themselves."""
        found = self.env["mail.activity"].search(
            Domain("active", "=", False)
            & Domain("user_id", "=", user.id)
            & Domain("write_date", ">=", day.start)
            & Domain("date_done", ">=", (day.start - timedelta(days=1)).date()),
            order="write_date desc, id desc",
            limit=LIMIT,
        )
        calls = self.env["crm.call"].search([("activity_id", "in", found.ids)])
        readable = self._get_readable_records(found)
        return [
            self._prepare_done(
                (activity.res_model, activity.res_id),
                activity.write_date,
                self._join_words(
                    activity.summary or activity.activity_type_id.name, activity.res_name
                ),
                "fa-check",
            )
            for activity in found - calls.activity_id
            if self._get_activity_record(activity) in readable
        ]

    @api.model
    def _get_done_calls(self, user, day):
        calls = self.env["crm.call"].search(
            Domain("user_id", "=", user.id)
            & Domain("date", ">=", day.start)
            & Domain("date", "<", day.end)
            & Domain("state", "=", "done"),
            limit=LIMIT,
        )
        return [
            self._prepare_done(
                (call.res_model, call.res_id), call.date, call.display_name, "fa-phone"
            )
            for call in calls
        ]

    @api.model
    def _get_done_meetings(self, user, day):
        events = self.env["calendar.event"]
        if not events.has_access("read"):
            return []
        domain = self._get_meeting_domain(user, day.start, day.end)
        over = Domain("stop", "<=", day.now) & Domain("allday", "=", False)
        return [
            self._prepare_done(
                ("calendar.event", meeting.id), meeting.start, meeting.display_name, "fa-calendar"
            )
            for meeting in events.search(domain & over, limit=LIMIT)
        ]

    @api.model
    def _get_done_deals(self, deals):
        deals.fetch(["name", "date_closed"])
        return [
            self._prepare_done(
                ("crm.lead", deal.id),
                deal.date_closed,
                self.env._("Won: %s", deal.name),
                "fa-trophy",
            )
            for deal in deals
        ]

    @api.model
    def _prepare_done(self, record, date, text, icon):
        model, id_ = record
        return {"model": model or "", "id": id_ or 0, "date": date, "text": text, "icon": icon}

    # -- Tomorrow ----------------------------------------------------------------------------------

    @api.model
    def _get_tomorrow(self, user, day):
        """Return what the next day brings: how many activities, how many meetings, and when the first of these begins.

        :rtype: dict
        """
        tomorrow = day.today + timedelta(days=1)
        events = self.env["calendar.event"]
        end = day.to_utc(tomorrow + timedelta(days=1))
        meetings = (
            events.search(
                self._get_meeting_domain(user, day.end, end), order="start, id", limit=LIMIT
            )
            if events.has_access("read")
            else events
        )
        first = meetings.filtered(lambda meeting: not meeting.allday)[:1]
        return {
            "activities": self.env["mail.activity"].search_count(
                [("user_id", "=", user.id), ("date_deadline", "=", tomorrow)]
            ),
            "meetings": len(meetings),
            "first": self._join_words(self._say_time(first.start, day), first.display_name)
            if first
            else "",
        }

    @api.model
    def _get_days(self, day):
        """Return the days to which work can be put off with one tap.

        :return: dicts with ``id``, ``date`` (ISO) and ``label``
        :rtype: list[dict]
        """
        today = day.today
        days = {
            "tomorrow": (today + timedelta(days=1), self.env._("Tomorrow")),
            "two_days": (agenda.add_working_days(today, 2), self.env._("In 2 working days")),
            "next_week": (agenda.get_next_monday(today), self.env._("Next week")),
        }
        # on a Sunday the next week begins tomorrow
        known = {date: (id_, label) for id_, (date, label) in reversed(days.items())}
        return [
            {"id": id_, "date": str(date), "label": label, "day": self._say_day(date)}
            for date, (id_, label) in sorted(known.items())
        ]

    @api.model
    def _is_new(self):
        """Return whether the reader has nothing at all to work on yet."""
        mine = [("user_id", "=", self.env.uid)]
        return not self.env["crm.lead"].search_count(mine, limit=1) and not self.env[
            "mail.activity"
        ].search_count(mine, limit=1)
