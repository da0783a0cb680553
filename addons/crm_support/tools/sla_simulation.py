# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What promises would have become of, had they been made: the past of a ticket, told again to clocks that nobody keeps."""

from datetime import datetime
from typing import NamedTuple

from .sla_clock import Clock

REPLIES = ("first_reply", "next_reply", "periodic_update")


class Stage(NamedTuple):
    """What matters of a stage."""

    place: tuple
    is_waiting: bool = False
    is_closed: bool = False


class Moment(NamedTuple):
    """Something that happened: ``customer``, ``reply`` or ``stage``."""

    at: datetime
    what: str
    stage: Stage | None = None


class Simulation:
    """One ticket's clocks under promises that it was never given.

    >>> from .working_time import RoundTheClock
    >>> from .sla_clock import Promise
    >>> promises = {("first_reply", None): Promise(3600), ("resolution", None): Promise(7200)}
    >>> doing, waiting, solved = Stage((20, 2)), Stage((30, 3), is_waiting=True), Stage((40, 4), is_closed=True)
    >>> past = [
    ...     Moment(datetime(2026, 3, 2, 9, 30), "reply"),
    ...     Moment(datetime(2026, 3, 2, 9, 30), "stage", waiting),
    ...     Moment(datetime(2026, 3, 2, 12, 0), "customer"),
    ...     Moment(datetime(2026, 3, 2, 12, 29), "stage", solved),
    ... ]
    >>> clocks = Simulation(promises, datetime(2026, 3, 2, 8), lambda calendar_id: RoundTheClock()).run(past, datetime(2026, 4, 1))
    >>> [(clock.kind, clock.state) for clock in clocks]
    [('first_reply', 'late'), ('resolution', 'met')]
    """

    def __init__(self, promises, start, hours, places=None):
        """Start the clocks.

        :param dict promises: ``{key of the clock: Promise}``
        :param datetime start: when the ticket came in
        :param hours: function of a calendar's id that returns its working time
        :param dict places: ``{stage id: its place}`` of the stages that promises are about
        """
        self._promises, self._hours, self._places = promises, hours, places or {}
        self._clocks, self._has_reply, self._is_closed = [], False, False
        for key in promises:
            if key[0] != "next_reply":
                self._start(key, start)

    def run(self, past, now):
        """Let happen what happened.

        :param past: moments in order
        :param datetime now: up to when
        :rtype: list[Clock]
        """
        for moment in past:
            getattr(self, f"_on_{moment.what}")(moment)
        for clock in self._clocks:
            clock.settle(now)
        return self._clocks

    def _start(self, key, at):
        clock = Clock(self._hours, 0, key[0], self._promises[key], stage_id=key[1])
        clock.start(at, "created")
        self._clocks.append(clock)

    def _get_open(self, *kinds):
        return [
            clock for clock in self._clocks if clock.is_open and (not kinds or clock.kind in kinds)
        ]

    def _on_customer(self, moment):
        for clock in self._get_open():
            clock.resume(moment.at, "customer")
        if self._has_reply and not self._is_closed and ("next_reply", None) in self._promises:
            if not self._get_open("next_reply"):
                self._start(("next_reply", None), moment.at)

    def _on_reply(self, moment):
        self._has_reply = True
        for clock in self._get_open(*REPLIES):
            clock.meet(moment.at, "reply")
            if clock.kind == "periodic_update":
                self._start(clock.key, moment.at)

    def _on_stage(self, moment):
        stage, was_closed = moment.stage, self._is_closed
        self._is_closed = stage.is_closed
        for clock in self._get_open("reach_stage"):
            if stage.place >= self._places.get(clock.stage_id, (0, 0)):
                clock.meet(moment.at, "stage")
        if stage.is_closed:
            for clock in self._get_open():
                end = clock.meet if clock.kind == "resolution" else clock.stop
                end(moment.at, "closed")
            return
        if was_closed:
            for clock in self._clocks:
                if clock.kind == "resolution":
                    clock.reopen(moment.at, "reopened")
        for clock in self._get_open():
            (clock.pause if stage.is_waiting else clock.resume)(moment.at, "waiting")
