# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which moment is today for somebody, and in what order work stands."""

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

import pytz

#: where a reason puts an item; the lower, the sooner
PROMISE, MEETING, ANSWER, CALLBACK, APPROVAL, OVERDUE, TODAY, LATER, UNPLANNED = range(10, 100, 10)
#: headings of the list: the ranks below the number are under it
SECTIONS = ((OVERDUE, "now"), (TODAY, "overdue"), (LATER, "today"), (UNPLANNED, "later"))
#: how long before a meeting it comes to the top
SOON = timedelta(minutes=15)
MORNING = time(9)
SATURDAY = 5


class Day(NamedTuple):
    """A day on somebody's wall.

    >>> zone = pytz.timezone("Indian/Antananarivo")
    >>> day = Day(zone, datetime(2026, 6, 15, 21, 30))
    >>> day.today, day.start, day.end
    (datetime.date(2026, 6, 16), datetime.datetime(2026, 6, 15, 21, 0), datetime.datetime(2026, 6, 16, 21, 0))
    """

    zone: pytz.BaseTzInfo
    #: this moment in UTC, without a zone, as all moments here
    now: datetime

    @property
    def today(self):
        return self.to_local(self.now).date()

    @property
    def start(self):
        return self.to_utc(self.today)

    @property
    def end(self):
        return self.to_utc(self.today + timedelta(days=1))

    def to_local(self, moment):
        """Return a moment as the clock on the wall shows it."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone)

    def to_utc(self, day, hour=time.min):
        """Return an hour of a day on the wall as a moment."""
        local = self.zone.localize(datetime.combine(day, hour))
        return local.astimezone(UTC).replace(tzinfo=None)


def get_section(rank):
    """Return the heading under which a rank stands.

    >>> get_section(PROMISE), get_section(OVERDUE), get_section(TODAY), get_section(LATER), get_section(UNPLANNED)
    ('now', 'overdue', 'today', 'later', 'unplanned')
    """
    return next((name for below, name in SECTIONS if rank < below), "unplanned")


def add_working_days(day, number):
    """Return the day after a number of working days, Monday to Friday.

    >>> from datetime import date
    >>> add_working_days(date(2026, 6, 18), 2)  # a Thursday
    datetime.date(2026, 6, 22)
    """
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < SATURDAY
    return day


def get_next_monday(day):
    """Return the Monday of the next week.

    >>> from datetime import date
    >>> get_next_monday(date(2026, 6, 15)), get_next_monday(date(2026, 6, 21))
    (datetime.date(2026, 6, 22), datetime.date(2026, 6, 22))
    """
    return day + timedelta(days=7 - day.weekday())


def merge(entries):
    """Return the reasons for each record, the most pressing first.

    A reason that another one tells already is left out: the activity of a meeting that is still to come, say.

    :param entries: dicts with ``model``, ``id``, ``rank``, ``due``, ``activity_id`` and ``covers`` (ids of activities)
    :return: ``{(model, id): [entry]}``
    :rtype: dict

    >>> call = {"model": "crm.lead", "id": 7, "rank": OVERDUE, "due": datetime(2026, 1, 1), "activity_id": 3, "covers": ()}
    >>> answer = {**call, "rank": ANSWER, "activity_id": None}
    >>> [[entry["rank"] for entry in group] for group in merge([call, answer]).values()]
    [[30, 60]]
    >>> list(merge([call, {**answer, "covers": (3,)}]).values()) == [[{**answer, "covers": (3,)}]]
    True
    """
    covered = {id_ for entry in entries for id_ in entry["covers"]}
    groups = {}
    for entry in entries:
        if entry["covers"] or entry["activity_id"] not in covered:
            groups.setdefault((entry["model"], entry["id"]), []).append(entry)
    return {key: sorted(group, key=_get_order) for key, group in groups.items()}


def sort_items(items):
    """Return items in the order in which they are to be done.

    First by the heading and rank of the most pressing reason. What is overdue or for today goes by the stars of the deal, then by
    what is due first; everything else by what is due first; then by amount.

    :param items: dicts with ``rank``, ``due``, ``priority`` and ``amount_value``
    """
    return sorted(items, key=_get_place)


def _get_order(entry):
    return entry["rank"], entry["due"] is None, entry["due"], entry["activity_id"] or 0


def _get_place(item):
    stars = item["priority"] if item["rank"] in (OVERDUE, TODAY) else 0
    return (
        item["rank"],
        -stars,
        item["due"] is None,
        item["due"],
        -item["amount_value"],
        item["id"],
    )
