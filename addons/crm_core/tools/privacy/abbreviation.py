# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A name or an address of which the first letters alone are left, for logs."""

import re


def abbreviate(text):
    """Return a text with the first letter of each of its words.

    >>> abbreviate("Aya N'Guessan")
    'A** N********'
    >>> abbreviate("aya.koné@sow.example")
    'a**.k***@s**.e******'
    >>> abbreviate("+225 07 01")
    '+2** 0* 0*'
    >>> abbreviate(False)
    ''
    """
    return re.sub(r"(\w)([\w']*)", lambda word: word[1] + "*" * len(word[2]), text or "")
