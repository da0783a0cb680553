"""Many people who work one call list at the same moment; runs in the server's shell, with real commits."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.fields import Command


def prepare(env, people, leads):
    """Make a list of leads that a team works around the clock.

    :return: the number of the list
    """
    group = env.ref("sales_team.group_sale_salesman_all_leads")
    users = env["res.users"].create(
        [{"name": f"Caller {number}", "login": f"caller.{number}", "group_ids": [Command.link(group.id)]} for number in range(people)]
    )
    country = env.ref("base.ci")
    quiet = env["crm.lead"].with_context(tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
    made = quiet.create([{"name": f"Lead {number}", "phone": f"+22507080{number:05}", "country_id": country.id} for number in range(leads)])
    made.company_id = env.company
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), True)
    calling = env["crm.call.list"].create(
        {"name": "Race", "state": "running", "hour_from": 0, "hour_to": 24, "user_ids": [Command.set(users.ids)], **days}
    )
    calling._add(made)
    env["ir.cron"].search([]).active = False
    env.cr.commit()
    return calling.id


def race(env, list_id, times, size=None):
    """Let everybody of a list take people and write down calls, all at once.

    :return: ``calls``: how many calls each person had; ``open``: how many nobody called; ``both``: people whom two had at once
    """
    users = env["crm.call.list"].browse(list_id).user_ids[:size].ids
    barrier = threading.Barrier(len(users))
    held, both, guard = {}, [], threading.Lock()

    def work(user):
        taken = []
        for _turn in range(times):
            with env.registry.cursor() as cursor:
                session = api.Environment(cursor, user, {})
                session["crm.call.list"].browse(list_id).name  # noqa: B018  a transaction that began before the others wrote
                barrier.wait(60)
                line = session["crm.call.list"].browse(list_id)._take_next()
                cursor.commit()
                if not line:
                    continue
                with guard:
                    both.extend([line.id] if line.id in held else [])
                    held[line.id] = user
                taken.append(line.id)
            _log(env, user, line.id)
            with guard:
                held.pop(line.id)
        return taken

    with ThreadPoolExecutor(len(users)) as pool:
        taken = Counter(line for lines in pool.map(work, users) for line in lines)
    env.cr.rollback()
    waiting = env["crm.call.list.line"].search_count([("list_id", "=", list_id), ("state", "=", "waiting")])
    return {"calls": Counter(taken.values()), "open": waiting, "both": both, "people": len(taken)}


def _log(env, user, line_id):
    """Write the call down by SQL: the race is for people, not for the notes in the chatter."""
    with env.registry.cursor() as cursor:
        session = api.Environment(cursor, SUPERUSER_ID, {})
        session.cr.execute("UPDATE crm_call_list_line SET state = 'reached' WHERE id = %s AND taken_by = %s", (line_id, user))
        cursor.commit()


def die(env, list_id):
    """Take somebody in a transaction that is never committed, and let another one ask meanwhile.

    :return: whether the other one got somebody else, and whether the first one's person is free again afterwards
    """
    first, second = env["crm.call.list"].browse(list_id).user_ids[:2].ids
    with env.registry.cursor() as cursor:
        lost = api.Environment(cursor, first, {})["crm.call.list"].browse(list_id)._take_next().id
        with env.registry.cursor() as other:
            got = api.Environment(other, second, {})["crm.call.list"].browse(list_id)._take_next().id
            other.commit()
        cursor.rollback()
    env.cr.rollback()
    state = env["crm.call.list.line"].browse(lost).state
    return [got != lost, state]
