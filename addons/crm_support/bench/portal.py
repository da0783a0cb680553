# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer's pages of tickets, as his browser asks for them."""

from suite.bench import scenario

PROMISE = 0.2
PAGES = {
    "": "/my/tickets",
    "all": "/my/tickets?filterby=all",
    "search": "/my/tickets?filterby=all&search=panne",
    "by_subject": "/my/tickets?filterby=all&sortby=subject",
    "ticket": "/my/tickets/{ticket}",
}
OWN = 40
#: what each of the customer's tickets says
MARK = b"On the portal"


@scenario("support.portal", sizes=[20_000, 200_000], against="nothing", rows="tickets")
def show_pages(bench):
    """A customer's list of tickets and one ticket, through the whole server."""
    from odoo.tools import config

    with bench.ours.session(commit=True) as env:
        user, ticket = _invite(env)
    config["db_name"] = [bench.ours.database]
    client = _log_in(bench.ours.database, user)
    for label, page in PAGES.items():
        answers = []
        median, _none = bench.compare(
            ours=lambda env, page=page, answers=answers: answers.append(
                client(page.format(ticket=ticket))
            ),
            label=label,
            repeat=7,
        )
        bench.check(
            f"{page} is shown",
            all(answer.status_code == 200 and MARK in answer.data for answer in answers),
        )
        bench.check(f"{page} in {PROMISE} s, not {median:.3f}", median < PROMISE)


def _invite(env):
    """Give a customer a login and some of the tickets.

    :return: the login's id and the id of a ticket
    """
    ticket = env["crm.ticket"].search(
        [("name", "like", "Panne"), ("is_closed", "=", False)], limit=1
    )
    partner = ticket.partner_id
    user = env["res.users"].with_context(no_reset_password=True)
    user = user.create(
        {
            "name": partner.name,
            "login": "bench-customer",
            "partner_id": partner.id,
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
    env.cr.execute(
        """UPDATE crm_ticket SET partner_id = %s, commercial_partner_id = %s, name = name || %s
             WHERE id = %s OR id IN (SELECT id FROM crm_ticket WHERE number LIKE 'B%%' ORDER BY id LIMIT %s)""",
        (partner.id, partner.commercial_partner_id.id, f" {MARK.decode()}", ticket.id, OWN),
    )
    return user.id, ticket.id


def _log_in(database, user_id):
    """Return a function that asks the server for a page as somebody."""
    from werkzeug.test import Client
    from werkzeug.wrappers import Response

    from odoo import api, http
    from odoo.modules.registry import Registry

    session = http.root.session_store.new()
    session.update(http.get_default_session(), db=database)
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, user_id, {})
        session.uid, session.login = user_id, env.user.login
        session.session_token = env.user._compute_session_token(session.sid)
        session.context = dict(env["res.users"].context_get())
    http.root.session_store.save(session)
    client = Client(http.root, Response)
    client.set_cookie("session_id", session.sid)
    return lambda page: client.get(page, environ_base={"REMOTE_ADDR": "127.0.0.1"})
