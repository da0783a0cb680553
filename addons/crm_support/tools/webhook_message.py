# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What another program posts to a webhook of support: one message of a customer."""

import re
from typing import NamedTuple

from odoo.tools import email_normalize

LONGEST_REFERENCE = 200
LONGEST_TEXT = 20000
LONGEST_LINE = 200
LONGEST_URL = 2000
#: signs that no database takes, and that turn texts around
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Incoming(NamedTuple):
    """One message: its own number, its conversation's, what it says, and who sent it."""

    ref: str
    conversation: str
    text: str
    subject: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""


def read_message(data):
    """Read what was posted.

    :param data: decoded JSON
    :rtype: Incoming
    :raises ValueError: with a sentence for whoever sets the other program up

    >>> message = read_message({"id": 7, "conversation": "c", "text": " Bonjour ", "from": {"name": "Awa", "email": "AWA@x.example"}})
    >>> message.ref, message.conversation, message.text, message.name, message.email
    ('7', 'c', 'Bonjour', 'Awa', 'awa@x.example')
    >>> read_message({"id": "7", "text": "Hello"}).conversation
    '7'
    >>> read_message({"id": "7"})
    Traceback (most recent call last):
    ValueError: "text" is missing.
    >>> read_message({"id": {}, "text": "Hello"})
    Traceback (most recent call last):
    ValueError: "id" is a text of 1 to 200 signs.
    >>> read_message([])
    Traceback (most recent call last):
    ValueError: The body is one JSON object.
    >>> read_message({"id": "1", "text": "x", "url": "javascript:alert(1)"}).url
    ''
    """
    if not isinstance(data, dict):
        raise ValueError("The body is one JSON object.")  # noqa: TRY004 - one kind of refusal
    sender = data.get("from", {})
    if not isinstance(sender, dict):
        raise ValueError('"from" is an object.')  # noqa: TRY004 - as above
    ref = _read_reference(data, "id")
    text = _read_text(data, "text", LONGEST_TEXT)
    if not text:
        raise ValueError('"text" is missing.')
    return Incoming(
        ref=ref,
        conversation=_read_reference(data, "conversation") if data.get("conversation") else ref,
        text=text,
        subject=_read_line(data, "subject"),
        name=_read_line(sender, "name"),
        email=email_normalize(_read_line(sender, "email")) or "",
        phone=_read_line(sender, "phone")[:40],
        url=_read_url(_read_text(data, "url", LONGEST_URL)),
    )


def _read_text(data, name, longest):
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f'"{name}" is a text.')  # noqa: TRY004 - as above
    return UNWANTED.sub("", str(value)).strip()[:longest]


def _read_line(data, name):
    return " ".join(_read_text(data, name, LONGEST_LINE).split())


def _read_reference(data, name):
    value = data.get(name)
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    found = UNWANTED.sub("", str(value)).strip() if is_text else ""
    if not 0 < len(found) <= LONGEST_REFERENCE:
        raise ValueError(f'"{name}" is a text of 1 to {LONGEST_REFERENCE} signs.')
    return found


def _read_url(text):
    return text if re.fullmatch(r"https?://[!#-&(-;=?-~]+", text, re.IGNORECASE) else ""
