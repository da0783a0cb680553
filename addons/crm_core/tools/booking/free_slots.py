# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Free times of one person. Instants are naive and in UTC, intervals are pairs of them; what is local names its zone.

>>> from datetime import datetime as d
>>> morning = [(d(2026, 3, 2, 8), d(2026, 3, 2, 10))]
>>> rule = Rule(duration=30, step=30)
>>> [f"{start:%H:%M}" for start in find(morning, [(d(2026, 3, 2, 8, 40), d(2026, 3, 2, 9))], rule, *morning[0])]
['08:00', '09:00', '09:30']
"""

from bisect import bisect_left
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Rule(NamedTuple):
    """How meetings are made: all in minutes, ``most`` a day (0: as many as fit) on the calendar of ``zone``."""

    duration: int
    step: int
    before: int = 0
    after: int = 0
    most: int = 0
    zone: str = "UTC"

    def get_busy(self, start):
        """Return the meeting at a start with the time kept free around it.

        >>> from datetime import datetime as d
        >>> Rule(30, 30, before=10, after=5).get_busy(d(2026, 3, 2, 9))
        (datetime.datetime(2026, 3, 2, 8, 50), datetime.datetime(2026, 3, 2, 9, 35))
        """
        return (
            start - timedelta(minutes=self.before),
            start + timedelta(minutes=self.duration + self.after),
        )


def merge(intervals):
    """Return intervals in order, those that touch as one.

    >>> merge([(5, 7), (1, 3), (3, 4), (6, 9), (2, 2)])
    [(1, 4), (5, 9)]
    """
    merged = []
    for start, stop in sorted(pair for pair in intervals if pair[0] < pair[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def subtract(intervals, taken):
    """Return what is left of intervals.

    >>> subtract([(1, 10), (12, 14)], [(0, 2), (4, 5), (9, 13)])
    [(2, 4), (5, 9), (13, 14)]
    """
    left, taken = [], merge(taken)
    for start, stop in merge(intervals):
        for begin, end in taken:
            if end <= start or begin >= stop:
                continue
            if begin > start:
                left.append((start, begin))
            start = end
        if start < stop:
            left.append((start, stop))
    return left


def to_utc(moment, zone):
    """Return the instant at which the clocks of a zone show something; an hour that is left out in spring counts on.

    >>> from datetime import datetime as d
    >>> to_utc(d(2026, 3, 29, 2, 30), "Europe/Paris"), to_utc(d(2026, 10, 25, 2, 30), "Europe/Paris")
    (datetime.datetime(2026, 3, 29, 1, 30), datetime.datetime(2026, 10, 25, 0, 30))
    """
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def to_local(moment, zone):
    """Return what the clocks of a zone show at an instant.

    >>> from datetime import datetime as d
    >>> to_local(d(2026, 7, 1, 12), "America/St_Johns")
    datetime.datetime(2026, 7, 1, 9, 30)
    """
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def get_day(moment, zone):
    """Return the day of a zone's calendar that an instant lies in."""
    return to_local(moment, zone).date()


def get_day_span(first, last, zone):
    """Return the instants between which days of a zone's calendar lie, the last one whole.

    >>> from datetime import date
    >>> start, stop = get_day_span(date(2026, 3, 29), date(2026, 3, 29), "Europe/Paris")
    >>> stop - start
    datetime.timedelta(seconds=82800)
    """
    midnight = time.min
    return (
        to_utc(datetime.combine(first, midnight), zone),
        to_utc(datetime.combine(last + timedelta(days=1), midnight), zone),
    )


def expand_week(hours, zone, start, stop):
    """Return the intervals of weekly hours between two instants: 09:00 is 09:00 on the clocks of the zone, all year.

    :param hours: ``(weekday, hour from, hour to)``, Monday is 0, hours with fractions

    >>> from datetime import datetime as d
    >>> week = expand_week([(0, 9.0, 12.5)], "Europe/Paris", d(2026, 3, 23), d(2026, 3, 31))
    >>> [f"{begin:%d %H:%M}-{end:%H:%M}" for begin, end in week]
    ['23 08:00-11:30', '30 07:00-10:30']
    """
    found = []
    day, last = get_day(start, zone), get_day(stop, zone)
    while day <= last:
        found += [
            (_at(day, hour_from, zone), _at(day, hour_to, zone))
            for weekday, hour_from, hour_to in hours
            if weekday == day.weekday()
        ]
        day += timedelta(days=1)
    return [(max(a, start), min(b, stop)) for a, b in merge(found) if a < stop and b > start]


def _at(day, hour, zone):
    return to_utc(datetime.combine(day, time.min) + timedelta(minutes=round(hour * 60)), zone)


def find(work, busy, rule, earliest, latest, *, booked=()):
    """Return when a meeting can begin.

    A meeting lies within working time; the time kept free around it may lie outside, but nothing else may be in it. Times
    are counted from the beginning of each stretch of work, anew each midnight, so that they are round however the day is
    broken up, and the same whatever part of the calendar is looked at.

    :param work: intervals of work
    :param busy: intervals in which something is
    :param Rule rule: how meetings are made
    :param earliest: no meeting begins before
    :param latest: no meeting begins then or later
    :param booked: the days that meetings of this kind are on already, each as often as it has one
    :rtype: list[datetime]

    >>> from datetime import date, datetime as d
    >>> work = [(d(2026, 3, 2, 8), d(2026, 3, 2, 10)), (d(2026, 3, 3, 8), d(2026, 3, 3, 10))]
    >>> found = find(work, [], Rule(60, 60, most=1), d(2026, 3, 2), d(2026, 3, 4), booked=[date(2026, 3, 2)])
    >>> [f"{start:%d %H:%M}" for start in found]
    ['03 08:00', '03 09:00']
    """
    busy = merge(busy)
    ends = [stop for _start, stop in busy]
    full = {day for day, count in Counter(booked).items() if rule.most and count >= rule.most}
    return [
        start
        for start in _grid(merge(work), rule, earliest, latest)
        if _is_free(busy, ends, *rule.get_busy(start)) and get_day(start, rule.zone) not in full
    ]


def _grid(work, rule, earliest, latest):
    """Yield the round times at which a meeting fits into working time."""
    step, duration = timedelta(minutes=rule.step), timedelta(minutes=rule.duration)
    for begin, end in work:
        for start, next_start in _split_days(begin, end, rule.zone):
            if start < earliest:
                start += -(-(earliest - start) // step) * step
            while start + duration <= end and start < min(latest, next_start):
                yield start
                start += step


def _split_days(begin, end, zone):
    """Yield the parts of a stretch of work between midnights of a zone.

    >>> from datetime import datetime as d
    >>> days = _split_days(d(2026, 3, 2, 21), d(2026, 3, 4, 1), "Europe/Paris")
    >>> [f"{start:%d %H:%M} to {stop:%d %H:%M}" for start, stop in days]
    ['02 21:00 to 02 23:00', '02 23:00 to 03 23:00', '03 23:00 to 04 01:00']
    """
    while begin < end:
        midnight = get_day_span(*[get_day(begin, zone)] * 2, zone)[1]
        yield begin, min(midnight, end)
        begin = midnight


def _is_free(busy, ends, start, stop):
    """Tell whether nothing lies between two instants; ``busy`` is merged, ``ends`` are its ends."""
    place = bisect_left(ends, start)
    while place < len(busy) and busy[place][0] < stop:
        if busy[place][1] > start:
            return False
        place += 1
    return True


def choose(candidates):
    """Return who of those that are free gets a meeting: who has fewest, then whose last one is longest ago.

    :param candidates: ``(person, number of meetings or how full he is, moment of the last one or None)``

    >>> from datetime import datetime as d
    >>> choose([(1, 2, None), (2, 1, d(2026, 3, 2)), (3, 1, d(2026, 3, 1))]), choose([(5, 0, None), (4, 0, None)])
    ([3, 2, 1], [4, 5])
    >>> choose([(1, 3 / 20, None), (2, 2 / 10, None)])
    [1, 2]
    """
    return [
        person
        for *_rank, person in sorted(
            (count, last is not None, last, person) for person, count, last in candidates
        )
    ]
