# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Time zones as they follow a time of day: offsets, abbreviations and names."""

import datetime
import functools
import re

import pytz

OFFSET = re.compile(r"^(?:UTC|GMT|Z)?\s*([-+])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
# hours from UTC; of several meanings of an abbreviation the one CRM exports use
ABBREVIATIONS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "WAT": 1, "CET": 1, "MET": 1,
    "CEST": 2, "MEST": 2, "CAT": 2, "SAST": 2, "EET": 2, "EEST": 3, "EAT": 3, "MSK": 3, "IST": 5.5,
    "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "BRT": -3, "ART": -3, "EST": -5, "EDT": -4,
    "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8,
    "HST": -10,
}  # fmt: skip


@functools.lru_cache(maxsize=256)
def find_zone(name):
    """The tzinfo of a zone written in a cell, or None when it is unknown.

    >>> find_zone("GMT+1").utcoffset(None), find_zone("Z-0330").utcoffset(None).total_seconds()
    (datetime.timedelta(seconds=3600), -12600.0)
    >>> find_zone("america/los_angeles").zone, find_zone("Atlantis")
    ('America/Los_Angeles', None)
    """
    name = name.strip().strip("()[]").replace(" ", "_")
    if name.upper() in ABBREVIATIONS:
        return datetime.timezone(datetime.timedelta(hours=ABBREVIATIONS[name.upper()]))
    if match := OFFSET.match(name.replace("_", "")):
        sign, hours, minutes = match.groups()
        return _fixed(sign, int(hours), int(minutes or 0))
    try:
        return pytz.timezone(name)
    except (pytz.UnknownTimeZoneError, UnicodeEncodeError):
        return None


def _fixed(sign, hours, minutes):
    if hours > 14 or minutes > 59:
        return None
    offset = datetime.timedelta(hours=hours, minutes=minutes)
    return datetime.timezone(-offset if sign == "-" else offset)


def to_utc(moment, zone):
    """The naive UTC time of a naive local time; an hour that occurs twice is the second one.

    >>> to_utc(datetime.datetime(2024, 7, 1, 12), find_zone("Europe/Paris"))
    datetime.datetime(2024, 7, 1, 10, 0)
    """
    if isinstance(zone, pytz.tzinfo.BaseTzInfo):
        local = zone.localize(moment, is_dst=False)
    else:
        local = moment.replace(tzinfo=zone)
    return local.astimezone(datetime.UTC).replace(tzinfo=None)
