# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.sla_clock import Clock, Event, Promise

#: columns of crm_sla_clock and their types, in the order in which _to_row gives them
CLOCK_COLUMNS = {
    "state": "varchar",
    "policy_id": "int",
    "target_id": "int",
    "calendar_id": "int",
    "target_seconds": "int",
    "risk_seconds": "int",
    "is_pausing": "bool",
    "elapsed_seconds": "int",
    "started_at": "timestamp",
    "since": "timestamp",
    "deadline": "timestamp",
    "risk_at": "timestamp",
    "warned_at": "timestamp",
    "breached_at": "timestamp",
    "ended_at": "timestamp",
    "handled_seconds": "int",
    "check_at": "timestamp",
}
KEY_COLUMNS = {"ticket_id": "int", "kind": "varchar", "stage_id": "int", "cycle": "int"}
EVENT_COLUMNS = {
    "clock_id": "int",
    "ticket_id": "int",
    "kind": "varchar",
    "at": "timestamp",
    "reason": "varchar",
    "elapsed_seconds": "int",
    "deadline": "timestamp",
    "target_seconds": "int",
    "risk_seconds": "int",
    "policy_id": "int",
    "target_id": "int",
    "calendar_id": "int",
    "is_pausing": "bool",
}
STATE_OF_TICKET = """
    CASE WHEN bool_or(c.ended_at IS NULL AND c.state = 'breached') THEN 'breached'
         WHEN bool_or(c.ended_at IS NULL AND c.state = 'running' AND c.warned_at IS NOT NULL) THEN 'risk'
         WHEN bool_or(c.ended_at IS NULL AND c.state = 'running') THEN 'ok'
         WHEN bool_or(c.ended_at IS NULL AND c.state = 'paused') THEN 'paused'
         WHEN bool_or(c.state IN ('late', 'breached')) THEN 'missed'
         WHEN bool_or(c.state = 'met') THEN 'met' END"""


class CrmSlaClock(models.Model):
    """How clocks are read and kept: in sets, by a handful of statements whatever their number."""

    _inherit = "crm.sla.clock"

    @api.model
    def _load(self, ids=None, ticket_ids=None, *, lock=False):
        """Return clocks in the form that they are counted in.

        :param ids: of clocks
        :param ticket_ids: of tickets, instead
        :param bool lock: whether they will be changed
        :return: ``{id: Clock}`` in the order in which they began
        """
        self.flush_model()
        hours = self.env["resource.calendar"]._get_working_times()
        column, values = ("id", ids) if ticket_ids is None else ("ticket_id", ticket_ids)
        self.env.cr.execute(
            SQL(
                "SELECT id, %s FROM crm_sla_clock WHERE %s = ANY(%s) ORDER BY id %s",
                SQL(", ").join(map(SQL.identifier, [*KEY_COLUMNS, *CLOCK_COLUMNS])),
                SQL.identifier(column),
                list(values or []),
                SQL("FOR UPDATE") if lock else SQL(),
            )
        )
        return {row[0]: self._from_row(hours, *row) for row in self.env.cr.fetchall()}

    @api.model
    def _load_by_ticket(self, ticket_ids):
        """Return the clocks of tickets, to be changed.

        :rtype: dict[int, list[Clock]]
        """
        clocks = defaultdict(list)
        for clock in self._load(ticket_ids=ticket_ids, lock=True).values():
            clocks[clock.ticket_id].append(clock)
        return clocks

    @api.model
    def _from_row(self, hours, clock_id, ticket_id, kind, stage_id, cycle, *values):
        state, policy_id, target_id, calendar_id, seconds, risk, is_pausing, elapsed, *moments = (
            values
        )
        started, since, deadline, risk_at, warned, breached, ended, handled, check = moments
        return Clock(
            hours,
            ticket_id,
            kind,
            Promise(seconds, calendar_id or 0, policy_id, target_id, risk, is_pausing),
            stage_id=stage_id,
            cycle=cycle,
            id=clock_id,
            state=state,
            started_at=started,
            since=since,
            elapsed=elapsed,
            deadline=deadline,
            risk_at=risk_at,
            warned_at=warned,
            breached_at=breached,
            ended_at=ended,
            handled=handled,
            check_at=check,
        )

    @api.model
    def _to_row(self, clock):
        promise = clock.promise
        return (
            clock.state,
            promise.policy_id,
            promise.target_id,
            promise.calendar_id or None,
            promise.seconds,
            promise.risk_seconds,
            promise.is_pausing,
            clock.elapsed,
            clock.started_at,
            clock.since,
            clock.deadline,
            clock.risk_at,
            clock.warned_at,
            clock.breached_at,
            clock.ended_at,
            clock.handled,
            clock.check_at,
        )

    @api.model
    def _save(self, clocks, *, also=()):
        """Keep what happened to clocks, and what it makes of their tickets.

        :param clocks: those that something may have happened to
        :param also: clocks to keep although no event happened to them
        """
        now = fields.Datetime.now()
        changed = [clock for clock in clocks if clock.events] + [
            clock for clock in also if not clock.events
        ]
        if not changed:
            return
        steps = self.env["crm.sla.policy"]._get_steps()
        for clock in changed:
            clock.settle(now)
            mine = steps.get(clock.promise.policy_id, ())
            clock.plan_check(
                [
                    step.get_threshold(clock.promise.seconds)
                    for step in mine
                    if step.kind in (False, clock.kind)
                ]
            )
        new = [clock for clock in changed if not clock.id]
        self._update([clock for clock in changed if clock.id])
        self._insert(new)
        self._insert_events(changed, now)
        self.invalidate_model()
        self.env["crm.ticket"]._refresh_sla({clock.ticket_id for clock in changed})

    @api.model
    def _insert(self, clocks):
        if not clocks:
            return
        columns = KEY_COLUMNS | CLOCK_COLUMNS
        rows = [(c.ticket_id, c.kind, c.stage_id, c.cycle, *self._to_row(c)) for c in clocks]
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sla_clock (%s, create_uid, create_date) SELECT *, %s, %s FROM unnest(%s)
                     RETURNING id, ticket_id, kind, stage_id, cycle""",
                SQL(", ").join(map(SQL.identifier, columns)),
                self.env.uid,
                fields.Datetime.now(),
                _to_arrays(columns, rows),
            )
        )
        ids = {tuple(key): clock_id for clock_id, *key in self.env.cr.fetchall()}
        for clock in clocks:
            clock.id = ids[clock.ticket_id, clock.kind, clock.stage_id, clock.cycle]
        self._record_made(ids.values())

    @api.model
    def _update(self, clocks):
        if not clocks:
            return
        columns = {"id": "int"} | CLOCK_COLUMNS
        rows = [(clock.id, *self._to_row(clock)) for clock in clocks]
        with self._record_changed(
            [clock.id for clock in clocks], [*CLOCK_COLUMNS, "write_uid", "write_date"]
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_sla_clock c SET %s, write_uid = %s, write_date = %s FROM unnest(%s) AS v(%s) WHERE c.id = v.id",
                    SQL(", ").join(
                        SQL("%s = v.%s", SQL.identifier(name), SQL.identifier(name))
                        for name in CLOCK_COLUMNS
                    ),
                    self.env.uid,
                    fields.Datetime.now(),
                    _to_arrays(columns, rows),
                    SQL(", ").join(map(SQL.identifier, columns)),
                )
            )

    @api.model
    def _insert_events(self, clocks, now):
        rows = []
        for clock in clocks:
            rows += [self._to_event_row(clock, event) for event in clock.events]
            clock.events = []
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_sla_event (%s, noted_at, user_id) SELECT *, %s, %s FROM unnest(%s) RETURNING id",
                SQL(", ").join(map(SQL.identifier, EVENT_COLUMNS)),
                now,
                self.env.uid,
                _to_arrays(EVENT_COLUMNS, rows),
            )
        )
        events = self.env["crm.sla.event"]
        events._record_made([row[0] for row in self.env.cr.fetchall()])
        events.invalidate_model()

    @api.model
    def _to_event_row(self, clock, event):
        promise = event.promise
        figures = (event.elapsed, event.deadline, promise.seconds, promise.risk_seconds)
        names = (
            promise.policy_id,
            promise.target_id,
            promise.calendar_id or None,
            promise.is_pausing,
        )
        return (clock.id, clock.ticket_id, event.kind, event.at, event.reason, *figures, *names)

    def _get_ledger(self):
        """Return the events of these clocks, in the form that they can be replayed in.

        :rtype: dict[int, list[Event]]
        """
        ledger = defaultdict(list)
        for event in self.env["crm.sla.event"].search([("clock_id", "in", self.ids)], order="id"):
            promise = Promise(
                event.target_seconds,
                event.calendar_id.id or 0,
                event.policy_id.id or None,
                event.target_id.id or None,
                event.risk_seconds or None,
                event.is_pausing,
            )
            told = Event(
                event.kind,
                event.at,
                event.reason,
                event.elapsed_seconds,
                event.deadline or None,
                promise,
            )
            ledger[event.clock_id.id].append(told)
        return ledger


def _to_arrays(columns, rows):
    """Return rows as one array for each column, for ``unnest``: each a single text, which the database reads much faster than as many values."""
    values = zip(*rows, strict=True)
    return SQL(", ").join(
        SQL("%s::%s[]", _to_array(column), SQL(kind))
        for column, kind in zip(values, columns.values(), strict=True)
    )


def _to_array(values):
    """Return an array as PostgreSQL writes it. Most values stand in many rows: each is written out once."""
    texts = {value: _to_text(value) for value in set(values)}
    return f"{{{','.join([texts[value] for value in values])}}}"


def _to_text(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
