# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_core.tools.booking import free_slots

from .crm_visit import OPEN

#: minutes between the times that are offered
STEP = 30


class CrmVisit(models.Model):
    """Who can go, and when: people of the team with the skills of the type, free with the travel."""

    _inherit = "crm.visit"

    planning_warning = fields.Char(compute="_compute_planning_warning")
    free_user_ids = fields.Many2many(
        "res.users",
        string="Free, with the Skills",
        compute="_compute_free_user_ids",
        help="People of the team who have the skills, work then, and have nothing else, travel included.",
    )

    @api.depends(
        "user_id", "type_id", "team_id", "state", *("start", "stop", "busy_from", "busy_to")
    )
    def _compute_planning_warning(self):
        for visit in self:
            is_open = visit.state in ("planned", "on_way") and visit.busy_from and visit.type_id
            visit.planning_warning = " ".join(visit._find_warnings()) if is_open else False

    @api.depends("type_id", "team_id", "state", *("start", "stop", "busy_from", "busy_to"))
    def _compute_free_user_ids(self):
        for visit in self:
            is_open = visit.state == "planned" and visit.busy_from and visit.type_id
            visit.free_user_ids = visit._find_free_people() if is_open else False

    def _find_free_people(self):
        """Return who of the team can go at the planned time.

        :rtype: res.users
        """
        able = self._get_able_people(self.type_id, self.team_id)
        return able.browse(user.id for user in able if not self._find_obstacles(user))

    def _find_warnings(self):
        """Return what speaks against this plan, in sentences: who plans may know better.

        :rtype: list[str]
        """
        person, warnings = self.user_id, []
        lacking = self._get_lacking_skills(self.type_id, self.company_id, person)[person.id]
        if lacking:
            names = ", ".join(lacking.mapped("name"))
            warnings.append(
                self.env._("%(person)s lacks: %(skills)s.", person=person.name, skills=names)
            )
        return warnings + self._find_obstacles(person)

    def _find_obstacles(self, person):
        """Return what keeps somebody from going then, in sentences.

        :param person: ``res.users``
        :rtype: list[str]
        """
        obstacles, day = [], timedelta(days=1)
        # sudo: res.users - when they work and are busy, not with what
        person = person.sudo()
        kind = self._get_calendar_reader(self.company_id, self._origin)
        work = kind._get_work(person, self.start - day, self.stop + day)[person.id]
        if free_slots.subtract([(self.start, self.stop)], work):
            obstacles.append(self.env._("%s does not work then.", person.name))
        busy = self._get_busy(kind, person, self.busy_from, self.busy_to)[person.id]
        if any(start < self.busy_to and stop > self.busy_from for start, stop in busy):
            obstacles.append(self.env._("%s has something else then.", person.name))
        return obstacles

    @api.model
    def _get_calendar_reader(self, company, replanned=None):
        """Return who reads calendars as booking links do.

        :param company: ``res.company``
        :param replanned: the visit that counts as free, because it is planned anew
        :rtype: crm.booking.type
        """
        # sudo: crm.booking.type - the calendars of people who may go: planners learn what is free
        kinds = self.env["crm.booking.type"].sudo()
        kinds = kinds.with_context(crm_visit_replanned=replanned.id if replanned else 0)
        return kinds.new({"company_id": company.id, "hours_mode": "calendar"})

    @api.model
    def _get_busy(self, kind, people, start, stop):
        """Return when people have something: bookings, visits with their travel, meetings.

        :rtype: dict[int, list]
        """
        busy, _days = kind._get_booked(people, start, stop, self.env["crm.booking"])
        for user_id, meetings in kind._get_meetings(people, start, stop).items():
            busy[user_id] += meetings
        return busy

    @api.model
    def _get_lacking_skills(self, kind, company, people):
        """Return which skills of a type people lack.

        :param kind: ``crm.visit.type``
        :param company: ``res.company``
        :param people: ``res.users``
        :rtype: dict[int, crm.routing.skill]
        """
        # sudo: crm.routing.profile.skill - what people can, for who plans
        skills = self.env["crm.routing.profile.skill"].sudo()
        have = skills.search_fetch(
            Domain("profile_id.user_id", "in", people.ids)
            & Domain("company_id", "=", company.id)
            & Domain("skill_id", "in", kind.skill_ids.ids)
            & Domain("level", ">=", kind.skill_level),
            ["profile_id", "skill_id"],
        )
        return {
            user.id: kind.skill_ids
            - have.filtered(lambda one, user=user: one.profile_id.user_id == user).skill_id
            for user in people
        }

    @api.model
    def _get_able_people(self, kind, team):
        """Return who of a team can go.

        :param kind: ``crm.visit.type``
        :param team: ``crm.ticket.team``
        :rtype: res.users
        """
        # sudo: res.users - whether they still work in the company
        members = team.sudo().member_ids.filtered(
            lambda user: user.active and team.company_id in user.company_ids
        )
        lacking = self._get_lacking_skills(kind, team.company_id, members)
        return self.env["res.users"].browse(user.id for user in members if not lacking[user.id])

    @api.model
    def _find_free_times(self, people, company, first, last, rule, *, replanned=None):
        """Return when people could begin a visit.

        :param people: ``res.users``
        :param company: ``res.company``
        :param datetime first: not before, in UTC
        :param datetime last: not then or later
        :param rule: ``free_slots.Rule`` of the visit; its zone is that of each person
        :param replanned: the visit that is planned anew, if one is
        :rtype: dict[int, list[datetime]]
        """
        if not people:
            return {}
        kind = self._get_calendar_reader(company, replanned)
        # sudo: res.users - when they are free, not with what
        people = people.sudo()
        margin = timedelta(minutes=max(rule.before, rule.after)) + timedelta(days=2)
        span = (first - margin, last + margin)
        work, busy = kind._get_work(people, *span), self._get_busy(kind, people, *span)
        return {
            user.id: free_slots.find(
                work[user.id],
                busy[user.id],
                rule._replace(zone=kind._get_zone(user)),
                first,
                last,
            )
            for user in people
        }

    @api.model
    def _get_day_visits(self, people, start, stop):
        """Return the visits that people have between two instants, in order.

        :rtype: dict[int, crm.visit]
        """
        # sudo: crm.visit - where who may go already is that day
        visits = self.sudo().search(
            Domain("user_id", "in", people.ids)
            & Domain("state", "in", OPEN)
            & Domain("start", "<", stop)
            & Domain("stop", ">", start),
            order="start",
        )
        return {
            user.id: visits.filtered(lambda visit, user=user: visit.user_id == user)
            for user in people
        }

    @api.model
    def _get_first_moment(self, day, zone):
        """Return the instant from which visits are offered for a day: not in the past."""
        start = free_slots.to_utc(datetime.combine(day, time.min), zone)
        return max(start, fields.Datetime.now() + timedelta(minutes=STEP))

    # -- Planning anew -----------------------------------------------------------------------------

    def action_plan_again(self):
        """Propose other people and times."""
        self.ensure_one()
        self.check_access("write")
        return self.env["crm.visit.plan"]._open({"visit_id": self.id})

    def _get_plan_values(self):
        """Return what the dialog that plans this visit anew begins with.

        :rtype: dict
        """
        return {
            "duration": (self.stop - self.start).total_seconds() / 3600,
            "travel_before": self.travel_before,
            "travel_after": self.travel_after,
            "is_travel_day_before": self.is_travel_day_before,
            "is_travel_day_after": self.is_travel_day_after,
        }
