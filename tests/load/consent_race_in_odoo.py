"""Decisions that many transactions take at the same moment; runs in the server's shell, with real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api


def link(env, address):
    """Return the path of an address' opt-out page."""
    url = env["crm.consent"]._get_opt_out_url(address, "email", "marketing", env.company)
    return url[url.index("/crm/") :]


def crowd(env, address, size, action):
    """Let many transactions do the same, each begun before any of them has written.

    :param str action: ``withdraw``, ``withdraw_batch`` or ``ask``
    :return: how many rows each of them recorded
    :raises Exception: what went wrong in any of them
    """
    barrier = threading.Barrier(size)

    def act(_number):
        with env.registry.cursor() as cursor:
            consents = api.Environment(cursor, SUPERUSER_ID, {})["crm.consent"]
            consents.search_count([])
            barrier.wait(30)
            return len(ACTIONS[action](consents, address))

    with ThreadPoolExecutor(size) as pool:
        return sorted(pool.map(act, range(size)))


def _withdraw(consents, address):
    return consents._withdraw([address], channel="email", source="link")


def _withdraw_batch(consents, address):
    addresses = [f"{number}.{address}" for number in range(20)]
    return consents._withdraw(addresses, channel="email", purposes=["sales", "marketing"], source="import")


def _ask(consents, address):
    return consents._ask(address, wording="News?")


ACTIONS = {"withdraw": _withdraw, "withdraw_batch": _withdraw_batch, "ask": _ask}


def late_withdrawal(env, address):
    """Withdraw in a transaction that began before others withdrew and agreed again.

    :return: what holds in the end
    """
    options = {"channel": "email", "purposes": ["marketing"], "source": "keyword"}
    with env.registry.cursor() as late:
        consents = api.Environment(late, SUPERUSER_ID, {})["crm.consent"]
        consents.search_count([])
        for decision in ("_withdraw", "_grant"):
            with env.registry.cursor() as cursor:
                getattr(api.Environment(cursor, SUPERUSER_ID, {})["crm.consent"], decision)([address], **options)
        consents._withdraw([address], **options)
    env.cr.rollback()
    return env["crm.consent"]._get_decisions([address], "email", "marketing", env.company)
