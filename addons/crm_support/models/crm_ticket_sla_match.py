# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.sla_clock import Clock, Promise
from ..tools.sla_policy import Facts, match

BATCH = 2000
#: what matching has to know of a ticket
COLUMNS = {
    "id": "t.id",
    "team_id": "t.team_id",
    "company_id": "t.company_id",
    "priority": "t.priority",
    "channel": "t.channel",
    "type_id": "t.type_id",
    "category_path": "c.parent_path",
    "partner_id": "t.partner_id",
    "customer_id": "t.commercial_partner_id",
    "tag_ids": "(SELECT array_agg(r.crm_ticket_tag_id) FROM crm_ticket_crm_ticket_tag_rel r WHERE r.crm_ticket_id = t.id)",
    "partner_category_ids": """(SELECT array_agg(DISTINCT r.category_id) FROM res_partner_res_partner_category_rel r
                                 WHERE r.partner_id IN (t.partner_id, t.commercial_partner_id))""",
    "stage_place": "ARRAY[s.sequence, s.id]",
    "start": "t.sla_start",
    "paused_at": "t.sla_paused_at",
    "first_reply": "t.date_first_reply",
    "last_reply": "t.date_last_reply",
    "customer_message": "t.date_last_customer_message",
    "is_waiting_for_reply": "t.is_waiting_for_reply",
}


class Row(NamedTuple):
    """A ticket as matching sees it, in the order of COLUMNS."""

    id: int
    team_id: int
    company_id: int
    priority: str
    channel: str
    type_id: int | None
    category_path: str | None
    partner_id: int | None
    customer_id: int | None
    tag_ids: list | None
    partner_category_ids: list | None
    stage_place: list
    start: datetime
    paused_at: datetime | None
    first_reply: datetime | None
    last_reply: datetime | None
    customer_message: datetime | None
    is_waiting_for_reply: bool


class CrmTicket(models.Model):
    """Which promises hold for tickets: matched in sets, without losing the time that passed."""

    _inherit = "crm.ticket"

    def _rematch_sla(self, reason):
        """Let open tickets follow the policies as they are, with the time that has passed.

        :param str reason: one of the reasons of ``crm.sla.event``
        """
        rules = self.env["crm.sla.policy"]._get_active_rules()
        for ids in split_every(BATCH, self.ids):
            self._rematch_batch(list(ids), rules, reason)

    @api.model
    def _rematch_batch(self, ticket_ids, rules, reason):
        book = self.env["crm.sla.clock"]
        # a ticket that is being made has no clock yet
        clocks = defaultdict(list) if reason == "created" else book._load_by_ticket(ticket_ids)
        if not rules and not any(clock.is_open for mine in clocks.values() for clock in mine):
            return
        promises = self._get_promises(rules)
        hours = self.env["resource.calendar"]._get_working_times()
        now = fields.Datetime.now()
        changed = []
        for row in self._read_sla_rows(ticket_ids):
            changed += self._rematch_row(hours, row, clocks[row.id], promises(row), now, reason)
        book._save(changed)

    @api.model
    def _read_sla_rows(self, ticket_ids, *, with_closed=False):
        """Return what matching has to know of open tickets, in one query.

        :rtype: list[Row]
        """
        self.flush_model()
        self.env["crm.ticket.category"].flush_model(["parent_path"])
        self.env["res.partner"].flush_model(["category_id"])
        self.env.cr.execute(
            SQL(
                """SELECT %s FROM crm_ticket t JOIN crm_ticket_stage s ON s.id = t.stage_id
                     LEFT JOIN crm_ticket_category c ON c.id = t.category_id
                    WHERE t.id = ANY(%s) AND (%s OR NOT COALESCE(s.fold, FALSE)) ORDER BY t.id""",
                SQL(", ").join(map(SQL, COLUMNS.values())),
                list(ticket_ids),
                with_closed,
            )
        )
        return [Row(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _get_promises(self, rules):
        """Return a function that says what holds for a ticket; it answers from memory for tickets that are alike.

        :return: function of a :class:`Row` that returns ``{key of the clock: Promise}``
        """
        found, calendars = {}, {}
        # sudo: crm.ticket.team - promises are the same whoever touched the ticket
        teams = self.env["crm.ticket.team"].sudo()

        def get_calendar(policy, team_id):
            if policy.calendar_id is not None:
                return policy.calendar_id
            if team_id not in calendars:
                calendars[team_id] = teams.browse(team_id)._get_calendar().id or 0
            return calendars[team_id]

        def get(row):
            facts = self._get_sla_facts(row)
            if facts not in found:
                found[facts] = {
                    key: Promise(
                        target.seconds,
                        get_calendar(policy, row.team_id),
                        policy.id,
                        target.id,
                        target.risk_seconds,
                        target.is_pausing,
                    )
                    for key, (policy, target) in match(rules, facts).items()
                }
            return found[facts]

        return get

    @api.model
    def _get_sla_facts(self, row):
        """Return what policies look at in a ticket.

        :rtype: Facts
        """
        return Facts(
            row.company_id,
            row.team_id,
            row.priority,
            row.channel,
            row.type_id,
            tuple(int(part) for part in (row.category_path or "").split("/") if part),
            tuple(row.tag_ids or ()),
            tuple(filter(None, (row.partner_id, row.customer_id))),
            tuple(row.partner_category_ids or ()),
        )

    @api.model
    def _rematch_row(self, hours, row, clocks, promises, now, reason):
        """Let the clocks of one ticket follow what holds for it now.

        :return: list of the clocks that something may have happened to
        """
        last = {clock.key: clock for clock in clocks}
        for key, clock in last.items():
            if clock.is_open and key not in promises and reason != "merged":
                clock.stop(now, reason)
        started = [
            self._follow_promise(hours, row, last.get(key), key, promise, now, reason)
            for key, promise in promises.items()
        ]
        return [*clocks, *filter(None, started)]

    @api.model
    def _follow_promise(self, hours, row, clock, key, promise, now, reason):
        """Let one clock of a ticket follow its promise, or start it.

        :return: the clock that was started, None when there was one
        """
        if clock and clock.is_open:
            if (clock.promise != promise and reason != "merged") or reason == "calendar":
                clock.rematch(now, promise, reason)
                self._hold_clock(row, clock, now)
            return None
        start = self._find_sla_start(row, key)
        if start is None:
            return None
        # the date of an e-mail is its sender's word: what just came in counts from now
        start = now if reason == "customer" and key[0] == "next_reply" else min(start, now)
        if clock and clock.state == "cancelled":
            gap = (
                0
                if row.paused_at
                else clock.hours(promise.calendar_id).between(clock.ended_at, now)
            )
            clock.rematch(now, promise, "revived", elapsed=clock.elapsed + gap)
            self._hold_clock(row, clock, now)
            return None
        if clock and key[0] not in ("next_reply", "periodic_update"):
            return None
        cycle = clock.cycle + 1 if clock else 1
        return self._start_clock(hours, row, key, promise, start, now, reason, cycle)

    @api.model
    def _hold_clock(self, row, clock, now):
        """Let a clock count or not as its ticket waits for somebody else or not."""
        if row.paused_at:
            clock.pause(now, "waiting")
            if not clock.promise.is_pausing:
                clock.resume(now, "changed")

    @api.model
    def _start_clock(self, hours, row, key, promise, start, now, reason, cycle):
        clock = Clock(hours, row.id, key[0], promise, stage_id=key[1], cycle=cycle)
        clock.start(start, reason)
        if row.paused_at:
            clock.pause(max(row.paused_at, start), "waiting")
        if reason == "policy":
            # a policy that comes later does not ring for all that was late before it
            clock.handled = clock.get_elapsed(now)
        return clock

    @api.model
    def _find_sla_start(self, row, key):
        """Return since when something is asked for that a promise is about; None when it was done.

        :rtype: datetime | None
        """
        kind, stage_id = key
        if kind == "first_reply":
            return None if row.first_reply else row.start
        if kind == "next_reply":
            return row.customer_message if row.first_reply and row.is_waiting_for_reply else None
        if kind == "periodic_update":
            return max(filter(None, (row.start, row.last_reply)))
        if kind == "reach_stage":
            wanted = self.env["crm.ticket.stage"].browse(stage_id)
            return row.start if tuple(row.stage_place) < (wanted.sequence, wanted.id) else None
        return row.start
