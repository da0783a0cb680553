# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Counting back in working days."""

from datetime import datetime, time, timedelta

#: a calendar without that many days in a year works on none
LONGEST = 400


def go_back(days, now, is_working):
    """Return the moment that lies a number of working days before another.

    A day that is off does not pass: seen from it, the last working day has just ended.

    :param int days: how many
    :param datetime.datetime now: on the clock of whoever works
    :param is_working: tells of a date whether it is worked on
    :return: a moment on the same clock; None when there were not as many working days
    :rtype: datetime.datetime | None

    >>> from datetime import datetime
    >>> on_weekdays = lambda day: day.weekday() < 5
    >>> go_back(1, datetime(2026, 3, 10, 15, 0), on_weekdays)  # a Tuesday
    datetime.datetime(2026, 3, 9, 15, 0)
    >>> go_back(2, datetime(2026, 3, 9, 9, 0), on_weekdays)  # from Monday to Thursday
    datetime.datetime(2026, 3, 5, 9, 0)
    >>> go_back(1, datetime(2026, 3, 8, 9, 0), on_weekdays)  # seen from Sunday, Friday is over
    datetime.datetime(2026, 3, 6, 0, 0)
    >>> go_back(3, datetime(2026, 3, 8, 9, 0), lambda day: False) is None
    True
    """
    today, clock = now.date(), now.time()
    if not is_working(today):
        # the midnight after the last working day: that day counts as passed
        clock = time.min
    day, left = today, days
    for _step in range(LONGEST):
        if not left:
            return datetime.combine(day, clock, tzinfo=now.tzinfo)
        day -= timedelta(days=1)
        left -= bool(is_working(day))
    return None
