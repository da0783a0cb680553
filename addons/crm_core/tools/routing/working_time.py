# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arithmetic on the hours somebody works: pairs of instants, in order."""

from datetime import timedelta


def is_within(intervals, moment):
    """Tell whether a moment lies in one of the intervals; the end does not belong to them.

    >>> from datetime import datetime as d
    >>> day = [(d(2026, 3, 2, 8), d(2026, 3, 2, 12)), (d(2026, 3, 2, 13), d(2026, 3, 2, 17))]
    >>> is_within(day, d(2026, 3, 2, 8)), is_within(day, d(2026, 3, 2, 12)), is_within(day, d(2026, 3, 2, 12, 30))
    (True, False, False)
    """
    return any(start <= moment < end for start, end in intervals)


def find_next(intervals, moment):
    """Return when the first interval after a moment begins; None when there is none.

    >>> from datetime import datetime as d
    >>> find_next([(d(2026, 3, 2, 8), d(2026, 3, 2, 12)), (d(2026, 3, 3, 8), d(2026, 3, 3, 12))], d(2026, 3, 2, 13))
    datetime.datetime(2026, 3, 3, 8, 0)
    """
    return next((start for start, _end in intervals if start > moment), None)


def measure(intervals, start, end):
    """Return how much was worked between two moments.

    >>> from datetime import datetime as d
    >>> days = [(d(2026, 3, 6, 8), d(2026, 3, 6, 17)), (d(2026, 3, 9, 8), d(2026, 3, 9, 17))]
    >>> measure(days, d(2026, 3, 6, 16, 30), d(2026, 3, 9, 8, 15))
    datetime.timedelta(seconds=2700)
    >>> measure(days, d(2026, 3, 7, 8), d(2026, 3, 8, 8))
    datetime.timedelta(0)
    """
    worked = (min(end, stop) - max(start, begin) for begin, stop in intervals)
    return sum((part for part in worked if part > timedelta()), timedelta())


def add(intervals, moment, duration):
    """Return when so much time has been worked since a moment; None when the intervals do not last that long.

    >>> from datetime import datetime as d, timedelta as t
    >>> days = [(d(2026, 3, 6, 8), d(2026, 3, 6, 17)), (d(2026, 3, 9, 8), d(2026, 3, 9, 17))]
    >>> add(days, d(2026, 3, 6, 16, 30), t(minutes=45))
    datetime.datetime(2026, 3, 9, 8, 15)
    >>> add(days, d(2026, 3, 7, 10), t(0))
    datetime.datetime(2026, 3, 9, 8, 0)
    >>> add(days, d(2026, 3, 9, 16), t(hours=2)) is None
    True
    """
    left = max(duration, timedelta())
    for start, end in intervals:
        start = max(start, moment)
        if end <= start:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return None
