# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of an e-mail to support."""

import dataclasses
import typing


@dataclasses.dataclass(frozen=True)
class Decision:
    """Where an e-mail belongs.

    :param int ticket_id: the ticket that it is about; None for a new one
    :param int author_id: the contact who wrote it, or False
    :param bool is_agent: somebody of the team wrote it
    :param bool is_automatic: a machine wrote it
    :param bool is_unverified: it may not be from whom it says; the team alone reads it
    :param bool is_silent: nobody is to be told that it came
    :param int related_id: the ticket that it names without the sender having a part in it
    :param int follows_id: the closed ticket that it comes back to
    """

    ticket_id: int | None = None
    author_id: int | bool = False
    is_agent: bool = False
    is_automatic: bool = False
    is_unverified: bool = False
    is_silent: bool = False
    related_id: int | None = None
    follows_id: int | None = None


@dataclasses.dataclass(eq=False)
class Incoming:
    """An e-mail on its way through the gateway.

    :param str model: the model that the mailbox is for
    :param bytes raw: the e-mail
    :param Envelope envelope: its head
    :param teams: whose addresses it was sent to, ``crm.ticket.team``
    :param row: its ``crm.mail.intake``
    :param Decision decision: where it belongs, once that is known
    :param int ticket_id: where it went
    :param str outcome: what became of it, as on the row
    :param str keep: why it is kept in quarantine although nothing went wrong
    :param str error: what went wrong
    """

    model: str
    raw: bytes
    envelope: typing.Any
    teams: typing.Any
    forced: bool = False
    row: typing.Any = None
    decision: Decision | None = None
    ticket_id: int | bool = False
    outcome: str = ""
    keep: str = ""
    error: str = ""
