# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What became of a message that a channel handed over to the outside."""

from typing import NamedTuple


class Outcome(NamedTuple):
    """The answer to one handover.

    ``state``:

    - ``sent``: taken by the provider;
    - ``failed``: refused for good;
    - ``retry``: certainly not taken, and worth another try later;
    - ``unknown``: the answer was lost, the message may have left: nothing sends it again by itself.

    ``reason`` is a key of the ledger's reasons, ``detail`` the provider's words, ``provider_ref`` the provider's
    number of the message, ``cost`` what it took in the currency of the company.
    """

    state: str
    reason: str = ""
    detail: str = ""
    provider_ref: str = ""
    cost: float = 0.0


class Refusal(NamedTuple):
    """Why a message does not leave: found before it was handed over."""

    reason: str
    detail: str = ""
