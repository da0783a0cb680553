"""Merges that several sessions do at the same moment; runs in the server's shell, with real commits."""

import threading
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying


def make(env, model, size):
    """Return the numbers of new records, each with a message, an activity and a file."""
    if model == "crm.lead":
        vals_list = [{"name": f"Race {number}", "type": "lead", "email_from": "race@merge.example"} for number in range(size)]
    else:
        vals_list = [{"name": f"Race {number}", "email": "race@merge.example"} for number in range(size)]
    records = env[model].create(vals_list)
    for record in records:
        record.message_post(body="Kept")
        record.activity_schedule("mail.mail_activity_data_call")
        env["ir.attachment"].create({"name": "kept.txt", "raw": b"kept", "res_model": model, "res_id": record.id})
    env.cr.commit()
    return records.ids


def race(env, model, ids, actions):
    """Let several sessions act on the same records, each begun before any of them wrote.

    :param list[str] actions: ``merge``, ``reverse``, ``convert`` or ``write``
    :return: what each of them was told, sorted: ``done`` or the message
    """
    barrier = threading.Barrier(len(actions))

    def act(action):
        with env.registry.cursor() as cursor:
            session = api.Environment(cursor, SUPERUSER_ID, {})
            waited = []

            def run():
                records = session[model].browse(ids)
                records.exists().mapped("display_name")
                if not waited:
                    waited.append(barrier.wait(30))
                ACTIONS[action](records)

            try:
                retrying(run, session)
                cursor.commit()
            except UserError as error:
                cursor.rollback()
                return str(error)
            return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(act, actions))


def _merge(records):
    records.env["crm.merge"]._merge(records[:1], records[1:])


def _reverse(records):
    records.env["crm.merge"]._merge(records[-1:], records[:-1])


def _convert(records):
    for lead in records:
        lead.convert_opportunity(lead.partner_id)
        lead._handle_partner_assignment(create_missing=True)


ACTIONS = {"merge": _merge, "reverse": _reverse, "convert": _convert}


def late_message(env, ids):
    """Post on a record in a session that began before another one merged it, and ends after.

    :return: on which record the message is in the end
    """
    with env.registry.cursor() as late:
        lead = api.Environment(late, SUPERUSER_ID, {})["crm.lead"].browse(ids[1])
        message = lead.message_post(body="In that very moment").id
        with env.registry.cursor() as cursor:
            records = api.Environment(cursor, SUPERUSER_ID, {})["crm.lead"].browse(ids)
            records.env["crm.merge"]._merge(records[:1], records[1:])
        late.commit()
    env.cr.rollback()
    env.invalidate_all()
    for merge in env["crm.merge"].search([("res_id", "=", ids[0]), ("res_model", "=", "crm.lead")]):
        merge._collect_late()
    env.cr.commit()
    return env["mail.message"].browse(message).res_id


def count_left(env, model, ids):
    """Return how many of some records there are, and what names one that is not there any more."""
    records = env[model].browse(ids).exists()
    gone = sorted(set(ids) - set(records.ids))
    columns = {"mail.message": "model", "mail.activity": "res_model", "ir.attachment": "res_model", "mail.followers": "res_model"}
    orphans = {name: env[name].search_count([(column, "=", model), ("res_id", "in", gone)]) for name, column in columns.items()}
    kept = env["mail.message"].search_count([("model", "=", model), ("res_id", "in", records.ids), ("body", "ilike", "Kept")])
    return {"records": len(records), "orphans": sum(orphans.values()), "messages": kept}
