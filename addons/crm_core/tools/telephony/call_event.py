# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a telephone system says of a call, in whatever order it arrives."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from ..messaging.sms_gateway import read_path

KINDS = ("ringing", "answered", "ended", "missed")
DIRECTIONS = {
    "in": "in",
    "inbound": "in",
    "incoming": "in",
    "out": "out",
    "outbound": "out",
    "outgoing": "out",
}
#: what stands instead of a number that the caller withholds
WITHHELD = {
    "anonymous",
    "withheld",
    "private",
    "restricted",
    "unknown",
    "unavailable",
    "none",
    "null",
}
LONGEST_REFERENCE = 200
LONGEST_NUMBER = 40
LONGEST_URL = 2000
MOST_EXTENSIONS = 50
LONGEST_CALL = 24 * 60 * 60


class Event(NamedTuple):
    """One thing that happened to one call."""

    ref: str
    kind: str
    call: str
    direction: str
    outside: str
    extensions: tuple = ()
    minutes: float = 0.0
    recording_url: str = ""
    at: datetime | None = None


def read_event(data):
    """Read what was posted.

    :param data: decoded JSON
    :rtype: Event
    :raises ValueError: with a sentence for whoever sets the telephone system up

    >>> event = read_event({"id": 1, "event": "ended", "call": "c", "direction": "in", "from": "+2250708091011", "duration": "90"})
    >>> event.ref, event.kind, event.outside, event.minutes
    ('1', 'ended', '+2250708091011', 1.5)
    >>> read_event({"id": "1", "event": "ringing", "call": "c", "direction": "in", "from": "Anonymous", "extension": [101, "102"]})[4:6]
    ('', ('101', '102'))
    >>> read_event({"id": "1", "event": "boom", "call": "c", "direction": "in"})
    Traceback (most recent call last):
    ValueError: "event" is one of: ringing, answered, ended, missed.
    """
    if not isinstance(data, dict):
        raise ValueError("The body is one JSON object.")  # noqa: TRY004 - one kind of refusal
    kind = _read_word(data, "event", {kind: kind for kind in KINDS})
    direction = _read_word(data, "direction", DIRECTIONS)
    outside = _read_text(data, "from" if direction == "in" else "to", LONGEST_NUMBER)
    return Event(
        ref=_read_reference(data, "id"),
        kind=kind,
        call=_read_reference(data, "call"),
        direction=direction,
        outside="" if outside.lower() in WITHHELD else outside,
        extensions=_read_extensions(data.get("extension")),
        minutes=_read_seconds(data) / 60,
        recording_url=read_recording(_read_text(data, "recording", LONGEST_URL + 1)),
        at=_read_moment(_read_text(data, "time", 40)),
    )


def get_state(direction, *, is_answered, is_ended, is_written_down=False):
    """Return the state of a call of which so much is known; the order in which it became known does not matter.

    >>> [get_state("in", is_answered=answered, is_ended=ended) for answered, ended in ((0, 0), (1, 0), (0, 1), (1, 1))]
    ['ringing', 'connected', 'missed', 'done']
    >>> get_state("out", is_answered=False, is_ended=True), get_state("in", is_answered=False, is_ended=True, is_written_down=True)
    ('done', 'done')
    """
    if not is_ended:
        return "connected" if is_answered else "ringing"
    return "done" if is_answered or is_written_down or direction == "out" else "missed"


def read_recording(url):
    """Return the address of a recording when a browser may open it, else an empty text.

    >>> [read_recording(url) for url in ("https://pbx.example/r/1?a=b", "javascript:alert(1)", "https:// x", "//a.example", "")]
    ['https://pbx.example/r/1?a=b', '', '', '', '']
    """
    fits = len(url) <= LONGEST_URL and re.fullmatch(r"https?://[\x21-\x7e]+", url, re.IGNORECASE)
    return url if fits else ""


def _read_text(data, name, longest):
    return read_path(data, name).strip()[:longest]


def _read_word(data, name, words):
    word = words.get(_read_text(data, name, 20).lower())
    if not word:
        raise ValueError(f'"{name}" is one of: {", ".join(dict.fromkeys(words.values()))}.')
    return word


def _read_reference(data, name):
    reference = read_path(data, name).strip()
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise ValueError(f'"{name}" is a text of 1 to {LONGEST_REFERENCE} signs.')
    return reference


def _read_extensions(value):
    values = value if isinstance(value, list) else [value]
    texts = [
        read_path({"one": one}, "one").strip()[:LONGEST_NUMBER] for one in values[:MOST_EXTENSIONS]
    ]
    return tuple(dict.fromkeys(filter(None, texts)))


def _read_seconds(data):
    """Return how long a call took, in seconds; what is no such number counts as nothing."""
    try:
        seconds = float(_read_text(data, "duration", 20) or 0)
    except ValueError:
        return 0
    return min(seconds, LONGEST_CALL) if 0 < seconds < float("inf") else 0


def _read_moment(text):
    """Return an instant in UTC without a zone, None for what is none.

    >>> _read_moment("2026-11-22T21:00:00+01:00"), _read_moment("1790000000"), _read_moment("yesterday"), _read_moment("9" * 39)
    (datetime.datetime(2026, 11, 22, 20, 0), datetime.datetime(2026, 9, 21, 14, 13, 20), None, None)
    """
    try:
        if re.fullmatch(r"\d+(\.\d+)?", text):
            moment = datetime.fromtimestamp(float(text), UTC)
        else:
            moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
