# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a step of a cadence is due: working days of who sends, hours on the clock of who receives."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: how far ahead a day is looked for
HORIZON = timedelta(days=370)


def find_day(anchor, delay, is_working):
    """Return the day that is some working days after another; the day itself, or the next working one, for none.

    :param datetime.date anchor: the day from which is counted
    :param int delay: working days
    :param is_working: tells of a date whether it is worked
    :return: a date; None when there is none within a year

    From Friday, two working days lead to Tuesday; none from a Saturday, to Monday:

    >>> from datetime import date
    >>> weekdays = lambda day: day.weekday() < 5
    >>> find_day(date(2026, 11, 20), 2, weekdays)
    datetime.date(2026, 11, 24)
    >>> find_day(date(2026, 11, 21), 0, weekdays)
    datetime.date(2026, 11, 23)
    >>> find_day(date(2026, 11, 20), 1, lambda day: False) is None
    True
    """
    day, left = anchor, delay
    while day - anchor <= HORIZON:
        if is_working(day) and (left <= 0 or day > anchor):
            left -= 1
            if left <= 0:
                return day
        day += timedelta(days=1)
    return None


def find_moment(day, now, zone, hours, is_working):
    """Return when something may be done on a day or the first working one after it, within hours of a zone.

    :param datetime.date day: the first day
    :param datetime.datetime now: in UTC without a zone: never before
    :param str zone: whose clock is meant
    :param hours: pair of hours of the day, as 9.5 for half past nine; an end of 24 is midnight
    :param is_working: tells of a date whether it is worked
    :return: a moment in UTC without a zone; None when there is none within a year

    Nine o'clock is another moment in each place, and another one in Paris when the clocks have gone back:

    >>> from datetime import date, datetime
    >>> weekdays = lambda day: day.weekday() < 5
    >>> find_moment(date(2026, 10, 23), datetime(2026, 10, 20), "Africa/Abidjan", (9, 11), weekdays)
    datetime.datetime(2026, 10, 23, 9, 0)
    >>> find_moment(date(2026, 10, 23), datetime(2026, 10, 20), "Indian/Antananarivo", (9, 11), weekdays)
    datetime.datetime(2026, 10, 23, 6, 0)
    >>> find_moment(date(2026, 10, 23), datetime(2026, 10, 20), "Europe/Paris", (9, 11), weekdays)
    datetime.datetime(2026, 10, 23, 7, 0)
    >>> find_moment(date(2026, 10, 24), datetime(2026, 10, 20), "Europe/Paris", (9, 11), weekdays)
    datetime.datetime(2026, 10, 26, 8, 0)

    Within the hours it is now, afterwards the next working day:

    >>> find_moment(date(2026, 10, 23), datetime(2026, 10, 23, 8, 30), "Europe/Paris", (9, 11), weekdays)
    datetime.datetime(2026, 10, 23, 8, 30)
    >>> find_moment(date(2026, 10, 23), datetime(2026, 10, 23, 9, 0), "Europe/Paris", (9, 11), weekdays)
    datetime.datetime(2026, 10, 26, 8, 0)
    """
    start, end = hours
    first = max(day, get_local_day(now, zone))
    while first - day <= HORIZON or first <= now.date() + HORIZON:
        if is_working(first) and now < get_moment(first, end, zone):
            return max(now, get_moment(first, start, zone))
        first += timedelta(days=1)
    return None


def get_moment(day, hour, zone):
    """Return the moment in UTC of an hour on the wall of a zone.

    >>> from datetime import date
    >>> get_moment(date(2026, 12, 31), 24, "Indian/Antananarivo")
    datetime.datetime(2026, 12, 31, 21, 0)
    """
    minutes = round(hour * 60)
    local = datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
    local = (local + timedelta(days=minutes // 1440)).replace(
        hour=minutes // 60 % 24, minute=minutes % 60
    )
    return local.astimezone(UTC).replace(tzinfo=None)


def get_local_day(moment, zone):
    """Return the date that a moment in UTC is on in a zone.

    >>> from datetime import datetime
    >>> get_local_day(datetime(2026, 11, 30, 22, 0), "Indian/Antananarivo")
    datetime.date(2026, 12, 1)
    """
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
