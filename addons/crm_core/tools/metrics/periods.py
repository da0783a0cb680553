# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What "this month" and "the same time last year" are: days of a named zone, and the instants where they begin and end.

>>> from datetime import date
>>> month = get_period("month", date(2028, 2, 29), "Europe/Paris")
>>> month.start.isoformat(), month.end.isoformat()  # the end is the first moment that does not belong to it any more
('2028-02-01T00:00:00', '2028-03-01T00:00:00')
>>> [bound.isoformat() for bound in month.get_instants()]
['2028-01-31T23:00:00', '2028-02-29T23:00:00']
"""

import calendar
import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
#: the granularities of a series, and how long a step is
GRANULARITIES = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}
#: name -> granularity, and how many steps back from the present one
_CALENDAR = {
    "today": ("day", 0),
    "yesterday": ("day", 1),
    "week": ("week", 0),
    "last_week": ("week", 1),
    "month": ("month", 0),
    "last_month": ("month", 1),
    "quarter": ("quarter", 0),
    "last_quarter": ("quarter", 1),
    "year": ("year", 0),
    "last_year": ("year", 1),
}
_ROLLING = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90}
PERIODS = (*_CALENDAR, "fiscal_year", *_ROLLING, "ever", "custom")


@dataclasses.dataclass(frozen=True)
class Period:
    """A stretch of local time: its start belongs to it, its end does not.

    :param datetime.datetime start: by the clock on the wall in ``zone``
    :param datetime.datetime end: likewise
    :param str zone: name of a time zone
    :param step: how far back the previous period is, ``None`` for as far as this one is long
    :param datetime.date today: the present day in ``zone``; a period that is not over is compared with as many days
    :param int week_start: 0 for Monday
    :param datetime.datetime now: the present moment in ``zone``; where given, the comparison ends at this hour
    """

    start: datetime
    end: datetime
    zone: str = "UTC"
    step: relativedelta | None = None
    today: date | None = None
    week_start: int = 0
    now: datetime | None = None

    def get_instants(self):
        """Return the start and the end in UTC, without zone, as the database keeps instants.

        Clocks that go forward or back move the instants, not the days.

        >>> day = get_period("today", date(2026, 3, 29), "Europe/Paris")
        >>> start, end = day.get_instants()
        >>> (end - start).total_seconds() / 3600
        23.0

        :rtype: tuple[datetime.datetime, datetime.datetime]
        """
        return self._to_utc(self.start), self._to_utc(self.end)

    def get_days(self):
        """Return the first day, and the day after the last one.

        >>> [day.isoformat() for day in get_period("last_7_days", date(2026, 1, 3), "UTC").get_days()]
        ['2025-12-28', '2026-01-04']

        A day that is cut off at an hour is a day.
        """
        is_whole = self.start == _midnight(self.start.date())
        return self.start.date(), self._last_day if is_whole else self.end.date()

    def get_previous(self):
        """Return what came before; where this period is not over, only as much of it as has passed of this one.

        >>> [day.isoformat() for day in get_period("month", date(2026, 3, 10), "UTC").get_previous().get_days()]
        ['2026-02-01', '2026-02-11']
        >>> [day.isoformat() for day in get_period("month", date(2026, 3, 30), "UTC").get_previous().get_days()]
        ['2026-02-01', '2026-03-01']
        >>> [day.isoformat() for day in get_period("last_7_days", date(2026, 1, 3), "UTC").get_previous().get_days()]
        ['2025-12-21', '2025-12-28']
        >>> now = datetime(2026, 3, 10, 9, 30)
        >>> get_period("today", now.date(), "UTC", now=now).get_previous().end.isoformat()
        '2026-03-09T09:30:00'
        """
        if self.step is None:
            return dataclasses.replace(
                self, start=self.start - (self.end - self.start), end=self.start
            )
        return self._shift(self.step)

    def get_last_year(self):
        """Return the same days a year ago; the 29th of February becomes the 28th.

        >>> [day.isoformat() for day in get_period("month", date(2028, 2, 29), "UTC").get_last_year().get_days()]
        ['2027-02-01', '2027-03-01']
        """
        return self._shift(relativedelta(years=1))

    def get_steps(self, granularity):
        """Return the first days of the steps of a series, the first one cut off by the period's start.

        >>> [day.isoformat() for day in get_period("month", date(2026, 11, 5), "UTC").get_steps("week")]
        ['2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30']

        :param str granularity: one of :data:`GRANULARITIES`
        :rtype: list[datetime.date]
        """
        first = _truncate(self.start.date(), granularity, self.week_start)
        steps = []
        while (day := first + GRANULARITIES[granularity] * len(steps)) < self._last_day:
            steps.append(day)
        return steps

    @property
    def _last_day(self):
        return (self.end - timedelta(microseconds=1)).date() + DAY

    def _shift(self, step):
        start, end = self.start - step, self.end - step
        if step == self.step:
            end = self.start  # a month is followed by a month, however many days it has
        running = self.today and self.start.date() <= self.today < self.end.date()
        if running:
            elapsed = (self.now or _midnight(self.today + DAY)) - self.start
            end = min(end, start + elapsed)
        return dataclasses.replace(self, start=start, end=end, today=None, now=None)

    def _to_utc(self, moment):
        return moment.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)


def get_period(
    name,
    today,
    zone="UTC",
    *,
    week_start=0,
    fiscal_end=(12, 31),
    date_from=None,
    date_to=None,
    now=None,
):
    """Return a period by its name.

    >>> [day.isoformat() for day in get_period("week", date(2026, 11, 22), "UTC", week_start=6).get_days()]
    ['2026-11-22', '2026-11-29']
    >>> [day.isoformat() for day in get_period("fiscal_year", date(2026, 11, 22), "UTC", fiscal_end=(6, 30)).get_days()]
    ['2026-07-01', '2027-07-01']
    >>> get_period("someday", date(2026, 11, 22))
    Traceback (most recent call last):
        ...
    ValueError: someday

    :param str name: one of :data:`PERIODS`
    :param datetime.date today: the present day in ``zone``
    :param str zone: name of a time zone
    :param int week_start: 0 for Monday … 6 for Sunday
    :param tuple[int, int] fiscal_end: month and day on which the fiscal year ends
    :param datetime.date date_from: first day of a custom period
    :param datetime.date date_to: its last day
    :param datetime.datetime now: the present moment in ``zone``: a day that is not over is compared with as much of another one
    :rtype: Period
    :raises ValueError: there is no such period; a custom one ends before it begins, or lacks a day
    """
    step = None
    if name in _CALENDAR:
        granularity, back = _CALENDAR[name]
        step = GRANULARITIES[granularity]
        first = _truncate(today, granularity, week_start) - step * back
        last = first + step
    elif name in _ROLLING:
        first, last = today - DAY * (_ROLLING[name] - 1), today + DAY
    elif name == "ever":
        first, last = date(1900, 1, 1), date(2900, 1, 1)
    elif name == "fiscal_year":
        step = GRANULARITIES["year"]
        first, last = _get_fiscal_year(today, *fiscal_end)
    elif name == "custom":
        if not date_from or not date_to or date_to < date_from:
            raise ValueError(name)
        first, last = date_from, date_to + DAY
    else:
        raise ValueError(name)
    now = now if name == "today" else None
    return Period(_midnight(first), _midnight(last), zone, step, today, week_start, now)


def _truncate(day, granularity, week_start=0):
    """Return the first day of the week, month, quarter or year that a day belongs to."""
    if granularity == "week":
        return day - DAY * ((day.weekday() - week_start) % 7)
    if granularity == "month":
        return day.replace(day=1)
    if granularity == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    if granularity == "year":
        return day.replace(month=1, day=1)
    return day


def _get_fiscal_year(today, month, day):
    """Return the first day of the fiscal year, and the first day of the next one."""

    def get_end(year):
        return date(year, month, min(day, calendar.monthrange(year, month)[1]))

    year = today.year if today <= get_end(today.year) else today.year + 1
    return get_end(year - 1) + DAY, get_end(year) + DAY


def _midnight(day):
    return datetime.combine(day, time.min)
