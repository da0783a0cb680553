# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How decisions about one address relate: which comes later, which covers which, which only says again what holds.

A decision is a dict with ``channel``, ``purpose`` (None: all but service), ``company_id`` (None: all), ``decision``, ``source``,
``wording``, ``date``, and ``id`` where it is in the ledger already or ``order`` where it is about to be.
"""

from datetime import timedelta

ASKED_AGAIN_AFTER = timedelta(days=1)


def get_last_before(row, about):
    """Return the last question about an address for a question, the last answer on the same ground for an answer."""
    is_asked = row["decision"] == "requested"
    return max(
        (
            one
            for one in about
            if (one["decision"] == "requested") == is_asked and (is_asked or touches(one, row))
        ),
        key=order,
        default=None,
    )


def order(row):
    """Return what decides which of two decisions is the later one: its date, then its place in the ledger."""
    return row["date"], "order" in row, row.get("order") or row.get("id") or 0


def covers(one, other):
    """Return whether all that a decision is about falls under another one.

    :param dict one: the decision that may cover
    :param dict other: the decision that may be covered

    >>> everything = {"channel": "sms", "purpose": None, "company_id": None}
    >>> [covers(everything, {**everything, "purpose": purpose}) for purpose in ("sales", "service")]
    [True, False]
    >>> covers(everything, {**everything, "company_id": 1}), covers({**everything, "company_id": 1}, everything)
    (True, False)
    """
    return (
        one["channel"] == other["channel"]
        and one["company_id"] in (None, other["company_id"])
        and (
            one["purpose"] == other["purpose"]
            or (not one["purpose"] and other["purpose"] != "service")
        )
    )


def touches(one, other):
    """Return whether two decisions have a channel, a purpose and a company in common.

    >>> one = {"channel": "sms", "purpose": "sales", "company_id": None}
    >>> other = {"channel": "sms", "purpose": None, "company_id": 1}
    >>> touches(one, other), touches(one, {**other, "purpose": "service"}), touches(one, {**other, "channel": "call"})
    (True, False, False)
    """
    if one["channel"] != other["channel"]:
        return False
    companies, purposes = (
        {row[name] for row in (one, other)} for name in ("company_id", "purpose")
    )
    return (len(companies) == 1 or None in companies) and (
        len(purposes) == 1 or (None in purposes and "service" not in purposes)
    )


def repeats(last, row):
    """Return whether a row adds nothing to the last one; agreeing to another text, or in another way, does."""
    if row["decision"] == "requested":
        return last["date"] > row["date"] - ASKED_AGAIN_AFTER
    if last["decision"] != row["decision"] or not covers(last, row):
        return False
    return row["decision"] == "withdrawn" or all(
        (last[name] or None) == row[name] for name in ("source", "wording")
    )
