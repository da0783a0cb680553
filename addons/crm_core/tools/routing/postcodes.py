# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Postcodes are text: ``01`` is not ``1``, London has letters, most of Africa has none."""

import re
from typing import NamedTuple

SEPARATORS = re.compile(r"[,;\n]+")
DASHES = re.compile(r"\s*(?:–|—|\.\.|-)\s*")
NOISE = re.compile(r"[\s.\-–—]+")


class Span(NamedTuple):
    """Postcodes from one to another, both included; a prefix when ``last`` is empty."""

    first: str
    last: str = ""


def normalize(postcode):
    """Return a postcode as it is compared: capitals and digits only.

    >>> normalize(" sw1a 1aa "), normalize("75 001"), normalize("F-69002"), normalize(None)
    ('SW1A1AA', '75001', 'F69002', '')
    """
    return NOISE.sub("", postcode or "").upper()


def parse(text):
    """Read what people write: postcodes, beginnings of postcodes and ranges, separated by commas or lines.

    :return: list of :class:`Span`
    :raises ValueError: with the part that is not understood

    >>> parse("75, 2000–2999; SW1A")
    [Span(first='75', last=''), Span(first='2000', last='2999'), Span(first='SW1A', last='')]
    >>> parse("01")
    [Span(first='01', last='')]
    >>> parse("2999-2000")
    Traceback (most recent call last):
        ...
    ValueError: 2999-2000
    >>> parse("75-69002")
    Traceback (most recent call last):
        ...
    ValueError: 75-69002
    >>> parse("")
    []
    """
    return [_parse_part(part.strip()) for part in SEPARATORS.split(text or "") if part.strip()]


def _parse_part(part):
    ends = [normalize(end) for end in DASHES.split(part)]
    if len(ends) == 1 and ends[0].isalnum():
        return Span(ends[0])
    if (
        len(ends) == 2
        and all(end.isalnum() for end in ends)
        and len(ends[0]) == len(ends[1])
        and ends[0] <= ends[1]
    ):
        return Span(*ends)
    raise ValueError(part)


def covers(spans, postcode):
    """Tell whether a postcode lies in one of the spans.

    A range compares as many characters as its ends have: 2000–2999 holds 2000 and 2999, not 20; of longer codes it
    compares the beginning, so that 69-71 holds 70123.

    >>> covers(parse("2000-2999"), "2500"), covers(parse("2000-2999"), "3000"), covers(parse("2000-2999"), "250")
    (True, False, False)
    >>> covers(parse("01"), "01230"), covers(parse("01"), "1230"), covers(parse("01"), "10120")
    (True, False, False)
    >>> covers(parse("SW1A"), "sw1a 2aa"), covers(parse("SW1A"), "SW1E 5ND")
    (True, False)
    >>> covers(parse("69-71"), "70123"), covers(parse("69-71"), "72000")
    (True, False)
    >>> covers(parse("75"), ""), covers([], "75001")
    (False, False)
    """
    code = normalize(postcode)
    if not code:
        return False
    return any(_holds(span, code) for span in spans)


def _holds(span, code):
    if not span.last:
        return code.startswith(span.first)
    start = code[: len(span.first)]
    return (
        len(start) == len(span.first)
        and start.isdigit() == span.first.isdigit()
        and span.first <= start <= span.last
    )
