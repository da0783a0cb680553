# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Dates and date-times as programs export them and people type them.

A date with a four-digit year in front, a month in letters, eight digits or a spreadsheet's day
number tells its own order. Only ``02/03/24`` does not: its order, ``dmy`` or ``mdy``, is that of
its column, found by ``detect_date_format``.
"""

import datetime
import functools
import re
from dataclasses import dataclass

from .errors import CellError
from .text_cells import clean_text, name_key
from .time_zones import find_zone, to_utc

LANGUAGES = ("en", "fr", "es", "de", "pt", "it", "nl")
# two-digit years below the pivot are of this century
PIVOT = 69
SERIAL_START = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
SERIALS = range(61, 2_958_466)
NUMERIC = re.compile(r"^(\d{1,4})([-/.])(\d{1,2})\2(\d{2}|\d{4})(?=$|[\sT,])")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?=$|[\sT]|\d{6}$)")
SERIAL = re.compile(r"^\d{1,7}(?:[.,]\d+)?$")
TEXTUAL = re.compile(
    r"^(?:[^\W\d]{2,}\.?,?\s+)?(\d{1,2})(?:er|st|nd|rd|th|º|°|\.)?[\s-]+(?:de\s+)?([^\W\d]+)\.?,?"
    r"[\s-]+(?:de\s+)?(\d{4}|\d{2})(?=$|[\sT,])"
)
MONTH_FIRST = re.compile(
    r"^(?:[^\W\d]{2,}\.?,?\s+)??([^\W\d]{3,})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?"
    r"[\s-]+(\d{4})(?=$|[\sT,])"
)
TIME = re.compile(
    r"^(\d{1,2})[:h.](\d{2})(?:[:.m](\d{2})(?:[.,]\d+)?)?\s*(?:([ap])\.?m\b\.?)?\s*(?P<zone>.*)$",
    re.IGNORECASE,
)
COMPACT_TIME = re.compile(r"^(\d{2})(\d{2})(\d{2})()(?P<zone>)$")
BEFORE_TIME = re.compile(r"^(?:T(?=\d)|[\s,]+|à\s|at\s|um\s)+")
MAX_CHARS = 80
# how programs on MySQL export an empty date
NO_DATE = "0000-00-00"
EPOCH = re.compile(r"^(\d{10})(\d{3})?$")


@dataclass(frozen=True)
class DateFormat:
    """What the samples of a column tell.

    ``order`` is ``dmy``, ``mdy``, ``ymd``, ``compact`` (yyyymmdd), ``text`` (month in letters) or
    ``serial`` (days since 1899-12-30). ``ambiguous``: day first and month first fit equally.
    ``matched`` of ``total`` samples are dates in that order, or tell their order themselves.
    """

    order: str
    ambiguous: bool = False
    has_time: bool = False
    matched: int = 0
    total: int = 0


def parse_date(text, fmt=None):
    """The date of a cell, None when it is empty; raises CellError.

    ``fmt`` is a DateFormat, its order, or a pattern for strptime. A time and its zone are left
    out: the day is the one that is written.

    >>> print(parse_date("02/03/24", "mdy"), parse_date("16 avril 2021"), parse_date("19970118"))
    2024-02-03 2021-04-16 1997-01-18
    >>> print(parse_date("45631.0"), parse_date("2010-10-14T23:30:00.000-0300"))
    2024-12-05 2010-10-14
    """
    moment = _parse(text, fmt)
    return moment and moment[0].date()


def parse_datetime(text, fmt=None, tz="UTC"):
    """The naive UTC date-time of a cell, None when it is empty; raises CellError.

    A zone in the cell counts before ``tz``, the zone (name or tzinfo) of the file. A date without
    a time is taken as midnight UTC, whatever the zone, so that its day stays.

    >>> print(parse_datetime("02/23/26 08:55 PM", "mdy", "America/New_York"))
    2026-02-24 01:55:00
    >>> print(parse_datetime("2017-08-04T09:09:33.000+0200"), parse_datetime("2017-08-04"))
    2017-08-04 07:09:33 2017-08-04 00:00:00
    """
    parsed = _parse(text, fmt)
    if not parsed:
        return None
    moment, zone, has_time = parsed
    if not has_time:
        return moment
    zone = zone or (find_zone(tz) if isinstance(tz, str) else tz)
    if zone is None:
        raise CellError("timezone", value=text)
    try:
        return to_utc(moment, zone)
    except OverflowError as error:
        raise CellError("date", value=text) from error


def detect_date_format(samples, prefer="dmy"):
    """The DateFormat of a column given as texts, or None when less than half are dates.

    ``prefer`` is the order kept when day first and month first both fit. Give the texts of all
    date columns of a file together when one column alone is ambiguous.

    >>> detect_date_format(["02/03/24", "02/23/26 08:55 PM", ""])
    DateFormat(order='mdy', ambiguous=False, has_time=True, matched=2, total=2)
    >>> detect_date_format(["02/03/24", "04/03/24"]).ambiguous
    True
    """
    texts = [text for text in map(clean_text, samples) if text]
    kinds = [_kind(text) for text in texts]
    fitting = {order: sum(_fits(text, order) for text in texts) for order in ("dmy", "mdy")}
    matched = max(fitting.values(), default=0)
    if not matched or matched * 2 < len(texts):
        return None
    has_time = any(_has_time(text) for text in texts)
    if "numeric" not in kinds:
        order = max(set(kinds) - {None}, key=kinds.count)
        return DateFormat(order, False, has_time, matched, len(texts))
    ambiguous = fitting["dmy"] == fitting["mdy"]
    order = prefer if ambiguous else max(fitting, key=fitting.get)
    return DateFormat(order, ambiguous, has_time, matched, len(texts))


def _parse(text, fmt):
    """``(naive moment, zone or None, has a time)``, or None for an empty cell."""
    plain = clean_text(text)
    if not plain or plain.startswith(NO_DATE):
        return None
    if len(plain) > MAX_CHARS:
        raise CellError("date", value=text)
    order = fmt.order if isinstance(fmt, DateFormat) else fmt
    try:
        if order and "%" in order:
            return _parse_pattern(plain, order)
        return _parse_serial(plain, order) or _parse_written(plain, order, text)
    except (ValueError, OverflowError) as error:
        if isinstance(error, CellError):
            raise
        raise CellError("date", value=text) from error


def _parse_pattern(plain, pattern):
    moment = datetime.datetime.strptime(plain, pattern)  # noqa: DTZ007 - the zone follows
    has_time = any(mark in pattern for mark in ("%H", "%I", "%X", "%c", "%T", "%s"))
    return moment.replace(tzinfo=None), moment.tzinfo, has_time


def _parse_serial(plain, order):
    """A spreadsheet's day number, or seconds or milliseconds since 1970."""
    if match := EPOCH.match(plain):
        epoch = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - the zone is returned beside it
        moment = epoch + datetime.timedelta(seconds=int(match[1]))
        return moment, datetime.UTC, True
    if not SERIAL.match(plain):
        return None
    number = float(plain.replace(",", "."))
    if int(number) not in SERIALS or (order != "serial" and not 20_000 <= number < 100_000):
        raise CellError("date", value=plain)
    moment = SERIAL_START + datetime.timedelta(seconds=round(number * 86_400))
    return moment, None, number != int(number)


def _parse_written(plain, order, text):
    date, rest = _split_date(plain, order, text)
    rest = BEFORE_TIME.sub("", rest)
    if not rest:
        return datetime.datetime.combine(date, datetime.time()), None, False
    match = COMPACT_TIME.match(rest) or TIME.match(rest)
    if not match:
        raise CellError("time", value=text)
    zone = find_zone(match["zone"]) if match["zone"] else None
    if match["zone"] and zone is None:
        raise CellError("timezone", value=text)
    return datetime.datetime.combine(date, _time(match, text)), zone, True


def _split_date(plain, order, text):
    """``(date, rest of the text)``."""
    if match := NUMERIC.match(plain):
        first, _sign, second, third = match.groups()
        return _numeric_date(first, second, third, order, text), plain[match.end() :]
    if match := COMPACT.match(plain):
        return datetime.date(*map(int, match.groups())), plain[match.end() :]
    for pattern, places in ((TEXTUAL, (1, 2, 3)), (MONTH_FIRST, (2, 1, 3))):
        match = pattern.match(plain)
        month = match and month_numbers().get(name_key(match[places[1]]))
        if month:
            day, year = int(match[places[0]]), _year(match[places[2]])
            return datetime.date(year, month, day), plain[match.end() :]
    raise CellError("date", value=text)


def _numeric_date(first, second, third, order, text):
    if len(first) == 4:
        return datetime.date(int(first), int(second), int(third))
    if len(first) == 3:
        raise CellError("date", value=text)
    if order == "ymd" and len(third) == 2:
        return datetime.date(_year(first), int(second), int(third))
    readings = {"dmy": (first, second), "mdy": (second, first)}
    dates = {name: _date_or_none(third, month, day) for name, (day, month) in readings.items()}
    if order in dates:
        chosen = dates[order]
        code = "date_order" if any(dates.values()) else "date"
    else:
        found = set(dates.values()) - {None}
        chosen = found.pop() if len(found) == 1 else None
        code = "date_ambiguous" if found else "date"
    if chosen is None:
        raise CellError(code, value=text)
    return chosen


def _date_or_none(year, month, day):
    try:
        return datetime.date(_year(year), int(month), int(day))
    except ValueError:
        return None


def _year(digits):
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < PIVOT else 1900)


def _time(match, text):
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = (match[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise CellError("time", value=text)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime.time(hour, minute, second)
    except ValueError as error:
        raise CellError("time", value=text) from error


@functools.cache
def month_numbers():
    """Month names and abbreviations of several languages, without accents, to 1..12.

    >>> [month_numbers()[name] for name in ("april", "avril", "fevr", "aout", "dezember")]
    [4, 4, 2, 8, 12]
    """
    from babel import Locale

    numbers = {"fev": 2, "sept": 9, "juill": 7}
    for language in LANGUAGES:
        for names in Locale(language).months["format"].values():
            for number, name in names.items():
                if len(name_key(name)) >= 3:
                    numbers.setdefault(name_key(name), number)
    return numbers


def _kind(text):
    """``numeric`` when the order is open, else the order the text itself shows, or None."""
    if match := NUMERIC.match(text):
        return "ymd" if len(match[1]) == 4 else "numeric"
    if not _fits(text, "dmy"):
        return None
    if COMPACT.match(text):
        return "compact"
    return "serial" if SERIAL.match(text) or EPOCH.match(text) else "text"


def _fits(text, order):
    try:
        return _parse(text, order) is not None
    except CellError:
        return False


def _has_time(text):
    try:
        parsed = _parse(text, "dmy") if _fits(text, "dmy") else _parse(text, "mdy")
    except CellError:
        return False
    return parsed[2]
