# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Subjects of e-mails: the ticket they name, and what is left without what mail programs put before it."""

import re

TOKEN = re.compile(r"\[#\s*(T\d{1,12})\s*\]", re.IGNORECASE)
#: in the languages of mail programs: reply, forward
PREFIX = re.compile(
    r"^\s*(?:(?:re|ré|réf|ref|rep|rép|aw|antw|sv|vs|odp|ynt|res|rif|r|fw|fwd|tr|wg|vb|vl|enc|i|rv|doorst|回复|答复|转发)"
    r"\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*)",
    re.IGNORECASE,
)
LONGEST = 250


def find_number(subject):
    """Return the number of the ticket that a subject names, or None.

    >>> find_number("Re: [#T00012] The printer is on fire")
    'T00012'
    >>> find_number("RE: [# t00012 ] x"), find_number("About T00012"), find_number(None)
    ('T00012', None, None)
    """
    found = TOKEN.search(subject or "")
    return found.group(1).upper() if found else None


def clean(subject):
    r"""Return a subject on one line, without the number of a ticket and without Re:, Fwd: and their like.

    >>> clean("RE: Fwd: [#T00012] TR : Panne\r\n de courant ")
    'Panne de courant'
    >>> clean("Re[2]: AW: Hallo"), clean("Recipe: soup"), clean(None)
    ('Hallo', 'Recipe: soup', '')
    """
    text = " ".join(TOKEN.sub(" ", subject or "").split())
    while (shorter := PREFIX.sub("", text, count=1)) != text:
        text = shorter
    return text.strip()[:LONGEST]


def normalise(subject):
    """Return what two subjects of one conversation have in common.

    >>> normalise("Re: Panne  de COURANT") == normalise("panne de courant")
    True
    """
    return clean(subject).casefold()
