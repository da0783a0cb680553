# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Refusals that are part of the day's work."""

import logging


def expected(error):
    """Mark an exception as something people meet every day: no traceback in the server's log, a client's error for callers.

    :param Exception error: the exception about to be raised
    :return: the same exception
    """
    error.loglevel = logging.INFO
    error.http_status = 422
    return error
