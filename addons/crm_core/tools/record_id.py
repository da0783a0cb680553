# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers of records that come from outside."""

#: ids are 32 bits wide in the database
MOST = 2**31 - 1


def is_record_id(value):
    """Return whether a value may be the number of a record.

    >>> [is_record_id(value) for value in (1, 2**31 - 1, 2**31, 0, -1, True, "1", None)]
    [True, True, False, False, False, False, False, False]
    """
    return type(value) is int and 0 < value <= MOST
