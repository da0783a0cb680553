# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telephone numbers, read once each."""

import functools

import phonenumbers


@functools.lru_cache(maxsize=20_000)
def format_phone(text, country_code=None):
    """``(E.164, international)`` forms of a number, ``(None, text)`` when it is none that can exist.

    >>> format_phone("01 42 68 53 00", "FR")
    ('+33142685300', '+33 1 42 68 53 00')
    >>> format_phone("07 07 12 34 56", "CI"), format_phone("call me", "FR")
    (('+2250707123456', '+225 07 07 12 3456'), (None, 'call me'))
    """
    try:
        number = phonenumbers.parse(text, country_code)
    except phonenumbers.NumberParseException:
        return None, text
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        return None, text
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
