# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of one promise: what starts, pauses, moves and ends it, told as events that give the same clock again."""

from dataclasses import dataclass, field
from datetime import datetime

from .working_time import NoWorkingTime

OPEN_STATES = ("running", "paused", "breached")
#: after these the time that an event names stands, since it cannot be counted again from the events before it
GIVEN_REASONS = ("calendar", "merged", "revived")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a policy promises: so much working time by these hours."""

    seconds: int
    #: id of the calendar; 0 for round the clock
    calendar_id: int = 0
    policy_id: int | None = None
    target_id: int | None = None
    #: working time after which there is a risk; None for no warning
    risk_seconds: int | None = None
    is_pausing: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to a clock, with the figures right after it."""

    kind: str
    at: datetime
    reason: str
    elapsed: int
    deadline: datetime | None
    promise: Promise


@dataclass(slots=True)
class Clock:
    """One promise to one ticket.

    ``running`` counts since ``since``; ``paused`` does not; ``met`` and ``late`` are answered; ``breached`` is overdue and
    stays so; ``cancelled`` is asked for no more. Whatever happens, what was due before it is noted first, at the moment it was due.
    """

    hours: object
    ticket_id: int
    kind: str
    promise: Promise
    stage_id: int | None = None
    cycle: int = 1
    id: int | None = None
    state: str = "running"
    started_at: datetime | None = None
    since: datetime | None = None
    elapsed: int = 0
    deadline: datetime | None = None
    risk_at: datetime | None = None
    warned_at: datetime | None = None
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    #: working time up to which the steps of escalation were taken
    handled: int = -1
    check_at: datetime | None = None
    events: list = field(default_factory=list)

    @property
    def key(self):
        """Return which of the ticket's promises it is: the kind, and the stage where it matters."""
        return self.kind, self.stage_id

    @property
    def is_open(self):
        """Tell whether it can still be met."""
        return self.ended_at is None and self.state in OPEN_STATES

    def start(self, at, reason):
        """Begin to count."""
        self.started_at = self.since = at
        self.state = "running"
        self._plan()
        self._note("start", at, reason)

    def settle(self, now):
        """Note what fell due before now, at the moment it did."""
        if self.state != "running":
            return
        if self.risk_at and self.risk_at < now and not self.warned_at:
            self.warned_at = self.risk_at
            self._note("warn", self.risk_at, "risk", elapsed=self.promise.risk_seconds)
        if self.deadline and self.deadline < now:
            self.state, self.breached_at = "breached", self.deadline
            self.elapsed, self.since = max(self.promise.seconds, self.elapsed), self.deadline
            self._note("breach", self.deadline, "deadline")

    def breach(self, at, reason):
        """Be overdue since a moment."""
        self.state, self.breached_at, self.ended_at = "breached", at, None
        self.elapsed, self.since = max(self.promise.seconds, self.elapsed), self.since or at
        self.deadline = min(self.deadline or at, at)
        self._note("breach", at, reason)

    def pause(self, at, reason):
        """Stop counting for a while."""
        self.settle(at)
        if self.state == "running" and self.promise.is_pausing:
            self._count(at)
            self.state, self.since = "paused", None
            self._plan()
            self._note("pause", at, reason)

    def resume(self, at, reason):
        """Go on counting."""
        if self.state == "paused":
            self.state, self.since = "running", at
            self._plan()
            self._note("resume", at, reason)

    def meet(self, at, reason):
        """End it: what was promised was done."""
        self.settle(at)
        if self.is_open:
            self._count(at)
            self.state = "late" if self.state == "breached" else "met"
            self._end("met", at, reason)

    def stop(self, at, reason):
        """End it: it is asked for no more. What was breached stays so."""
        self.settle(at)
        if self.is_open:
            self._count(at)
            self.state = "breached" if self.state == "breached" else "cancelled"
            self._end("stop", at, reason)

    def reopen(self, at, reason):
        """Go on with what was left; what was late stays late."""
        self.state = "breached" if self.breached_at else "running"
        self.ended_at, self.since = None, at
        self._plan()
        self._note("resume", at, reason)

    def rematch(self, at, promise, reason, elapsed=None):
        """Go by another promise, with the time that has passed.

        :param elapsed: the time that passed, where it is not the one counted here
        """
        self.settle(at)
        if self.breached_at:
            return
        self._count(at)
        self.state = "running" if self.state == "cancelled" else self.state
        self.ended_at, self.handled = None, -1
        self.since = None if self.state == "paused" else at
        self.promise = promise
        self.elapsed = self.elapsed if elapsed is None else elapsed
        self._plan()
        self._note("rematch", at, reason)

    def get_elapsed(self, now):
        """Return the working time that has passed until now, in seconds.

        :rtype: int
        """
        if self.since is None or self.ended_at:
            return self.elapsed
        return self.elapsed + self._get_hours().between(self.since, now)

    def find(self, seconds):
        """Return when so much working time will have passed; None while paused, or when that never comes.

        :rtype: datetime | None
        """
        if self.since is None:
            return None
        try:
            return self._get_hours().add(self.since, seconds - self.elapsed)
        except NoWorkingTime:
            return None

    def plan_check(self, thresholds):
        """Set when something has to be looked at next.

        :param thresholds: working times after which steps of escalation are taken
        """
        moments = (
            [self.find(mark) for mark in thresholds if mark > self.handled] if self.is_open else []
        )
        if self.state == "running":
            moments += [self.deadline, None if self.warned_at else self.risk_at]
        self.check_at = min(filter(None, moments), default=None)

    def _get_hours(self):
        return self.hours(self.promise.calendar_id)

    def _count(self, at):
        if self.since is not None and at > self.since:
            self.elapsed += self._get_hours().between(self.since, at)
            self.since = at

    def _plan(self):
        risk = self.promise.risk_seconds
        if self.state == "running":
            self.deadline = self.find(self.promise.seconds)
            self.risk_at = self.find(risk) if risk is not None else None
            self.warned_at = (
                self.warned_at if self.risk_at and self.elapsed >= (risk or 0) else None
            )
        elif self.state == "paused":
            self.deadline = self.risk_at = None

    def _end(self, kind, at, reason):
        self.ended_at, self.since, self.check_at = at, None, None
        self._note(kind, at, reason)

    def _note(self, kind, at, reason, elapsed=None):
        spent = self.elapsed if elapsed is None else elapsed
        self.events.append(Event(kind, at, reason, spent, self.deadline, self.promise))


def replay(events, hours, now=None, ticket_id=0, kind="resolution"):
    """Return the clock that events tell, from nothing but them.

    :param events: of one clock, in the order in which they were noted
    :param hours: function of a calendar's id that returns its working time
    :param now: note what fell due before this moment

    >>> from .working_time import RoundTheClock
    >>> promise = Promise(7200)
    >>> told = [
    ...     Event("start", datetime(2026, 3, 2, 8), "created", 0, None, promise),
    ...     Event("pause", datetime(2026, 3, 2, 9), "waiting", 0, None, promise),
    ...     Event("resume", datetime(2026, 3, 2, 12), "customer", 0, None, promise),
    ... ]
    >>> replay(told, lambda calendar_id: RoundTheClock()).deadline
    datetime.datetime(2026, 3, 2, 13, 0)
    >>> late = Event("met", datetime(2026, 3, 2, 14), "closed", 0, None, promise)
    >>> clock = replay([*told, late], lambda calendar_id: RoundTheClock())
    >>> clock.state, clock.breached_at, clock.elapsed
    ('late', datetime.datetime(2026, 3, 2, 13, 0), 10800)
    """
    clock = Clock(hours, ticket_id, kind, events[0].promise)
    steps = {
        "start": clock.start,
        "pause": clock.pause,
        "met": clock.meet,
        "stop": clock.stop,
    }
    for event in events:
        if event.kind == "rematch":
            given = event.elapsed if event.reason in GIVEN_REASONS else None
            clock.rematch(event.at, event.promise, event.reason, elapsed=given)
        elif event.kind == "breach":
            if event.reason == "merged":
                clock.breach(event.at, event.reason)
        elif event.kind == "resume":
            (clock.reopen if clock.ended_at else clock.resume)(event.at, event.reason)
        elif event.kind in steps:
            steps[event.kind](event.at, event.reason)
    if now:
        clock.settle(now)
    return clock
