# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a message may leave: hours and days of the week in the recipient's time zone."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONGEST_CLOSURE = 60  # days


class SendingHours(NamedTuple):
    """Hours of the day, as 8.5 for half past eight, and days of the week, Monday being 0."""

    start: float
    end: float
    days: frozenset = frozenset(range(7))


ALWAYS = SendingHours(0, 24)


def get_next_opening(moment, zone, hours, days_off=frozenset()):
    """Return when a message may leave: at once when the moment is within the hours, else when they open.

    :param datetime moment: in UTC, without a zone, as Odoo keeps it
    :param str zone: name of the recipient's time zone
    :param SendingHours hours: an end of 24 is midnight
    :param days_off: dates on which nothing leaves
    :return: a moment in UTC without a zone; None when the hours open on no day of the next two months

    Friday 20:30 in Abidjan waits until Monday 8:00, which is 8:00 in UTC:

    >>> weekdays = SendingHours(8, 19, frozenset(range(5)))
    >>> get_next_opening(datetime(2026, 11, 20, 20, 30), "Africa/Abidjan", weekdays)
    datetime.datetime(2026, 11, 23, 8, 0)

    Saturday night in Paris when the clocks go back: Monday 8:00 is 7:00 in UTC, where it was 6:00 the week before:

    >>> get_next_opening(datetime(2026, 10, 24, 20, 0), "Europe/Paris", weekdays)
    datetime.datetime(2026, 10, 26, 7, 0)
    >>> get_next_opening(datetime(2026, 10, 19, 5, 0), "Europe/Paris", weekdays)
    datetime.datetime(2026, 10, 19, 6, 0)
    >>> get_next_opening(datetime(2026, 10, 19, 9, 0), "Europe/Paris", weekdays)
    datetime.datetime(2026, 10, 19, 9, 0)
    >>> get_next_opening(datetime(2026, 10, 19, 9, 0), "Europe/Paris", SendingHours(9, 9)) is None
    True
    """
    tz = ZoneInfo(zone)
    today = moment.replace(tzinfo=UTC).astimezone(tz).date()
    for ahead in range(LONGEST_CLOSURE):
        day = today + timedelta(days=ahead)
        if day.weekday() not in hours.days or day in days_off:
            continue
        opening = _get_moment(day, hours.start, tz)
        if moment < _get_moment(day, hours.end, tz) and hours.start < hours.end:
            return max(moment, opening)
    return None


def _get_moment(day, hour, tz):
    """Return the UTC moment of an hour of the day on the wall of a zone."""
    if hour >= 24:
        day, hour = day + timedelta(days=1), 0.0
    minutes = round(hour * 60)
    local = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=tz)
    return local.astimezone(UTC).replace(tzinfo=None)
