# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calendar files (RFC 5545) of one meeting, which replace one another in the reader's calendar by their number."""

from typing import NamedTuple

STAMP = "%Y%m%dT%H%M%SZ"
#: octets of a line
LONGEST_LINE = 75


class Meeting(NamedTuple):
    """What a calendar file says: instants in UTC, people as pairs of name and address."""

    uid: str
    start: object
    stop: object
    summary: str
    description: str = ""
    location: str = ""
    organizer: tuple = ()
    attendee: tuple = ()


def write(meeting, stamp, *, sequence=0, is_cancelled=False):
    """Return the file of a meeting.

    :param Meeting meeting: the meeting
    :param datetime stamp: when the file is made, in UTC
    :param int sequence: higher than that of the file it replaces
    :rtype: bytes

    >>> from datetime import datetime as d
    >>> demo = Meeting("7@x", d(2026, 3, 2, 9), d(2026, 3, 2, 9, 30), "Demo, short", attendee=("Awa; Diop", "awa@x.example"))
    >>> print(write(demo, d(2026, 3, 1), sequence=2).decode().replace(chr(13), ""))
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//crm_core//booking//EN
    METHOD:REQUEST
    BEGIN:VEVENT
    UID:7@x
    DTSTAMP:20260301T000000Z
    SEQUENCE:2
    DTSTART:20260302T090000Z
    DTEND:20260302T093000Z
    SUMMARY:Demo\\, short
    STATUS:CONFIRMED
    ATTENDEE;CN="Awa; Diop":mailto:awa@x.example
    END:VEVENT
    END:VCALENDAR
    <BLANKLINE>
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//crm_core//booking//EN",
        f"METHOD:{'CANCEL' if is_cancelled else 'REQUEST'}",
        "BEGIN:VEVENT",
        f"UID:{_text(meeting.uid)}",
        f"DTSTAMP:{stamp:{STAMP}}",
        f"SEQUENCE:{sequence}",
        f"DTSTART:{meeting.start:{STAMP}}",
        f"DTEND:{meeting.stop:{STAMP}}",
        f"SUMMARY:{_text(meeting.summary)}",
        *(f"{name}:{_text(value)}" for name, value in _optional(meeting) if value),
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        *(_person(role, person) for role, person in _people(meeting) if person),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_fold(line) + "\r\n" for line in lines).encode()


def _optional(meeting):
    return (("DESCRIPTION", meeting.description), ("LOCATION", meeting.location))


def _people(meeting):
    return (("ORGANIZER", meeting.organizer), ("ATTENDEE", meeting.attendee))


def _person(role, person):
    name, address = person
    quoted = "".join(char for char in name if char != '"' and char.isprintable())
    return f'{role};CN="{quoted}":mailto:{"".join(address.split())}'


def _text(value):
    """Return a text as a file holds it.

    >>> _text("a;b,c" + chr(10) + "d")
    'a\\\\;b\\\\,c\\\\nd'
    """
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(escaped.splitlines())


def _fold(line):
    """Return a line of which no part is longer than readers take.

    >>> [len(part.encode()) for part in _fold("é" * 60).split(chr(13) + chr(10))]
    [74, 47]
    """
    parts, part = [], ""
    for char in line:
        if len((part + char).encode()) >= LONGEST_LINE:
            parts.append(part)
            part = " "
        part += char
    return "\r\n".join([*parts, part])
