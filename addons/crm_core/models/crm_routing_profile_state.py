# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..tools.routing import working_time
from ..tools.routing.matching import Person, Reason

HORIZON = timedelta(days=21)
STATES = [
    ("available", "Available"),
    ("full", "Full"),
    ("paused", "Paused"),
    ("leave", "On Leave"),
    ("off_hours", "Not at Work"),
    ("offline", "Offline"),
    ("archived", "Archived"),
    ("company", "Not in This Company"),
    ("portal", "Portal User"),
]


class CrmRoutingProfile(models.Model):
    """Whether somebody can be given work now, how much of it, and until when not."""

    _inherit = "crm.routing.profile"

    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")
    state_until = fields.Datetime("Until", compute="_compute_state")
    state_text = fields.Char("Now", compute="_compute_state")
    load = fields.Float("Points", compute="_compute_state")
    load_percent = fields.Integer("Load", compute="_compute_state")
    work_text = fields.Char("Open Work", compute="_compute_state")

    @api.depends_context("lang", "tz", "uid")
    @api.depends("capacity", "is_taking", "paused_until")
    def _compute_state(self):
        for company, profiles in self.grouped("company_id").items():
            loads = self.env["crm.routing.kind"]._get_loads(company, profiles.user_id.ids)
            # sudo: crm.routing.profile - people may belong to companies that the reader does not see
            people = {person.id: person for person in profiles.sudo()._get_people(loads)}
            for profile in profiles:
                person = people[profile.user_id.id]
                reason = person.absence or person.off_hours
                if not reason and person.load >= person.capacity:
                    reason = Reason("full")
                profile.state = reason.code if reason else "available"
                profile.state_until = reason.detail if reason else False
                profile.state_text = profile._get_state_text()
                profile.load = person.load
                profile.load_percent = min(999, round(100 * person.fill))
                profile.work_text = profile._get_work_text(loads[profile.user_id.id])

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            (
                "id",
                "in",
                self.search([("id", "!=", False)]).filtered(lambda p: p.state in value).ids,
            )
        ]

    def _get_state_text(self):
        """Return the state in the reader's words, with its end."""
        label = dict(self._fields["state"]._description_selection(self.env))[self.state]
        if not self.state_until:
            return label
        moment = format_datetime(self.env, self.state_until, dt_format="EEE d MMM HH:mm")
        return self.env._("%(state)s until %(moment)s", state=label, moment=moment)

    def _get_work_text(self, load):
        """Return what somebody has to do, kind by kind, in the reader's words."""
        # sudo: crm.routing.kind - their names
        kinds = self.env["crm.routing.kind"].sudo().search([("active", "=", True)])
        return ", ".join(
            self.env._("%(kind)s: %(count)s", kind=kind.name, count=load[kind.model][0])
            for kind in kinds
            if load.get(kind.model, (0,))[0]
        )

    # -- For the matching ----------------------------------------------------------------------------

    def _get_people(self, loads=None):
        """Return the people of one company as the matching knows them.

        :param dict loads: what ``crm.routing.kind._get_loads`` answers, when it is known already
        :rtype: list[Person]
        """
        company = self.company_id
        if not self:
            return []
        if loads is None:
            loads = self.env["crm.routing.kind"]._get_loads(company, self.user_id.ids)
        hours = self._get_work_intervals()
        absences, offline = self._get_absences(), self._get_offline()
        off_hours = {id_: reason for id_ in hours if (reason := _get_off_hours(hours[id_]))}
        territories = {territory.id: territory._get_territory() for territory in self.territory_ids}
        return [
            Person(
                id=profile.user_id.id,
                capacity=profile.capacity,
                load=sum(points for _pieces, points in loads.get(profile.user_id.id, {}).values()),
                waited_since=profile.turn,
                languages=profile._get_languages(),
                skills={line.skill_id.id: int(line.level) for line in profile.skill_ids},
                territories=tuple(
                    territories[id_]
                    for id_ in profile.territory_ids.ids
                    if profile.territory_ids.browse(id_).active
                ),
                absence=absences.get(profile.id),
                off_hours=off_hours.get(profile.id),
                offline=offline.get(profile.id),
                hours=tuple(hours[profile.id]),
            )
            for profile in self
        ]

    def _get_languages(self):
        """Return the languages somebody speaks, without their countries.

        :rtype: frozenset[str]
        """
        languages = self.with_context(active_test=False).language_ids.mapped("code")
        return frozenset(
            code.split("_")[0] for code in languages or [self.user_id.lang or ""] if code
        )

    def _get_absences(self):
        """Return why people can be given nothing at all now.

        :rtype: dict[int, Reason]  by profile
        """
        leaves = self._get_leaves()
        result = {}
        for profile in self:
            user = profile.user_id
            if not user.active:
                result[profile.id] = Reason("archived")
            elif user.share:
                result[profile.id] = Reason("portal")
            elif profile.company_id not in user.company_ids:
                result[profile.id] = Reason("company")
            elif pause := profile._get_pause():
                result[profile.id] = pause
            elif profile.id in leaves:
                result[profile.id] = Reason("leave", leaves[profile.id])
        return result

    def _get_pause(self):
        """Return the reason when this person takes no work for now; a pause that is over does not count."""
        now = fields.Datetime.now()
        if self.is_taking or (self.paused_until and self.paused_until <= now):
            return None
        return Reason("paused", fields.Datetime.to_string(self.paused_until) or None)

    def _get_leaves(self):
        """Return until when people are on leave now; leave that follows at once is part of it.

        :rtype: dict[int, str]  by profile
        """
        now = fields.Datetime.now()
        # sudo: resource.calendar.leaves - only that somebody is away, not why
        every = self.env["resource.calendar.leaves"].sudo()
        leaves = every.search(
            [
                ("resource_id.user_id", "in", self.user_id.ids),
                ("time_type", "=", "leave"),
                ("date_to", ">", now),
                ("date_from", "<=", now + HORIZON),
            ],
            order="date_from",
        )
        until = {}
        for leave in leaves:
            user = leave.resource_id.user_id
            if leave.company_id and leave.company_id not in self.company_id:
                continue
            reached = until.get(user, now)
            if leave.date_from <= reached:
                until[user] = max(reached, leave.date_to)
        return {
            profile.id: fields.Datetime.to_string(until[profile.user_id])
            for profile in self
            if profile.user_id in until
        }

    def _get_offline(self):
        """Return who is not in front of the screen.

        :rtype: dict[int, Reason]  by profile
        """
        # sudo: mail.presence - of people who may not see one another
        presences = self.env["mail.presence"].sudo()
        present = presences.search(
            [("user_id", "in", self.user_id.ids), ("status", "in", ("online", "away"))]
        )
        return {
            profile.id: Reason("offline")
            for profile in self - self.filtered(lambda p: p.user_id in present.user_id)
        }

    def _get_work_intervals(self):
        """Return when people work in the next weeks, in UTC, without their leave and the company's holidays.

        :rtype: dict[int, list[tuple[datetime, datetime]]]  by profile
        """
        now = fields.Datetime.now()
        # sudo: resource.calendar - of people who may not see one another
        profiles = self.sudo()
        result = {}
        groups = profiles.grouped(lambda p: (p._get_calendar(), p._get_tz()))
        for (calendar, tz), members in groups.items():
            result.update(members._get_calendar_intervals(calendar, tz, now))
        return result

    def _get_calendar_intervals(self, calendar, tz, now):
        if not calendar:
            # nobody said when they work: at any time
            return {profile.id: [(now - timedelta(days=1), now + HORIZON)] for profile in self}
        resources = self.resource_id
        by_resource = calendar._work_intervals_batch(
            utc.localize(now - timedelta(days=1)),
            utc.localize(now + HORIZON),
            resources=resources,
            tz=timezone(tz),
        )
        return {
            profile.id: [
                (
                    start.astimezone(utc).replace(tzinfo=None),
                    end.astimezone(utc).replace(tzinfo=None),
                )
                for start, end, _attendance in by_resource[profile.resource_id.id]
            ]
            for profile in self
        }

    def _get_calendar(self):
        """Return the working hours of this person, else the company's."""
        return self.resource_id.calendar_id or self.company_id.resource_calendar_id

    def _get_tz(self):
        """Return the zone whose clock this person's hours are read on."""
        return (
            self.user_id.tz
            or self.resource_id.tz
            or self.company_id.resource_calendar_id.tz
            or "UTC"
        )


def _get_off_hours(intervals):
    """Return the reason when somebody is not at work now, with when they will be."""
    now = fields.Datetime.now()
    if working_time.is_within(intervals, now):
        return None
    start = working_time.find_next(intervals, now)
    return Reason("off_hours", fields.Datetime.to_string(start) or None)
