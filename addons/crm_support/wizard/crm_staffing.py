# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

from ..tools import erlang
from .crm_staffing_line import to_hour

#: who compares seasons takes one after the other
LONGEST = 366
#: four whole weeks, each weekday as often as the others
USUAL_DAYS = 28
HOURS = 24


class CrmStaffing(models.TransientModel):
    """How many agents a team needs in each hour of the week, for what really came in to be answered in time.

    Tickets are counted on the clock of the team's working hours; how long one takes follows from the time that was entered on them.
    """

    _name = "crm.staffing"
    _description = "Agents Needed"
    _rec_name = "team_id"

    team_id = fields.Many2one(
        "crm.ticket.team",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["crm.ticket"]._get_default_team(),
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._get_default_period()[0]
    )
    date_to = fields.Date("To", required=True, default=lambda self: self._get_default_period()[1])
    share = fields.Float(
        "Answered in Time (%)", required=True, default=80, digits=(4, 1), help="Of the tickets."
    )
    answer_minutes = fields.Float(
        "Within (Minutes)",
        required=True,
        default=30,
        digits=(8, 1),
        help="From the ticket's coming in until an agent takes it up.",
    )
    handling_minutes = fields.Float(
        "Work on One Ticket (Minutes)",
        compute="_compute_handling",
        store=True,
        readonly=False,
        digits=(8, 1),
        help="As an agent's time spent on it, not until it is closed. It follows from the time entered on the tickets of these days; "
        "write another to try it.",
    )
    timed_count = fields.Integer("Tickets with Time", compute="_compute_handling", store=True)
    zone = fields.Char("Time Zone", compute="_compute_zone")
    line_ids = fields.One2many(
        "crm.staffing.line", "staffing_id", string="Hours of the Week", readonly=True
    )
    is_done = fields.Boolean(readonly=True)
    ticket_count = fields.Integer("Tickets That Came In", readonly=True)
    peak = fields.Integer("Most Agents in an Hour", readonly=True)
    short_count = fields.Integer("Hours with Too Few", readonly=True)

    @api.model
    def _get_default_period(self):
        """Return the first and the last of the four weeks that ended yesterday."""
        today = fields.Date.context_today(self)
        return today - timedelta(days=USUAL_DAYS), today - timedelta(days=1)

    @api.depends("team_id")
    def _compute_zone(self):
        for staffing in self:
            staffing.zone = staffing._get_zone().zone

    @api.depends("team_id", "date_from", "date_to")
    def _compute_handling(self):
        for staffing in self:
            minutes, tickets = staffing._read_time()
            staffing.timed_count = tickets
            staffing.handling_minutes = minutes / tickets if tickets else 15

    @api.constrains("share", "answer_minutes", "handling_minutes")
    def _check_target(self):
        for staffing in self:
            if not 0 < staffing.share < 100:
                raise ValidationError(
                    self.env._(
                        "The share answered in time lies between 0 and 100 %, both left out."
                    )
                )
            if not 0 <= staffing.answer_minutes <= 10_080:
                raise ValidationError(self.env._("Customers wait from no time up to a week."))
            if not 0 < staffing.handling_minutes <= 10_080:
                raise ValidationError(
                    self.env._("Work on one ticket takes more than nothing, and at most a week.")
                )

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for staffing in self:
            if staffing.date_from > staffing.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))
            if (staffing.date_to - staffing.date_from).days >= LONGEST:
                raise ValidationError(self.env._("The period is a year at most."))

    # -- Actions -----------------------------------------------------------------------------------

    def action_count(self):
        """Count the agents needed in each hour of the week."""
        self.ensure_one()
        self.check_access("write")
        self.team_id.check_access("read")
        lines = self._prepare_lines()
        self.write(
            {
                "is_done": True,
                "ticket_count": sum(line["arrival_count"] for line in lines),
                "peak": max((line["needed"] for line in lines), default=0),
                "short_count": sum(line["needed"] > line["there"] > 0 for line in lines),
                "line_ids": [Command.clear(), *(Command.create(line) for line in lines)],
            }
        )

    def action_view_week(self):
        """Show the week as a table: days by hours."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_support.crm_staffing_line_action"
        )
        return {**action, "domain": [("staffing_id", "=", self.id)]}

    # -- Figures -----------------------------------------------------------------------------------

    def _get_zone(self):
        """Return the zone of the clock that the team works by.

        :rtype: tzinfo
        """
        calendar = self.team_id._get_calendar() if self.team_id else False
        return timezone((calendar and calendar.tz) or self.env.user.tz or "UTC")

    def _get_ticket_domain(self):
        """Return the domain of what came in during these days, whatever became of it.

        :rtype: Domain
        """
        start, end = (
            self._to_utc(day) for day in (self.date_from, self.date_to + timedelta(days=1))
        )
        return (
            Domain("team_id", "=", self.team_id.id)
            & Domain("date_opened", ">=", start)
            & Domain("date_opened", "<", end)
        )

    def _to_utc(self, day, hour=0):
        """Return when an hour of a day begins on the team's clock."""
        moment = self._get_zone().localize(datetime.combine(day, time(hour)))
        return moment.astimezone(utc).replace(tzinfo=None)

    def _read_time(self):
        """Return the minutes that were entered on the tickets of these days, and on how many.

        :rtype: tuple[int, int]
        """
        if not (self.team_id and self.date_from and self.date_to):
            return 0, 0
        tickets = self.env["crm.ticket"].with_context(active_test=False)
        [(minutes, count)] = self.env["crm.ticket.time"]._read_group(
            [("ticket_id", "in", tickets._search(self._get_ticket_domain()))],
            aggregates=["minutes:sum", "ticket_id:count_distinct"],
        )
        return minutes or 0, count

    def _read_arrivals(self):
        """Count the tickets that came in by weekday (0 is Monday) and hour.

        :rtype: dict[tuple[int, int], int]
        """
        tickets = self.env["crm.ticket"].with_context(active_test=False, tz=self._get_zone().zone)
        groups = tickets._read_group(
            self._get_ticket_domain(),
            ["date_opened:day_of_week", "date_opened:hour_number"],
            ["__count"],
        )
        return {((int(day) - 1) % 7, int(hour)): count for day, hour, count in groups}

    def _read_open_hours(self):
        """Return the hours of the week in which the team usually works.

        An hour counts when it was worked in on any of the days: one holiday does not close all Mondays.

        :rtype: set[tuple[int, int]]
        """
        calendar = self.team_id._get_calendar()
        times = self.env["resource.calendar"]._get_working_times()(calendar.id or 0)
        open_hours = set()
        for day in self._get_days():
            for hour in range(HOURS):
                start = self._to_utc(day, hour)
                if times.between(start, start + timedelta(hours=1)):
                    open_hours.add((day.weekday(), hour))
        return open_hours

    def _get_days(self):
        return [
            self.date_from + timedelta(days=number)
            for number in range((self.date_to - self.date_from).days + 1)
        ]

    def _prepare_lines(self):
        """Return the values of the hours in which something came in, or somebody works.

        :rtype: list[dict]
        """
        arrivals, open_hours = self._read_arrivals(), self._read_open_hours()
        days = [day.weekday() for day in self._get_days()]
        members = len(self.team_id.member_ids)
        return [
            self._prepare_line(
                weekday,
                hour,
                arrivals.get((weekday, hour), 0),
                days.count(weekday),
                members if (weekday, hour) in open_hours else 0,
            )
            for weekday, hour in sorted(open_hours | arrivals.keys())
        ]

    def _prepare_line(self, weekday, hour, count, weeks, there):
        """Return the values of one hour.

        :param int count: tickets that came in
        :param int weeks: how often that weekday was in the period
        :param int there: how many agents work then
        :rtype: dict
        """
        per_hour = count / weeks
        load = erlang.get_load(per_hour, self.handling_minutes)
        answered = erlang.get_service_level(load, there, self.handling_minutes, self.answer_minutes)
        return {
            "weekday": str(weekday),
            "hour": to_hour(hour),
            "arrival_count": count,
            "per_hour": per_hour,
            "workload": load,
            "needed": erlang.count_agents(
                load, self.handling_minutes, self.answer_minutes, self.share / 100
            ),
            "there": there,
            "answered": 100 * answered,
        }
