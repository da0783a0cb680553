# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models, modules

from ..tools.import_engine.isolation import isolate
from ..tools.routing import working_time
from ..tools.routing.matching import Matcher

_logger = logging.getLogger(__name__)

AT_ONCE = 200  # as much as a request may give to people itself
BATCH = 1000
LONGEST = timedelta(days=21)


class CrmRoutingItem(models.Model):
    """How work gets to people: a company's gate is passed, the oldest work is claimed, matched, assigned and committed.

    Whatever ends a worker ends with its transaction: what was committed stays assigned once, the rest waits as before.
    """

    _inherit = "crm.routing.item"

    @api.model
    def _cron_route(self):
        """Give what waits, batch by batch, as long as this run may last; then tell those who got something."""
        queues = self.env["crm.routing.queue"].search([("active", "=", True)])
        given, _waiting = self._route_queues(queues, "cron")
        self._tell_assignees()
        self.env["ir.cron"]._commit_progress(given)

    @api.model
    def _route_queues(self, queues, trigger):
        """Give what waits in queues to people.

        :param str trigger: what set it off, see ``crm.routing.decision``
        :return: how many pieces of work were given, and how many wait still
        """
        # sudo: crm.routing.item - routing works the same whoever set it off
        items, given = self.sudo(), 0
        for company, mine in queues.grouped("company_id").items():
            items._enroll_waiting(mine)
            after = None
            while batch := items._route_batch(company, mine, trigger, after):
                given += batch[0]
                after = batch[1]
        waiting = items.search_count([("state", "=", "waiting"), ("queue_id", "in", queues.ids)])
        return given, waiting

    @api.model
    def _enroll_waiting(self, queues):
        """Put old records, copies and imports into their queues; one worker at a time."""
        while True:
            self._begin()
            if not self.env["crm.routing.gate"]._enter(queues.company_id.id):
                return
            if self._enroll_all(queues, limit=2 * BATCH) < 2 * BATCH:
                return

    @api.model
    def _route_batch(self, company, queues, trigger, after):
        """Give the next pieces of work.

        :param after: place of the last piece that was looked at, None to begin
        :return: how many were given and the place of the last; None when nothing is left or somebody else is at it
        """
        self._begin()
        try:
            if not self.env["crm.routing.gate"]._enter(company.id):
                return None
            items = self._claim(queues, after)
            if not items:
                return None
            given = items._route(trigger)
            last = items[-1]
            after = (last.priority, last.queued_at, last.id)
            self._begin()
        except TransactionRollbackError as error:
            # somebody changed one of these records meanwhile: they are looked at again
            _logger.info("Routing begins again after %s", error)
            self.env.cr.rollback()
            self.env.ref("crm_core.ir_cron_crm_routing_route")._trigger()
            return None
        return given, after

    def _begin(self):
        """End the transaction, so that the next sees what others did; tests have one transaction only."""
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: each batch is known before the next, whatever happens in it
            self.env.cr.commit()
            self.env.invalidate_all()

    @api.model
    def _claim(self, queues, after=None, limit=BATCH):
        """Lock the next work of queues: the highest priority first, then what came in first.

        :rtype: crm.routing.item
        """
        self.flush_model()
        place = after or (2**31 - 1, fields.Datetime.from_string("1970-01-01 00:00:00"), 0)
        self.env.cr.execute(
            """SELECT id FROM crm_routing_item
                WHERE state = 'waiting' AND company_id IN %s AND queue_id IN %s
                  AND (-priority, queued_at, id) > (-%s, %s, %s)
                ORDER BY priority DESC, queued_at, id
                  FOR UPDATE SKIP LOCKED LIMIT %s""",
            (tuple(queues.company_id.ids) or (0,), tuple(queues.ids) or (0,), *place, limit),
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _route_at_once(self):
        """Give what just came in, behind what waits already; leave it to the scheduled action when somebody else is at it."""
        cron = self.env.ref("crm_core.ir_cron_crm_routing_route")
        for company, items in self.grouped("company_id").items():
            if len(items) > AT_ONCE or not items._try_at_once(company):
                cron.sudo()._trigger()  # sudo: ir.cron - whoever made the work

    def _try_at_once(self, company):
        """Give work inside the transaction that made it.

        :return: whether it was looked at
        """
        try:
            with self.env.cr.savepoint():
                if not self.env["crm.routing.gate"]._enter(company.id):
                    return False
                claimed = self._claim(self.queue_id, limit=AT_ONCE + 1)
                if len(claimed) > AT_ONCE:
                    return False
                claimed._route("create")
                claimed._tell_assignees(claimed)
        except Exception:
            # what came in is kept, whatever its routing met
            _logger.exception("New work could not be routed at once")
            return False
        return True

    # -- The decision ------------------------------------------------------------------------------

    def _route(self, trigger):
        """Give these pieces of work to people, in their order.

        :return: how many were given
        """
        made, faulty = isolate(self.env, lambda items: items._decide(trigger), self)
        for item, error in faulty.items():
            item._fail(error)
        return sum(verdict.chosen is not None for verdict in made.values())

    def _fail(self, error):
        """Set work apart that could not be handled, with the reason."""
        _logger.warning("%s %s could not be routed: %s", self.res_model, self.res_id, error)
        self.write(
            {
                "state": "failed",
                "error": str(error)[:1000],
                "return_at": False,
                "fallback_at": False,
            }
        )

    def _decide(self, trigger):
        demands = self._get_demands()
        left = self - self.browse(demands)
        left._leave_queue()
        people = self.queue_id._get_people()
        verdicts = Matcher(people.values()).decide(demands.values())
        given = {self.browse(v.id): v for v in verdicts if v.chosen is not None}
        for item, verdict in zip(self.browse(demands), verdicts, strict=True):
            if verdict.chosen is None:
                item._note_obstacles(verdict)
        self._give(given, people, demands, trigger)
        return {self.browse(verdict.id): verdict for verdict in verdicts}

    def _get_demands(self):
        """Return what these pieces of work ask for, in their order; without those that do not wait any more.

        :return: ``{item id: Demand}``
        """
        asked, mine = {}, self.queue_id._get_user_ids()
        for items in self.grouped("res_model").values():
            demands = items._get_waiting_records()._get_routing_demands()
            for item in items:
                if demand := demands.get(item.res_id):
                    demand.id, queue = item.id, item.queue_id
                    asked[item.id] = queue._complete_demand(
                        demand, item.res_model, mine[queue.id], item.returned_user_ids
                    )
        return {item.id: asked[item.id] for item in self if item.id in asked}

    def _get_records(self):
        """Return the records of items of one model."""
        return self.env[self[:1].res_model].browse(self.mapped("res_id"))

    def _get_waiting_records(self):
        """Return those records that wait still, locked against others."""
        work = self.env[self[:1].res_model]
        return work.search(
            work._get_routing_queue_domain() & work._get_routing_ids_domain(self.mapped("res_id"))
        ).try_lock_for_update()

    def _leave_queue(self):
        """Take out what does not wait any more; what somebody else holds at this moment stays."""
        for items in self.grouped("res_model").values():
            work = self.env[items[:1].res_model]
            waiting = work.search(
                work._get_routing_queue_domain()
                & work._get_routing_ids_domain(items.mapped("res_id"))
            )
            gone = set(items.mapped("res_id")) - set(waiting.ids)
            items.filtered(lambda item, gone=gone: item.res_id in gone).state = "done"

    def _note_obstacles(self, verdict):
        """Keep why nobody can take it, when that changed."""
        considered = self.env["crm.routing.decision"]._prepare_considered(verdict.considered)
        if self.considered != considered:
            self.considered = considered

    def _give(self, given, people, demands, trigger):
        """Give work to those who were chosen, and keep why.

        :param dict given: ``{item: Verdict}``
        :param dict people: ``{user id: Person}``
        """
        by_user = {}
        for item, verdict in given.items():
            by_user.setdefault(verdict.chosen, []).append(item.id)
        for user_id, ids in by_user.items():
            user = self.env["res.users"].browse(user_id)
            self.browse(ids)._give_to(user, people[user_id])
        self.env["crm.routing.decision"].create(
            [
                item._prepare_decision_values(verdict, people, demands[item.id], trigger)
                for item, verdict in given.items()
            ]
        )
        profiles = self.env["crm.routing.profile"]._ensure(self.company_id, list(by_user))
        for profile in profiles:
            profile.turn = people[profile.user_id.id].waited_since

    def _give_to(self, user, person=None):
        """Give these pieces of work to one person.

        :param Person person: who has it, to know the hours; None for a team lead, from whom nothing comes back
        """
        for items in self.grouped("res_model").values():
            items._get_records()._assign_routing(user)
        now = fields.Datetime.now()
        for queue, items in self.grouped("queue_id").items():
            hours = timedelta(hours=queue.return_hours)
            items.write(
                {
                    "state": "assigned",
                    "user_id": user.id,
                    "assigned_at": now,
                    "is_told": False,
                    "considered": False,
                    "fallback_at": False,
                    "return_at": (
                        working_time.add(person.hours, now, hours) or now + LONGEST
                        if person and hours
                        else False
                    ),
                }
            )

    def _prepare_decision_values(self, verdict, people, demand, trigger):
        """Return what is kept of a decision.

        :rtype: dict
        """
        person = people[verdict.chosen]
        others = [row for row in verdict.considered if row[0] != verdict.chosen]
        spoken = set(demand.languages) & set(person.languages)
        return {
            "res_model": self.res_model,
            "res_id": self.res_id,
            "queue_id": self.queue_id.id,
            "company_id": self.company_id.id,
            "trigger": trigger,
            "user_id": verdict.chosen,
            "territory_id": verdict.territory,
            "language": min(spoken, default=False),
            "skill_ids": list(demand.skills) or False,
            "load": verdict.load,
            "capacity": person.capacity,
            "considered": self.env["crm.routing.decision"]._prepare_considered(others),
        }
