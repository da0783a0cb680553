# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers and amounts as people and programs write them."""

import math
import re
import unicodedata
from dataclasses import dataclass

from .errors import CellError

MULTIPLIERS = {"": 1, "k": 10**3, "m": 10**6, "md": 10**9, "b": 10**9, "bn": 10**9, "mn": 10**6}
CURRENCY = r"(?:F ?CFA|CFA|[A-Z]{1,2}\$|[A-Z]{3}|Frs?\.?|F|Dhs?|DH|kr|zł|lei|Kč|Ft|Rs\.?|euros?|\$)"
NUMBER = re.compile(
    rf"^{CURRENCY}? ?(?P<sign>[-+]?) ?{CURRENCY}? ?(?P<digits>[\d.,][\d.,' ]*?(?:[eE][-+]?\d+)?)"
    rf" ?(?P<multiplier>[kKmMbB]|[mM][dDnN]|bn|Bn)? ?{CURRENCY}? ?(?P<after>-?) ?%?$"
)
GROUPED = re.compile(r"^\d{1,3}(?:([,. '])\d{3})(?:\1\d{3})*$|^\d{1,2}(?:,\d{2})+,\d{3}$")
MAX_CHARS = 60
SCIENTIFIC = re.compile(r"^\d+(?:[.,]\d+)?[eE][-+]?\d+$")


@dataclass(frozen=True)
class NumberFormat:
    """What the samples of a column tell: the decimal sign, and whether they settle it.

    ``matched`` of ``total`` samples are numbers.
    """

    decimal: str
    ambiguous: bool
    matched: int
    total: int


def parse_number(text, decimal=None):
    """The float a cell stands for, None when it is empty; raises CellError("number").

    ``decimal`` is the decimal sign of the column, ``"."`` or ``","``; without it the cell decides
    alone, and a lone group of three digits after a comma is taken for thousands. Currency names
    and signs are left out, a percentage gives its percent points.

    >>> [parse_number(text) for text in ("1 234,56", "1.234,56", "1,234.56", "$12,400.00")]
    [1234.56, 1234.56, 1234.56, 12400.0]
    >>> [parse_number(text) for text in ("10 000 FCFA", "-42,5 €", "342.09K", "(1,200)", "25 %")]
    [10000.0, -42.5, 342090.0, -1200.0, 25.0]
    >>> parse_number("1.234"), parse_number("1.234", decimal=","), parse_number(" ")
    (1.234, 1234.0, None)
    """
    plain = _plain(text)
    if not plain:
        return None
    negative = plain.startswith("(") and plain.endswith(")")
    match = len(plain) <= MAX_CHARS and NUMBER.match(plain[1:-1].strip() if negative else plain)
    value = _digits_value(match["digits"].strip(), decimal) if match else None
    if value is None or not math.isfinite(value):
        raise CellError("number", value=text)
    value *= MULTIPLIERS[(match["multiplier"] or "").lower()]
    negative ^= match["sign"] == "-" or match["after"] == "-"
    return -value if negative and value else value


def parse_integer(text, decimal=None):
    """Like parse_number for whole numbers; raises CellError("integer") on a fraction.

    >>> parse_integer("2,680"), parse_integer("130.0"), parse_integer("")
    (2680, 130, None)
    """
    value = parse_number(text, decimal)
    if value is None:
        return None
    if value != int(value):
        raise CellError("integer", value=text)
    return int(value)


def detect_number_format(samples):
    """The NumberFormat of a column given as texts, empty ones ignored.

    >>> detect_number_format(["1.200", "12,50", "3.400,00"])
    NumberFormat(decimal=',', ambiguous=False, matched=3, total=3)
    >>> detect_number_format(["1,200", "3,400"])
    NumberFormat(decimal='.', ambiguous=True, matched=2, total=2)
    """
    votes = {".": 0, ",": 0}
    matched = total = unsure = 0
    for text in filter(None, map(_plain, samples)):
        total += 1
        match = NUMBER.match(text.strip("()")[:MAX_CHARS])
        if not match:
            continue
        matched += 1
        vote = _decimal_vote(match["digits"])
        if vote in votes:
            votes[vote] += 1
        unsure += vote == "?"
    decimal = "," if votes[","] > votes["."] else "."
    return NumberFormat(decimal, bool(unsure) and not any(votes.values()), matched, total)


def _plain(text):
    """The text with plain blanks, minus signs and apostrophes, without currency signs."""
    chars = []
    for char in str(text):
        category = unicodedata.category(char)
        if category == "Sc":
            char = "$" if char == "$" else " "
        elif category == "Zs" or char in "\t\r\n":
            char = " "
        chars.append({"\u2212": "-", "\u2019": "'", "\u066c": "'"}.get(char, char))
    return " ".join("".join(chars).split())


def _digits_value(digits, decimal):
    """The float of digits with separators, None when they do not make a number."""
    if SCIENTIFIC.match(digits):
        return float(digits.replace(",", "."))
    decimal = decimal or _own_decimal(digits)
    whole, sign, fraction = digits.rpartition(decimal)
    if not sign:
        whole, fraction = digits, ""
    if whole and not whole.isdecimal() and not _is_grouped(whole, decimal):
        return None
    if (fraction and not fraction.isdecimal()) or not (whole or fraction):
        return None
    return float(f"{re.sub(r'[^0-9]', '', whole) or 0}.{fraction or 0}")


def _is_grouped(whole, decimal):
    return bool(GROUPED.match(whole)) and decimal not in whole


def _own_decimal(digits):
    """The decimal sign of a cell that stands alone."""
    vote = _decimal_vote(digits)
    return vote if vote in (".", ",") else "."


def _decimal_vote(digits):
    """``.`` or ``,`` when the digits show the decimal sign, ``?`` if it may be either, or None.

    >>> [_decimal_vote(digits) for digits in ("1,5", "1.234,5", "1,234,567", "1.234", "12")]
    [',', ',', '.', '?', None]
    """
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return None
    if dots and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    sign, other = (".", ",") if dots else (",", ".")
    if dots + commas > 1:
        return other
    before, after = digits.split(sign)
    unsure = len(after) == 3 and 1 <= len(before) <= 3 and before != "0"
    return "?" if unsure else sign
