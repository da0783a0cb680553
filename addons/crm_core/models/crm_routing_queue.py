# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from pytz import timezone, utc

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ..tools.routing import working_time

HORIZON = timedelta(days=60)


class CrmRoutingQueue(models.Model):
    """Work that waits for the same people, and the rules by which they get it.

    Teams of every kind have one: a sales team, later a support team. The queue knows nothing of what waits in it.
    """

    _name = "crm.routing.queue"
    _description = "Routing Queue"
    _order = "company_id, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Team Lead",
        ondelete="set null",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Is told when a first response is late, and gets what nobody takes.",
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_routing_queue_user_rel",
        "queue_id",
        "user_id",
        string="More People",
        domain="[('share', '=', False)]",
        help="People who get work of this queue besides the members of its team.",
    )

    # who is asked
    only_at_work = fields.Boolean(
        "Only People at Work",
        default=True,
        help="Outside somebody's working hours nothing is given to them. Leave counts always.",
    )
    only_online = fields.Boolean(
        "Only People Online",
        help="Only those who have Odoo open get work: for conversations and calls.",
    )

    is_noted = fields.Boolean(
        "Note in the Chatter",
        default=True,
        help="Each piece of work says in its chatter who got it. Without, the history of its routing alone says it, and thousands are given faster.",
    )

    # what happens when nothing happens
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Hours of the Clocks",
        ondelete="set null",
        check_company=True,
        help="Working minutes and hours below are counted in it. Empty: the company's working hours.",
    )
    response_minutes = fields.Integer(
        "First Response Within",
        default=60,
        help="Working minutes. When nobody answered until then, the team lead is told once. 0: no such clock.",
    )
    return_hours = fields.Float(
        "Back to the Queue After",
        default=16.0,
        help="Working hours of the person who got it. What nobody touched until then is given to somebody else. 0: it stays.",
    )
    max_returns = fields.Integer(
        "Returns at Most",
        default=2,
        help="What came back so often goes to the team lead.",
    )
    fallback_hours = fields.Float(
        "To the Team Lead After",
        default=8.0,
        help="Working hours in the queue. What nobody could take until then goes to the team lead. 0: it waits.",
    )

    _check_clocks = models.Constraint(
        "CHECK(response_minutes >= 0 AND return_hours >= 0 AND max_returns >= 0 AND fallback_hours >= 0)",
        "Times and numbers of returns cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        queues = super().create(vals_list)
        self.env["crm.routing.gate"]._ensure(queues.company_id.ids)
        self.env.registry.clear_cache()
        queues._ensure_profiles()
        return queues

    def write(self, vals):
        result = super().write(vals)
        if {"active", "company_id"} & vals.keys():
            self.env["crm.routing.gate"]._ensure(self.company_id.ids)
            self.env.registry.clear_cache()
        if not vals.get("active", True):
            self._release()
        if "company_id" in vals:
            # sudo: crm.routing.item - what waits moves along with its queue
            waiting = self.env["crm.routing.item"].sudo().search([("queue_id", "in", self.ids)])
            waiting.write({"company_id": vals["company_id"]})
        if {"user_ids", "company_id"} & vals.keys():
            self._ensure_profiles()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _is_used(self):
        """Tell whether there is any queue: where there is none, routing costs nothing."""
        # sudo: crm.routing.queue - of any company
        return bool(self.sudo().search_count([], limit=1))

    # -- Actions -----------------------------------------------------------------------------------

    def action_route_now(self):
        """Give what waits in these queues, as far as somebody can take it."""
        self._check_may_route()
        self.check_access("read")
        items = self.env["crm.routing.item"]
        items._enroll_all(self)
        given, waiting = items._route_queues(self, "hand")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if given else "warning",
                "message": self.env._(
                    "%(given)s given, %(waiting)s still waiting.", given=given, waiting=waiting
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _check_may_route(self):
        """Let only those through who may give work to others.

        :raises AccessError: for everybody else
        """
        user = self.env.user
        if not self.env.su and not any(user.has_group(name) for name in self._get_router_groups()):
            raise AccessError(self.env._("Only team leads give work to others."))

    @api.model
    def _get_router_groups(self):
        """Return the groups whose people may give work to others; add-ons with work of their own add theirs.

        :rtype: list[str]
        """
        return ["crm_core.group_crm_core_team_lead"]

    def action_view_items(self):
        """Open what waits in this queue."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_routing_item_action")
        return {
            **action,
            "context": {"search_default_queue_id": self.id, "search_default_waiting": 1},
        }

    # -- Business ----------------------------------------------------------------------------------

    def _get_user_ids(self):
        """Return who may get the work of each queue; teams of other kinds add their members.

        :rtype: dict[int, list[int]]
        """
        # sudo: res.users - archived ones and those of other companies are named with the reason
        return {queue.id: queue.sudo().user_ids.ids for queue in self}

    def _get_people(self):
        """Return those who may get the work of these queues of one company, as the matching knows them.

        :return: ``{user id: Person}``
        """
        if not self:
            return {}
        user_ids = {user_id for ids in self._get_user_ids().values() for user_id in ids}
        profiles = self.env["crm.routing.profile"]._ensure(self.company_id, user_ids)
        return {person.id: person for person in profiles._get_people()}

    def _complete_demand(self, demand, model, user_ids, excluded):
        """Say who may get a piece of work of this queue, whom it wants to be there, and what it weighs.

        :param Demand demand: what the work asks for
        :param str model: whose work it is
        :param list user_ids: the people of the queue
        :param list excluded: ids of users who had it already
        """
        demand.weight *= self.env["crm.routing.kind"]._get_weights().get(model, 1.0)
        demand.people = tuple(user_ids)
        demand.excluded = frozenset(excluded or [])
        demand.wants_at_work = self.only_at_work
        demand.wants_online = self.only_online
        return demand

    def _release(self):
        """Let go of what is in these queues: nothing waits, comes back or is late any more where work is not routed."""
        # sudo: crm.routing.item - follows its queue
        items = self.env["crm.routing.item"].sudo().search([("queue_id", "in", self.ids)])
        items.filtered(lambda item: item.state != "done")._leave()

    def _get_team_lead(self):
        """Return who leads the team, when they can be given work here; nobody otherwise.

        :rtype: res.users
        """
        self.ensure_one()
        # sudo: res.users - also of somebody whom the reader does not see
        lead = self.sudo().user_id
        return lead.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )

    def _ensure_profiles(self):
        """Make a profile for everybody who may get work here.

        :rtype: crm.routing.profile
        """
        # sudo: crm.routing.profile - comes with the people
        profiles = self.env["crm.routing.profile"].sudo()
        people = self._get_user_ids()
        for company, queues in self.grouped("company_id").items():
            user_ids = {user_id for queue in queues for user_id in people[queue.id]}
            profiles |= profiles._ensure(company, user_ids)
        return profiles

    def _get_response_deadline(self):
        """Return when a first response to what comes in now is due; False without such a clock."""
        return bool(self.response_minutes) and self._get_deadline(
            timedelta(minutes=self.response_minutes)
        )

    def _get_fallback(self):
        """Return when what begins to wait now goes to the team lead; False when it never does."""
        return bool(self.fallback_hours) and self._get_deadline(
            timedelta(hours=self.fallback_hours)
        )

    def _get_deadline(self, duration):
        """Return when so much working time of this queue will have passed from now on.

        :param timedelta duration: working time
        :rtype: datetime
        """
        moment = fields.Datetime.now()
        hours = self._get_hours(moment, moment + HORIZON)
        return working_time.add(hours, moment, duration) or moment + HORIZON

    def _get_hours(self, start, end):
        """Return when the clocks of this queue run between two moments; always where nobody said working hours.

        :rtype: list[tuple[datetime, datetime]]  in UTC
        """
        self.ensure_one()
        # sudo: resource.calendar - whoever makes work may not see the hours of the team
        queue = self.sudo()
        calendar = queue.calendar_id or queue.company_id.resource_calendar_id
        if not calendar:
            return [(start, end)]
        intervals = calendar._work_intervals_batch(
            utc.localize(start), utc.localize(end), tz=timezone(calendar.tz or "UTC")
        )[False]
        return [
            (begin.astimezone(utc).replace(tzinfo=None), stop.astimezone(utc).replace(tzinfo=None))
            for begin, stop, _attendance in intervals
        ]
