# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Phone numbers as WhatsApp writes them and as everybody else does."""

import re

# countries whose mobile numbers changed, where WhatsApp may go on with the older form: pattern, today's form
CHANGED = [
    (re.compile(r"^521(\d{10})$"), r"52\1"),  # Mexico, without the 1 since 2019
    (re.compile(r"^229(\d{8})$"), r"22901\1"),  # Benin, ten digits since 2024
    (re.compile(r"^55(\d\d)([6-9]\d{7})$"), r"55\g<1>9\2"),  # Brazil, nine digits
]


def canonical(number):
    """Return a number in the one form by which it is kept and compared: E.164, in the country's form of today.

    :param str number: with or without ``+``; what is no number gives an empty text

    >>> canonical("2250712345678"), canonical("+225 07 12 34 56 78")
    ('+2250712345678', '+2250712345678')
    >>> canonical("5215512345678"), canonical("22997123456"), canonical("551188887777")
    ('+525512345678', '+2290197123456', '+5511988887777')
    >>> canonical(""), canonical(None), canonical("nobody"), canonical("123")
    ('', '', '', '')
    """
    digits = re.sub(r"\D", "", str(number or ""))
    if not 7 <= len(digits) <= 15:
        return ""
    for pattern, form in CHANGED:
        digits = pattern.sub(form, digits)
    return f"+{digits}"
