# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Arithmetic on working time by an index: how much was worked before each interval of a year.

Moments are naive and in UTC, durations are seconds. A year is indexed once; what lies in it is found by bisection.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta

#: no deadline is looked for later than so many years after its start
HORIZON = 20
#: so many years in a row without any work, and there will be none
IDLE_YEARS = 2
_EPOCH = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_MINUTE = 60


class NoWorkingTime(ValueError):
    """Nobody ever works by these hours, so nothing is ever due."""


def to_seconds(moment):
    """Return a moment as whole seconds since 1970.

    >>> to_seconds(datetime(1970, 1, 2))
    86400
    """
    passed = moment - _EPOCH
    return passed.days * 86400 + passed.seconds


def to_moment(seconds):
    """Return the moment so many seconds after 1970.

    >>> to_moment(86400)
    datetime.datetime(1970, 1, 2, 0, 0)
    """
    return _EPOCH + timedelta(seconds=seconds)


class WorkOfYear:
    """What is worked in one year, indexed; it never changes, so it can be shared.

    >>> year = WorkOfYear([(datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 12)), (datetime(2026, 3, 2, 13), datetime(2026, 3, 2, 17))])
    >>> year.total // 3600
    8
    >>> year.count_before(to_seconds(datetime(2026, 3, 2, 12, 30))) // 3600
    4
    >>> to_moment(year.find(4 * 3600)), to_moment(year.find(4 * 3600 + 60))
    (datetime.datetime(2026, 3, 2, 12, 0), datetime.datetime(2026, 3, 2, 13, 1))

    Overlapping intervals count once, and a day off that ends at 23:59:59 ends at midnight:

    >>> WorkOfYear([(datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 12)), (datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 13))]).total // 3600
    5
    >>> WorkOfYear([(datetime(2026, 3, 2, 23, 59, 59), datetime(2026, 3, 3))]).total
    0
    """

    __slots__ = ("_before", "_ends", "_starts", "total")

    def __init__(self, intervals):
        """Index intervals.

        :param intervals: pairs of moments, in the order of their beginnings
        """
        self._starts, self._ends, self._before, self.total = [], [], [], 0
        for begin, stop in intervals:
            self._append(_to_minute(begin), _to_minute(stop))

    def _append(self, start, end):
        if self._ends:
            start = max(start, self._ends[-1])
        if end <= start:
            return
        self._starts.append(start)
        self._ends.append(end)
        self._before.append(self.total)
        self.total += end - start

    def count_before(self, second):
        """Return how much of the year is worked before a second.

        :rtype: int
        """
        place = bisect_right(self._starts, second) - 1
        if place < 0:
            return 0
        return self._before[place] + min(second, self._ends[place]) - self._starts[place]

    def find(self, worked):
        """Return when so much of the year has been worked; not more than its total.

        :param int worked: more than 0
        :rtype: int
        """
        place = bisect_left(self._before, worked) - 1
        return self._starts[place] + worked - self._before[place]


def _to_minute(moment):
    """Return the second of the nearest minute: calendars say 23:59:59 where they mean midnight."""
    return (to_seconds(moment) + _MINUTE // 2) // _MINUTE * _MINUTE


class WorkingTime:
    """Working time by the hours of a calendar; years are asked for as they are needed.

    >>> def get_year(year):
    ...     days = [datetime(year, 1, 1) + timedelta(days=day) for day in range(365)]
    ...     return WorkOfYear([(d + timedelta(hours=8), d + timedelta(hours=17)) for d in days if d.weekday() < 5])
    >>> hours = WorkingTime(get_year)
    >>> hours.add(datetime(2026, 3, 6, 16, 30), 45 * 60)
    datetime.datetime(2026, 3, 9, 8, 15)
    >>> hours.between(datetime(2026, 3, 6, 16, 30), datetime(2026, 3, 9, 8, 15)) // 60
    45
    >>> hours.add(datetime(2026, 12, 31, 16), 2 * 3600)
    datetime.datetime(2027, 1, 1, 9, 0)
    >>> hours.add(datetime(2026, 3, 7), 0)
    datetime.datetime(2026, 3, 7, 0, 0)
    >>> hours.between(datetime(2026, 3, 9), datetime(2026, 3, 6))
    0
    >>> WorkingTime(lambda year: WorkOfYear([])).add(datetime(2026, 3, 7), 60)
    Traceback (most recent call last):
    ...
    odoo.addons.crm_support.tools.working_time.NoWorkingTime
    """

    def __init__(self, get_year):
        """Have working time.

        :param get_year: function of a year that returns its :class:`WorkOfYear`
        """
        self._get_year = get_year
        self._years = {}

    def _get(self, year):
        work = self._years.get(year)
        if work is None:
            work = self._years[year] = self._get_year(year)
        return work

    def add(self, moment, seconds):
        """Return when so much has been worked since a moment.

        :raises NoWorkingTime: when that never comes
        :rtype: datetime
        """
        if seconds <= 0:
            return moment
        idle = 0
        needed = seconds + self._get(moment.year).count_before(to_seconds(moment))
        for year in range(moment.year, moment.year + HORIZON):
            work = self._get(year)
            if needed <= work.total:
                return to_moment(work.find(needed))
            needed -= work.total
            idle = 0 if work.total else idle + 1
            if idle > IDLE_YEARS:
                break
        raise NoWorkingTime

    def between(self, start, end):
        """Return how many seconds are worked between two moments; 0 when they are the wrong way round.

        :rtype: int
        """
        if end <= start:
            return 0
        worked = self._get(end.year).count_before(to_seconds(end))
        worked -= self._get(start.year).count_before(to_seconds(start))
        return worked + sum(self._get(year).total for year in range(start.year, end.year))


class RoundTheClock:
    """Working time of those who never sleep.

    >>> RoundTheClock().add(datetime(2026, 3, 28, 23), 3 * 3600)
    datetime.datetime(2026, 3, 29, 2, 0)
    >>> RoundTheClock().between(datetime(2026, 3, 28), datetime(2026, 3, 29)) // 3600
    24
    """

    def add(self, moment, seconds):
        """Return the moment so many seconds later."""
        return moment + timedelta(seconds=max(seconds, 0))

    def between(self, start, end):
        """Return the seconds between two moments; 0 when they are the wrong way round."""
        return max(to_seconds(end) - to_seconds(start), 0)
