# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.crm_core.exceptions import expected
from odoo.addons.crm_core.tools.booking import free_slots, zones

from ..models.crm_visit_people import STEP

#: days that are looked at, times of one person in a day, and times in all
WINDOW, MOST_A_DAY, MOST = 14, 2, 12
#: between two times of one person in a day
APART = timedelta(hours=3)


class CrmVisitPlan(models.TransientModel):
    """Who can go to a customer, and when: offered to who plans, who takes one."""

    _name = "crm.visit.plan"
    _description = "Plan a Visit"

    visit_id = fields.Many2one("crm.visit", readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one("crm.ticket", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", required=True, ondelete="cascade")
    address = fields.Char()
    team_id = fields.Many2one("crm.ticket.team", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id")
    type_id = fields.Many2one(
        "crm.visit.type",
        required=True,
        ondelete="cascade",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    duration = fields.Float(
        "Hours on Site",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    travel_before = fields.Integer(
        "Travel before",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        help="Minutes.",
    )
    travel_after = fields.Integer(
        "Travel after",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        help="Minutes.",
    )
    is_travel_day_before = fields.Boolean("The Day before Is for Travel")
    is_travel_day_after = fields.Boolean("The Day after Is for Travel")
    date_from = fields.Date("From Day", required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users",
        "Only",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: everybody of the team who can.",
    )
    instructions = fields.Text()
    problem = fields.Char(readonly=True)
    line_ids = fields.One2many("crm.visit.plan.line", "plan_id", string="Who Can Go, and When")

    _check_travel = models.Constraint(
        "CHECK(travel_before BETWEEN 0 AND 1440 AND travel_after BETWEEN 0 AND 1440)",
        "Travel takes at most a day. For longer ways, choose travel days.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration > 0 AND duration <= 24)",
        "A visit takes more than nothing and at most a day.",
    )

    @api.depends("type_id")
    def _compute_from_type(self):
        for plan in self:
            plan.duration = plan.type_id.duration or 1.0
            plan.travel_before = plan.travel_after = plan.type_id.travel_minutes

    @api.model
    def _open(self, values):
        """Open a plan with its first proposals.

        :param dict values: ``ticket_id``, ``partner_id`` or ``visit_id``
        :raises UserError: when there is nothing to plan with
        """
        self.env["crm.visit"].check_access("create")
        plan = self.create(self._prepare_values(values))
        plan._propose()
        return plan._show()

    @api.model
    def _prepare_values(self, values):
        """Return what a plan begins with.

        :raises UserError: for a ticket without contact, or where no type of visit is set up
        """
        visit = self.env["crm.visit"].browse(values.get("visit_id"))
        ticket = visit.ticket_id or self.env["crm.ticket"].browse(values.get("ticket_id"))
        partner = visit.partner_id or ticket.partner_id
        partner = partner or self.env["res.partner"].browse(values.get("partner_id"))
        if not partner:
            raise expected(UserError(self.env._("Whom is the visit to? Choose the contact first.")))
        team = visit.team_id or ticket.team_id or self.env["crm.ticket"]._get_default_team()
        kind = visit.type_id or self.env["crm.visit.type"]._get_default(team.company_id)
        if not team or not kind:
            raise expected(
                UserError(
                    self.env._("Set up a team and a type of visit first, under Configuration.")
                )
            )
        found = self.env["crm.visit"].new({"partner_id": partner.id})
        return {
            "visit_id": visit.id,
            "ticket_id": ticket.id,
            "partner_id": partner.id,
            "address": visit.address or found.address,
            "team_id": team.id,
            "type_id": kind.id,
            "instructions": visit.instructions,
            **(visit._get_plan_values() if visit else {}),
        }

    def _show(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Visit"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "large"},
        }

    # -- Actions -----------------------------------------------------------------------------------

    def action_propose(self):
        """Look again, with what was changed."""
        self.ensure_one()
        self.check_access("write")
        self._propose()
        return self._show()

    def action_by_hand(self):
        """Open a new visit with what is known, to be planned at any time."""
        self.ensure_one()
        self.check_access("read")
        names = ("ticket_id", "partner_id", "team_id", "type_id", "address", "instructions")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.visit",
            "res_id": self.visit_id.id,
            "views": [(False, "form")],
            "context": {
                f"default_{name}": self[name].id if self._fields[name].relational else self[name]
                for name in names
            },
        }

    def _propose(self):
        """Write down who can go, and when."""
        proposals, problem = self._find_proposals()
        self.write(
            {
                "problem": problem,
                "line_ids": [
                    Command.clear(),
                    *(Command.create(self._prepare_line_values(*one)) for one in proposals),
                ],
            }
        )

    def _find_proposals(self):
        """Return pairs of moment and person, the first ones first, and what is wrong when there are none.

        :rtype: tuple[list, str]
        """
        visits = self.env["crm.visit"]
        people = visits._get_able_people(self.type_id, self.team_id)
        if self.user_id:
            people = self.user_id
        if not people:
            skills = ", ".join(self.type_id.skill_ids.mapped("name"))
            return [], self.env._(
                "Nobody of the team has these skills: %s.", skills
            ) if skills else (self.env._("The team has no members."))
        zone = zones.read(self.env.user.tz, zones.read(self.company_id.resource_calendar_id.tz))
        first = visits._get_first_moment(self.date_from, zone)
        times = visits._find_free_times(
            people,
            self.company_id,
            first,
            first + timedelta(days=WINDOW),
            self._get_rule(),
            replanned=self.visit_id,
        )
        found = self._choose(people, times)
        return found, "" if found else self.env._("Nobody is free in these %s days.", WINDOW)

    def _get_rule(self):
        """Return how the visit takes time; days of travel are whole days.

        :rtype: free_slots.Rule
        """
        day = 24 * 60
        return free_slots.Rule(
            duration=round(self.duration * 60),
            step=STEP,
            before=self.travel_before + (day if self.is_travel_day_before else 0),
            after=self.travel_after + (day if self.is_travel_day_after else 0),
        )

    def _choose(self, people, times):
        """Return some of the free times: a few of each person and day, apart from one another."""
        chosen, taken = [], {}
        apart = max(APART, timedelta(hours=self.duration))
        every = sorted((start, user.id) for user in people for start in times[user.id])
        by_id = {user.id: user for user in people}
        for start, user_id in every:
            day = free_slots.get_day(start, self._get_zone(by_id[user_id]))
            same_day = taken.setdefault((user_id, day), [])
            if len(same_day) == MOST_A_DAY or (same_day and start < same_day[-1] + apart):
                continue
            same_day.append(start)
            chosen.append((start, by_id[user_id]))
            if len(chosen) == MOST:
                break
        return chosen

    def _get_zone(self, user):
        # sudo: res.users, resource.calendar - of who may go
        calendar, user = self.sudo().company_id.resource_calendar_id, user.sudo()
        return zones.read(user.tz, zones.read(calendar.tz))

    def _prepare_line_values(self, start, user):
        zone = self._get_zone(user)
        day = free_slots.get_day(start, zone)
        span = free_slots.get_day_span(day, day, zone)
        visits = self.env["crm.visit"]._get_day_visits(user, *span)[user.id] - self.visit_id
        return {
            "start": start,
            "stop": start + timedelta(hours=self.duration),
            "user_id": user.id,
            "day_text": "\n".join(self._say_visit(visit) for visit in visits),
        }

    def _say_visit(self, visit):
        """Return when and where somebody goes that day already."""
        customer = visit.partner_id.commercial_partner_id
        place = ", ".join(filter(None, [customer.name, visit.partner_id.city]))
        return f"{visit._format_moment(visit.start, 'HH:mm')} {place}"

    def _prepare_visit_values(self, line):
        """Return the values of the visit that was chosen.

        :param line: ``crm.visit.plan.line``
        :rtype: dict
        """
        return {
            "ticket_id": self.ticket_id.id,
            "partner_id": self.partner_id.id,
            "address": self.address,
            "team_id": self.team_id.id,
            "type_id": self.type_id.id,
            "user_id": line.user_id.id,
            "start": line.start,
            "stop": line.stop,
            "travel_before": self.travel_before,
            "travel_after": self.travel_after,
            "is_travel_day_before": self.is_travel_day_before,
            "is_travel_day_after": self.is_travel_day_after,
            "instructions": self.instructions,
        }


class CrmVisitPlanLine(models.TransientModel):
    """A person and a time that a visit can have."""

    _name = "crm.visit.plan.line"
    _description = "Proposal for a Visit"
    _order = "start, id"

    plan_id = fields.Many2one("crm.visit.plan", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Who Goes", required=True, readonly=True)
    start = fields.Datetime("From", required=True, readonly=True)
    stop = fields.Datetime("To", required=True, readonly=True)
    when = fields.Char(compute="_compute_when")
    day_text = fields.Text("Visits That Day", readonly=True)

    @api.depends("start", "stop")
    def _compute_when(self):
        for line in self:
            visit = self.env["crm.visit"].new(
                {"user_id": line.user_id.id, "team_id": line.plan_id.team_id.id}
            )
            day = free_slots.get_day(line.start, visit._get_zone())
            line.when = self.env._(
                "%(day)s, %(start)s to %(stop)s",
                day=format_date(self.env, day, date_format="EEE d MMM"),
                start=visit._format_moment(line.start, "HH:mm"),
                stop=visit._format_moment(line.stop, "HH:mm"),
            )

    def action_choose(self):
        """Plan the visit so, or plan it anew.

        :raises ValidationError: when the time was taken meanwhile
        """
        self.ensure_one()
        plan = self.plan_id
        plan.check_access("write")
        values = plan._prepare_visit_values(self)
        if plan.visit_id:
            plan.visit_id.write(values)
            visit = plan.visit_id
        else:
            visit = self.env["crm.visit"].create(values)
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.visit",
            "res_id": visit.id,
            "views": [(False, "form")],
        }
