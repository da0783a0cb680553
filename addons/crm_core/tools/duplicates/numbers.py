# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telephone and tax numbers that tell somebody apart, and what people type where they have none."""

import re


def is_telling_phone(number):
    """Tell whether a text is a telephone number and not a filler.

    >>> [is_telling_phone(text) for text in ("+221771234567", "07 12 34 56", "n/a", "0000000000", "123", None)]
    [True, True, False, False, False, False]
    """
    digits = re.sub(r"\D", "", number or "")
    return len(digits) >= 6 and len(set(digits)) > 1


def is_telling_code(code):
    """Tell whether a text is a tax or registration number and not a filler.

    >>> [is_telling_code(text) for text in ("SN 123.456", "NEANT", "00000", "XXXXXX", "")]
    [True, False, False, False, False]
    """
    signs = set(re.sub(r"\W", "", code or ""))
    return len(signs) > 1 and any(sign.isdigit() for sign in signs)
