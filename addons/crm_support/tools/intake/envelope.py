# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The head of an e-mail, read from bytes that may be anything."""

import dataclasses
import email.policy
import re
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from hashlib import sha256

from odoo.tools import email_normalize

RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc", "Resent-To", "Resent-Cc")
NUMBER = re.compile(r"<[^<>\s]{3,900}>")
#: Odoo looks at as many
REFERENCES = 32
#: a head that is longer is cut
LONGEST_HEAD = 512 * 1024


@dataclasses.dataclass(frozen=True)
class Envelope:
    """What the head of an e-mail says, before anybody believes it.

    :param str message_id: its number
    :param str sender: its address, in small letters
    :param tuple recipients: addresses, in the order of the head
    :param tuple references: numbers of the messages that it answers, the latest last
    :param str subject: as it stands in the head
    :param str date: as it stands in the head
    :param int size: of the whole e-mail, in bytes
    :param str content: a fingerprint of sender, date, subject and body, which is the same when the number was written anew
    """

    message_id: str
    sender: str
    recipients: tuple
    references: tuple
    subject: str
    date: str
    size: int
    content: str

    def renumber(self, number, content=None):
        """Return the envelope of the same e-mail under another number.

        :param str number: the number
        :param str content: the fingerprint, where it is another one too
        :rtype: Envelope
        """
        return dataclasses.replace(self, message_id=number, content=content or self.content)


def read(raw):
    r"""Return the envelope of an e-mail.

    :param bytes raw: the e-mail
    :rtype: Envelope

    >>> mail = b"From: Awa <Awa@X.example>\r\nTo: a@y.example, \"B, C\" <b@y.example>\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nText\r\n"
    >>> envelope = read(mail)
    >>> envelope.sender, envelope.recipients, envelope.message_id
    ('awa@x.example', ('a@y.example', 'b@y.example'), '<1@x>')
    >>> read(mail.replace(b"<1@x>", b"<2@x>")).content == envelope.content
    True
    >>> read(mail.replace(b"Text", b"Other")).content == envelope.content
    False
    >>> read(b"\xff\x00 nothing").recipients
    ()
    """
    head, body = _split(raw)
    headers = BytesHeaderParser(policy=email.policy.compat32).parsebytes(head)

    def say(name):
        value = headers.get(name)
        return "" if value is None else " ".join(str(value).split())

    senders = _get_addresses(headers.get_all("From", []))
    return Envelope(
        message_id=say("Message-ID"),
        sender=senders[0] if senders else "",
        recipients=_get_addresses(
            [value for name in RECIPIENTS for value in headers.get_all(name, [])]
        ),
        references=tuple(NUMBER.findall(f"{say('References')} {say('In-Reply-To')}"))[-REFERENCES:],
        subject=say("Subject"),
        date=say("Date"),
        size=len(raw),
        content=_digest(senders[:1], say("Date"), say("Subject"), body),
    )


def _split(raw):
    """Return the head and the body of an e-mail."""
    for end in (b"\r\n\r\n", b"\n\n"):
        head, found, body = raw.partition(end)
        if found and len(head) <= LONGEST_HEAD:
            return head + end, body
    return raw[:LONGEST_HEAD], raw[LONGEST_HEAD:]


def _get_addresses(values):
    found = getaddresses([str(value) for value in values])
    addresses = (
        email_normalize(address) or address.strip().lower()
        for _name, address in found
        if "@" in address
    )
    return tuple(dict.fromkeys(addresses))


def _digest(senders, date, subject, body):
    digest = sha256()
    for part in (*senders, date, subject):
        digest.update(part.encode("utf-8", "backslashreplace") + b"\0")
    digest.update(b"\n".join(body.split()))
    return digest.hexdigest()
