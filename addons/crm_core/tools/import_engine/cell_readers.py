# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The function that reads the cells of one column."""

import functools

from ..cell_parsers import (
    clean_text,
    parse_boolean,
    parse_date,
    parse_datetime,
    parse_emails,
    parse_integer,
    parse_number,
)

MAX_TEXT = 1000
# no index of the database takes longer texts; a character has four bytes at most
MAX_TEXT_BYTES = 2600
MAX_LONG_TEXT = 200_000


class CellRefused(ValueError):
    """A cell that can be read but not be stored; ``code`` and ``arguments`` are those of an import issue."""

    def __init__(self, code, **arguments):
        self.code = code
        self.arguments = arguments
        super().__init__(code)


def read_text(text, limit=MAX_TEXT):
    """The cleaned text; refuses what is longer than the limit.

    >>> read_text(" Acme\\x00 "), read_text("")
    ('Acme', None)
    """
    text = clean_text(text)
    if len(text) <= limit == MAX_TEXT and len(text.encode()) > MAX_TEXT_BYTES:
        limit = MAX_TEXT_BYTES // 4
    if len(text) > limit:
        raise CellRefused("too_long", length=len(text), limit=limit)
    return text or None


def read_words(text):
    """The words of a cell that may hold several.

    >>> read_words("VIP; new,VIP"), read_words('["a", "b"]')
    (['VIP', 'new'], ['a', 'b'])
    """
    text = read_text(text, MAX_LONG_TEXT) or ""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].replace('"', "")
    for separator in (";", ",", "|"):
        text = text.replace(separator, "\n")
    return list(dict.fromkeys(word.strip() for word in text.split("\n") if word.strip())) or None


def read_emails(text):
    """``(valid, invalid)`` addresses, None when there is none."""
    found = parse_emails(read_text(text) or "")
    return found if any(found) else None


def reader(parser, *, date_format=None, decimal=None, tz="UTC"):
    """The function that reads cells of a parser's kind.

    >>> reader("number", decimal=",")("1 234,5"), reader("boolean")("oui"), reader("text")("x")
    (1234.5, True, 'x')
    """
    functions = {
        "text": read_text,
        "multiline": functools.partial(read_text, limit=MAX_LONG_TEXT),
        "json": functools.partial(read_text, limit=MAX_LONG_TEXT),
        "emails": read_emails,
        "tags": read_words,
        "number": functools.partial(parse_number, decimal=decimal),
        "integer": functools.partial(parse_integer, decimal=decimal),
        "boolean": parse_boolean,
        "date": functools.partial(parse_date, fmt=date_format),
        "datetime": functools.partial(parse_datetime, fmt=date_format, tz=tz),
    }
    return functions.get(parser, read_text)
