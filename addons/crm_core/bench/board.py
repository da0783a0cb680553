# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pipeline board: opening it as the web client does, and moving a card."""

import json

from suite.bench import scenario

STOCK_ACTION = "crm.crm_lead_action_pipeline"
KANBAN = "crm.crm_case_kanban_view_leads"
GROUP = "stage_id"


@scenario("core.board", sizes=[20_000, 200_000], against="Odoo's pipeline board", rows="leads")
def open_board(bench):
    """Opening the pipeline board, and moving a card on it, against the same without our add-ons."""
    with bench.ours.session() as env, bench.stock.session() as stock_env:
        ours, stock = _open(env, _our_action(env)), _open(stock_env, _stock_action(stock_env))
        bench.check("both boards show the same cards", _cards(ours) == _cards(stock) > 0)
    bench.compare(
        ours=lambda env: _open(env, _our_action(env)),
        reference=lambda env: _open(env, _stock_action(env)),
    )
    bench.compare(ours=_move, reference=_move, prepare=_pick, repeat=7, label="move")


def _stock_action(env):
    return env["ir.actions.actions"]._for_xml_id(STOCK_ACTION)


def _our_action(env):
    """Return the board of the pipeline that holds the deals."""
    return env.ref("crm.stage_lead1").pipeline_id.action_open_board()


def _cards(board):
    """Return how many deals the groups of a board hold."""
    return sum(group["__count"] for group in board["groups"])


def _open(env, action):
    """Do what the web client asks the server for when it opens a board: the groups with their first cards, and the progress bars."""
    domain, context = _evaluated(env, action)
    leads = env["crm.lead"].with_context(context)
    arch, specification = _kanban(leads)
    board = leads.web_read_group(
        domain,
        [GROUP],
        aggregates=["expected_revenue:sum"],
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=80,
    )
    bar = arch.find(".//progressbar")
    leads.read_progress_bar(
        domain, GROUP, {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))}
    )
    return board


def _evaluated(env, action):
    """Return the domain and the context of an action, everybody's deals shown."""
    from odoo.tools.safe_eval import safe_eval

    values = {"uid": env.uid}
    domain, context = action["domain"], action["context"]
    domain = safe_eval(domain, values) if isinstance(domain, str) else domain
    context = safe_eval(context, values) if isinstance(context, str) else context
    return domain, {key: value for key, value in context.items() if not key.startswith("search_")}


def _kanban(leads):
    """Return the board's view and what it reads of each card."""
    from lxml import etree

    view = leads.get_view(leads.env.ref(KANBAN).id, "kanban")
    arch = etree.fromstring(view["arch"])
    names = dict.fromkeys(
        node.get("name") for node in arch.iter("field") if node.get("name") in leads
    )
    return arch, {name: _field_specification(leads._fields[name]) for name in names}


def _field_specification(field):
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    if field.type in ("one2many", "many2many"):
        return {"fields": {"display_name": {}, "color": {}} if field.name == "tag_ids" else {}}
    return {}


def _pick(env):
    """Return a card of the first stage and the stage to its right."""
    first, second = env.ref("crm.stage_lead1"), env.ref("crm.stage_lead2")
    return env["crm.lead"].search([(GROUP, "=", first.id)], limit=1), second


def _move(env, picked):
    lead, stage = picked
    lead.web_save({GROUP: stage.id}, {GROUP: {}})
