# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telephone numbers as operators write them."""

import re

import phonenumbers

FORMATS = ("plus", "digits", "national")


def normalise_number(raw, country_code=None):
    """Return a number as E.164, whichever way it was written; an empty text when it is none that can exist.

    >>> [normalise_number(raw, "SN") for raw in ("+221 77 123 45 67", "00221771234567", "221771234567", "77 123 45 67")]
    ['+221771234567', '+221771234567', '+221771234567', '+221771234567']
    >>> normalise_number("tel:+2250707123456", "FR"), normalise_number("06 12 34 56 78", "FR")
    ('+2250707123456', '+33612345678')
    >>> [normalise_number(raw, "SN") for raw in ("36180", "ORANGE", "", None, "+0", "1" * 400)]
    ['', '', '', '', '', '']
    """
    text = str(raw or "").strip().removeprefix("tel:")
    if not text or len(text) > 40 or re.search(r"[A-Za-z]", text):
        return ""
    digits = re.sub(r"\D", "", text)
    forms = (
        [text]
        if text.startswith("+")
        else [f"+{digits[2:]}"]
        if text.startswith("00")
        else [text, f"+{digits}"]
    )
    return next(filter(None, (_parse(form, country_code) for form in forms)), "")


def _parse(text, country_code):
    try:
        number = phonenumbers.parse(text, country_code or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def write_number(e164, form):
    """Write a number the way an operator wants it.

    >>> [write_number("+2250707123456", form) for form in FORMATS], write_number("+33612345678", "national")
    (['+2250707123456', '2250707123456', '0707123456'], '0612345678')
    """
    if form == "plus":
        return e164
    if form == "digits":
        return e164.removeprefix("+")
    number = phonenumbers.parse(e164, None)
    return re.sub(
        r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    )
