# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes many things at once, and sets those apart that the database or a rule refuses."""

import psycopg2
from psycopg2.errors import UniqueViolation
from psycopg2.extensions import TransactionRollbackError

from odoo.exceptions import UserError

REFUSALS = (psycopg2.Error, UserError, ValueError, TypeError, KeyError, RecursionError)


def isolate(env, write, items, *, is_last_try=True):
    """Write items at once; on an error halve them until the ones at fault stand alone.

    :param write: writes a list of items and returns ``{item: what it made}``, or nothing; called again with parts of the
        list after an error, when nothing of it is in
    :param items: what to write: a list, or records
    :param bool is_last_try: False to let a value that exists already be raised, for a caller that reads and tries again:
        another transaction may just have written it
    :return: ``({item: what it made}, {item: exception})``
    :raises psycopg2.Error: when another transaction was in the way
    """
    if not items:
        return {}, {}
    try:
        with env.cr.savepoint():
            made = write(items)
            env.flush_all()
        return made or {}, {}
    except TransactionRollbackError:
        raise
    except REFUSALS as error:
        if isinstance(error, UniqueViolation) and not is_last_try:
            raise
        env.invalidate_all(flush=False)
        if len(items) == 1:
            return {}, {items[0]: error}
    middle = len(items) // 2
    made, refused = isolate(env, write, items[:middle], is_last_try=is_last_try)
    more_made, more_refused = isolate(env, write, items[middle:], is_last_try=is_last_try)
    return made | more_made, refused | more_refused
