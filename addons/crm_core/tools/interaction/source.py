# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the timeline is made of: where interactions come from, whose they are, which of them are asked for."""

from datetime import datetime
from typing import NamedTuple

from odoo.tools import SQL

#: a row's number is made of its model, the kind of its event and its record: 18, 4 and 31 bits
RECORD_BITS = 31
VARIANT_BITS = 4


class Source(NamedTuple):
    """Records of one model that are interactions, one row each. What is not a constant is the name of a stored field."""

    model: str
    #: the contact, a path to it, or the attendees
    partner: str
    #: when it happened: Datetime or Date. Without it the records themselves do not show, only their messages.
    date: str = ""
    #: constant: one of the codes of ``crm.interaction._get_channels``
    channel: str = ""
    #: constant: ``in``, ``out``, ``internal`` or ``none``
    direction: str = "none"
    #: constant of a source: which of a record's events this is, 0 to 15
    variant: int = 0
    #: whether the chatter of the records belongs to the timeline
    has_messages: bool = False
    #: the deal, where the records have one
    lead: str = ""
    #: the record it hangs on, when that is another one: a Many2one
    record: str = ""
    title: str = ""
    #: one field, or several
    body: str | tuple = ""
    #: who did it: a Many2one to users or contacts
    author: str = ""
    #: a selection, shown in words; or a constant with its words
    state: str = ""
    state_label: str = ""
    amount: str = ""
    currency: str = ""
    #: which of the records
    domain: tuple = ()
    #: whether one contact may have tens of thousands of them: then there is an index on (partner, date)
    is_long: bool = False

    @property
    def bodies(self):
        """The fields of the text, as a tuple."""
        return (self.body,) if isinstance(self.body, str) and self.body else tuple(self.body)


class Scope(NamedTuple):
    """Whose interactions: those of contacts and of deals."""

    partner_ids: tuple = ()
    lead_ids: tuple = ()


class Position(NamedTuple):
    """A place in the timeline: what comes after it happened before."""

    date: datetime
    id: int

    def __str__(self):
        return f"{self.date.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text):
        """Return the place that a text stands for.

        :raises ValueError: when it stands for none

        >>> str(Position.parse("2026-06-16T10:00:00.000123_77"))
        '2026-06-16T10:00:00.000123_77'
        """
        date, _, number = text.partition("_")
        return cls(datetime.fromisoformat(date), int(number))


class Choice(NamedTuple):
    """Which interactions: the filters, and the place to go on from."""

    limit: int = 0
    before: Position | None = None
    channels: tuple | None = None
    person_id: int = 0
    date_from: datetime | None = None
    date_to: datetime | None = None
    #: escaped for LIKE
    words: tuple = ()
    #: the query of messages that another row tells
    told: SQL | None = None


def get_base(model_id, variant=0):
    """Return the number before a model's first row.

    >>> get_base(1, 0) < get_base(1, 1) < get_base(2, 0) < get_base(2**18 - 1, 15) + 2**31 <= 2**53
    True
    """
    return ((model_id << VARIANT_BITS) + variant) << RECORD_BITS
