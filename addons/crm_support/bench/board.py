# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tickets on the screen: the board, the list, a ticket, the queue, as the web client asks for them."""

import json

from suite.bench import scenario

AGENT = "bench-agent-3"
LIMIT = 80
COUNT_LIMIT = 10_001
#: what has to be on the screen, in seconds of the server
PROMISE = 0.3


@scenario("support.board", sizes=[20_000, 200_000], against="nothing", rows="tickets")
def open_tickets(bench):
    """Opening the board of open and of all tickets, the list, a ticket and the queue, and moving a card."""
    bench.ours.vacuum("crm_ticket", "mail_activity", "mail_followers", "res_partner")
    everything = {
        "": lambda env: open_board(env, [("is_closed", "=", False)]),
        "all": lambda env: open_board(env, []),
        "list": lambda env: open_list(env, [("is_closed", "=", False)]),
        "list_all": lambda env: open_list(env, []),
        "search": lambda env: open_list(env, _typed("Kouassi 1999")),
        "queue": open_queue,
        "form": open_form,
        "move": move_card,
    }
    for label, work in everything.items():
        median, _none = bench.compare(ours=_as_agent(work), label=label)
        bench.check(f"{label or 'board'} in {PROMISE} s, not {median:.3f}", median < PROMISE)


def _as_agent(work):
    def run(env):
        agent = env["res.users"].search([("login", "=", AGENT)])
        return work(env(user=agent.id))

    return run


def open_board(env, domain):
    """Do what the web client asks the server for when it opens the board: panel, groups with their first cards, progress bars."""
    tickets = env["crm.ticket"]
    arch, specification = _read_view(tickets, "crm_support.crm_ticket_view_kanban", "kanban")
    _open_panel(tickets, domain)
    env.invalidate_all()  # every call of the client starts with empty caches
    board = tickets.with_context(read_group_expand=True).web_read_group(
        domain,
        ["stage_id"],
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=LIMIT,
    )
    env.invalidate_all()
    bar = arch.find(".//progressbar")
    tickets.read_progress_bar(
        domain, "stage_id", {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))}
    )
    return board


def _open_panel(tickets, domain):
    """Ask for what stands beside the board: teams and stages."""
    tickets.env.invalidate_all()
    options = {"enable_counters": False, "expand": True, "search_domain": domain}
    tickets.search_panel_select_range("team_id", **options)
    tickets.env.invalidate_all()
    tickets.search_panel_select_multi_range("stage_id", **options)


def open_list(env, domain, order=None, view="crm_support.crm_ticket_view_list"):
    """Show the first page of the list, and how many there are."""
    tickets = env["crm.ticket"]
    _arch, specification = _read_view(tickets, view, "list")
    _open_panel(tickets, domain)
    env.invalidate_all()
    return tickets.web_search_read(
        domain, specification, limit=LIMIT, order=order, count_limit=COUNT_LIMIT
    )


def open_queue(env):
    """Show what waits for the agent."""
    from odoo.tools.safe_eval import safe_eval

    action = env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action_queue")
    domain = safe_eval(action["domain"], {"uid": env.uid})
    order = "is_waiting_for_reply desc, priority desc, date_waiting_since, id"
    return open_list(env, domain, order, "crm_support.crm_ticket_view_list_queue")


def open_form(env):
    """Open a ticket with its conversation."""
    ticket = env["crm.ticket"].search([("is_closed", "=", False)], limit=1, offset=500)
    _arch, specification = _read_view(ticket, "crm_support.crm_ticket_view_form", "form")
    env.invalidate_all()
    return ticket.web_read(specification)


def move_card(env):
    """Let a ticket wait."""
    ticket = env["crm.ticket"].search([("is_closed", "=", False)], limit=1, offset=700)
    stage = env.ref("crm_support.crm_ticket_stage_waiting")
    ticket.web_save({"stage_id": stage.id}, {"stage_id": {}})


def _typed(word):
    return ["|", ("name", "ilike", word), ("number", "ilike", word)]


def _read_view(tickets, name, kind):
    """Return a view and what it reads of each ticket."""
    from lxml import etree

    arch = etree.fromstring(tickets.get_view(tickets.env.ref(name).id, kind)["arch"])
    return arch, _specify(tickets, arch)


def _specify(records, node):
    """Return what the client reads of the fields below a node of a view."""
    specification = {}
    for child in node:
        if child.tag != "field":
            specification |= _specify(records, child)
            continue
        name = child.get("name")
        field = records._fields.get(name)
        if field is None or (child.get("optional") == "hide" and child.get("column_invisible")):
            continue
        specification[name] = _specify_field(records, field, child)
    return specification


def _specify_field(records, field, node):
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    if field.type not in ("one2many", "many2many"):
        return {}
    lines = records.env[field.comodel_name]
    inner = next((child for child in node if child.tag == "list"), None)
    if inner is not None:
        return {"fields": _specify(lines, inner), "limit": 40}
    return {"fields": {"display_name": {}}} if node.get("widget") else {}
