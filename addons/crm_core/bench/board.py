# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pipeline board: opening it as the web client does, and moving a card."""

import json

from suite.bench import scenario

KANBAN = "crm.crm_case_kanban_view_leads"
GROUP = "stage_id"
#: what the client asks of each column
AGGREGATES = [
    "expected_revenue:sum",
    "recurring_revenue_monthly:sum",
    "company_currency:array_agg_distinct",
    "expected_revenue:sum_currency",
    "recurring_revenue_monthly:sum_currency",
]


@scenario(
    "core.board", sizes=[2_000, 20_000, 200_000], against="Odoo's pipeline board", rows="leads"
)
def open_board(bench):
    """Opening the pipeline board, and moving a card on it, against the same without our add-ons."""
    prepare(bench.ours)
    prepare(bench.stock)
    with bench.ours.session() as env, bench.stock.session() as stock_env:
        ours, stock = open_ours(env), open_stock(stock_env)
        bench.check("both boards show the same cards", _cards(ours) == _cards(stock) > 0)
    bench.compare(ours=open_ours, reference=open_stock)
    bench.compare(ours=_move, reference=_move, prepare=_pick, repeat=7, label="move")


def prepare(side):
    """Use two currencies, as most of our companies do, and work in the pipeline that holds the deals."""
    with side.session(commit=True) as env:
        env.ref("base.EUR").active = True
        stage = env.ref("crm.stage_lead1")
        if "pipeline_id" in stage:
            stage.pipeline_id.active = True
            env.user._set_last_pipeline(stage.pipeline_id)
    side.vacuum("crm_lead", "mail_activity")


def open_stock(env):
    """Do what the menu does: ask for the action, then for what it shows."""
    return _open(env, env["crm.team"].action_your_pipeline())


def open_ours(env):
    """Do the same, and what the selector above the board asks for."""
    env["crm.pipeline"].get_switcher_entries()
    env.invalidate_all()
    return open_stock(env)


def _cards(board):
    """Return how many deals the groups of a board hold."""
    return sum(group["__count"] for group in board["groups"])


def _open(env, action):
    """Do what the web client asks the server for when it opens a board: the groups with their first cards, and the progress bars."""
    domain, context = _evaluated(env, action)
    env.invalidate_all()
    leads = env["crm.lead"].with_context(context)
    arch, specification = _kanban(leads)
    env.invalidate_all()  # every call of the client starts with empty caches
    board = leads.with_context(read_group_expand=True).web_read_group(
        domain,
        [GROUP],
        aggregates=AGGREGATES,
        auto_unfold=True,
        unfold_read_specification=specification,
        unfold_read_default_limit=80,
    )
    env.invalidate_all()
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
    nodes = {}
    for node in arch.iter("field"):
        nodes.setdefault(node.get("name"), []).append(node)
    specification = {
        name: _field_specification(leads._fields[name], nodes[name])
        for name in nodes
        if name in leads
    }
    return arch, specification


def _field_specification(field, nodes):
    """Return what the client reads of a field: of one that shows nowhere, no names."""
    if field.type not in ("many2one", "reference", "one2many", "many2many"):
        return {}
    if all(node.get("invisible") in ("1", "True") for node in nodes):
        return {"fields": {}} if field.type in ("many2one", "reference") else {}
    if field.type in ("many2one", "reference"):
        return {"fields": {"display_name": {}}}
    return {"fields": {"display_name": {}, "color": {}} if field.name == "tag_ids" else {}}


def _pick(env):
    """Return a card of the first stage and the stage to its right."""
    first, second = env.ref("crm.stage_lead1"), env.ref("crm.stage_lead2")
    return env["crm.lead"].search([(GROUP, "=", first.id)], limit=1), second


def _move(env, picked):
    lead, stage = picked
    lead.web_save({GROUP: stage.id}, {GROUP: {}})
