"""Agents who draw from one pack of prepaid hours at the same moment; runs in the server's shell, with real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api, fields

TRIES = 20


def prepare(env, minutes):
    """Make a customer with a pack and a ticket.

    :return: ids of the ticket and the pack
    """
    customer = env["res.partner"].create({"name": "Race Customer", "is_company": True})
    team = env["crm.ticket.team"].create({"name": "Race Hours"})
    ticket = env["crm.ticket"].create({"name": "Race", "team_id": team.id, "partner_id": customer.id})
    day = fields.Date.today()
    pack = env["crm.hour.pack"].create(
        {"partner_id": customer.id, "company_id": team.company_id.id, "minutes_bought": minutes, "date_from": day, "date_to": day}
    )
    env.cr.commit()
    return [ticket.id, pack.id]


def draw(env, ticket_id, size, minutes):
    """Enter time from many transactions, each begun before any of them has written; as a request would, each is tried again.

    :return: how many tries each one needed
    """
    barrier = threading.Barrier(size)

    def act(_number):
        for attempt in range(TRIES):
            with env.registry.cursor() as cursor:
                times = api.Environment(cursor, SUPERUSER_ID, {})["crm.ticket.time"]
                times.search_count([])
                if not attempt:
                    barrier.wait(30)
                try:
                    times.create({"ticket_id": ticket_id, "minutes": minutes, "note": "Race"})
                    cursor.commit()
                except SerializationFailure:
                    cursor.rollback()
                    continue
                return attempt + 1
        raise AssertionError("never came through")

    with ThreadPoolExecutor(size) as pool:
        return sorted(pool.map(act, range(size)))


def start(env, size):
    """Start timers of one person on several tickets at once.

    :return: how many run
    """
    team = env["crm.ticket.team"].create({"name": "Race Timers"})
    tickets = env["crm.ticket"].create([{"name": "Race", "team_id": team.id}] * size)
    env.cr.commit()
    barrier = threading.Barrier(size)

    def act(ticket_id):
        with env.registry.cursor() as cursor:
            ticket = api.Environment(cursor, SUPERUSER_ID, {})["crm.ticket"].browse(ticket_id)
            ticket.timer_state  # noqa: B018  its transaction begins here
            barrier.wait(30)
            try:
                ticket.action_start_timer()
                cursor.commit()
            except (UniqueViolation, SerializationFailure):
                cursor.rollback()

    with ThreadPoolExecutor(size) as pool:
        list(pool.map(act, tickets.ids))
    env.cr.rollback()
    return env["crm.ticket.timer"].search_count([("user_id", "=", SUPERUSER_ID), ("started_at", "!=", False)])
