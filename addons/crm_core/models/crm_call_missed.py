# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.fields import Domain

from ..tools.routing import working_time

HORIZON = timedelta(days=21)


class CrmCall(models.Model):
    """Calls that nobody took are called back: by whom the customer is his, at the next hour that he works.

    However often a number was missed, it is called back once. A later call that reached it is that callback.
    """

    _inherit = "crm.call"

    def _follow_up(self):
        self.filtered(lambda call: call._has_reached())._take_callbacks()
        return super()._follow_up()

    def _has_reached(self):
        """Return whether somebody spoke with somebody."""
        return bool(self.is_reached or (self.state == "done" and self.answered_at))

    def _take_callbacks(self):
        """Mark callbacks of the same number as done: the one of the same record is the planned call that this one was."""
        for call in self.filtered("phone_sanitized"):
            activities = call._find_callbacks()
            own = activities.filtered(
                lambda one, call=call: one.res_model == call.res_model and one.res_id == call.res_id
            )[:1]
            if own and call.res_id and not call.activity_id:
                # sudo: crm.call - the system's link
                call.sudo().activity_id = own
                activities -= own
            activities.action_archive()

    def _find_callbacks(self):
        """Return the callbacks of this number that are still planned.

        :rtype: mail.activity
        """
        domain = Domain("phone_sanitized", "=", self.phone_sanitized)
        domain &= Domain("state", "=", "missed") & Domain("company_id", "=", self.company_id.id)
        # sudo: crm.call, mail.activity - missed by colleagues as well
        missed = self.sudo().search(domain & Domain("is_to_call_back", "=", True), limit=100)
        return missed.callback_activity_id

    # -- Planning ----------------------------------------------------------------------------------

    def _plan_next(self):
        if self.telephony_account_id and self.state == "missed":
            return self._plan_callback()
        return super()._plan_next()

    def _plan_callback(self):
        """Plan to call a missed number back, or count it where that is planned already."""
        user = self._get_callback_user()
        if not self.number or not user:
            return
        # sudo: crm.call - the system's link
        call = self.sudo()
        planned = call._find_callbacks()[:1] if call.phone_sanitized else call.callback_activity_id
        moment = call.with_context(crm_call_is_planning=True)
        moment.callback_at = call._get_next_moment()
        if planned:
            call.callback_activity_id = planned
            planned.summary = call._in_language(planned.user_id)._get_callback_summary()
            return
        values = call._in_language(user)._prepare_callback_values(user)
        # a mail to somebody whose screen has just said it would be one too many
        activities = call.env["mail.activity"].with_context(mail_activity_quick_update=True)
        call.callback_activity_id = activities.create(values)

    def _get_callback_user(self):
        """Return who calls back: whose customer it is, else at whom it rang, else who leads the team."""
        if not (self.telephony_account_id and self.state == "missed"):
            return super()._get_callback_user()
        record = self._get_record()
        teams = self.user_id.sale_team_id | self.telephony_account_id.team_id
        if record._name == "crm.lead":
            teams = record.team_id | teams
        rung = self.rung_user_ids if len(self.rung_user_ids) == 1 else self.env["res.users"]
        candidates = [record.user_id, self.partner_id.user_id, self.user_id, rung]
        candidates += [*teams.mapped("user_id"), self.rung_user_ids[:1]]
        return next(
            (user for user in candidates if self._can_call_back(user)), self.env["res.users"]
        )

    def _can_call_back(self, user):
        return bool(user.active and not user.share and self.company_id in user.company_ids)

    def _get_next_moment(self):
        if not (self.telephony_account_id and self.state == "missed"):
            return super()._get_next_moment()
        now = fields.Datetime.now()
        hours = self._get_working_hours(self._get_callback_user(), now)
        if not hours or working_time.is_within(hours, now):
            return now
        return working_time.find_next(hours, now) or now

    def _get_working_hours(self, user, now):
        """Return when somebody works in the next weeks, in UTC; nothing when nobody said.

        :rtype: list[tuple[datetime, datetime]]
        """
        resource = user.resource_ids.filtered(lambda one: one.company_id == self.company_id)[:1]
        calendar = resource.calendar_id or self.company_id.resource_calendar_id
        if not calendar:
            return []
        zone = pytz.timezone(user.tz or calendar.tz or "UTC")
        start = pytz.utc.localize(now - timedelta(days=1))
        found = calendar._work_intervals_batch(start, start + HORIZON, resources=resource, tz=zone)
        return [
            (
                begin.astimezone(pytz.utc).replace(tzinfo=None),
                end.astimezone(pytz.utc).replace(tzinfo=None),
            )
            for begin, end, _attendance in found[resource.id]
        ]

    def _prepare_callback_values(self, user):
        if not (self.telephony_account_id and self.state == "missed"):
            return super()._prepare_callback_values(user)
        zone = self._get_zone()
        record = self._get_record()
        has_place = record and "activity_ids" in record._fields
        moment = pytz.utc.localize(self.callback_at).astimezone(zone)
        return {
            "res_model_id": self.env["ir.model"]._get_id(self.res_model) if has_place else False,
            "res_id": record.id if has_place else False,
            "activity_type_id": self._get_activity_type().id,
            "user_id": user.id,
            "date_deadline": moment.date(),
            "summary": self._get_callback_summary(),
        }

    def _get_callback_summary(self):
        """Return what is to be done, and how often the number was missed."""
        who = "" if self._get_record() else self.number
        activity = self.callback_activity_id
        count = self.search_count([("callback_activity_id", "=", activity.id)]) if activity else 1
        last = self._format_moment(self.date)
        if count > 1:
            text = self.env._(
                "Call back: %(count)s missed calls, the last at %(time)s", count=count, time=last
            )
        else:
            text = self.env._("Call back: missed at %s", last)
        return f"{text} · {who}" if who else text

    def _get_zone(self):
        """Return the zone of who calls back, where nobody took the call."""
        if self.telephony_account_id and not self.user_id.tz:
            user = self._get_callback_user()
            calendar = self.company_id.resource_calendar_id
            return pytz.timezone(user.tz or calendar.tz or "UTC")
        return super()._get_zone()

    def _in_language(self, user):
        return self.with_context(lang=user.lang)
