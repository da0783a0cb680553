# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The search box above deals and contacts: what is typed, found and counted."""

from suite.bench import scenario

#: what people type: a number of one deal, a name with its number, a name that 1 of 14 deals holds, a word of every deal, two letters
WORDS = {
    "": "Kouassi 1999",
    "email": "prospect1234.example",
    "nothing": "Bordeaux Wagons",
    "two_words": "Hugo Kouassi",
    "medium": "Kouassi",
    "common": "for",
    "letters": "Ko",
}
LIMIT = 80
COUNT_LIMIT = 10_001
SPECIFICATION = {"name": {}, "partner_id": {"fields": {"display_name": {}}}, "email_from": {}}


@scenario("core.search", sizes=[20_000, 200_000], against="Odoo's search box", rows="leads")
def search_deals(bench):
    """Typing into the search box of deals: the first page and how many there are."""
    bench.ours.vacuum("crm_lead", "res_partner")
    bench.stock.vacuum("crm_lead", "res_partner")
    for label, word in WORDS.items():
        _compare(bench, label, word, search_list)
    for label in ("", "medium"):
        _compare(bench, f"board{label and '_'}{label}", WORDS[label], search_board)
    _compare(bench, "contacts", "Kouassi 199", search_contacts)


def _compare(bench, label, word, search):
    with bench.ours.session() as env, bench.stock.session() as stock_env:
        found, expected = search(env, word), search(stock_env, word)
        bench.check(
            f"the search for {word} finds the same {expected}, not {found}", found == expected
        )
    bench.compare(
        ours=lambda env: search(env, word), reference=lambda env: search(env, word), label=label
    )


def search_list(env, word):
    """Show the first page of the list; return how many there are."""
    domain = [
        ("type", "=", "opportunity"),
        *_typed(env, "crm.view_crm_case_opportunities_filter", "crm.lead", word),
    ]
    found = env["crm.lead"].web_search_read(
        domain, SPECIFICATION, limit=LIMIT, count_limit=COUNT_LIMIT
    )
    return found["length"]


def search_board(env, word):
    """Show the board of what is found; return how many there are."""
    domain = [
        ("type", "=", "opportunity"),
        *_typed(env, "crm.view_crm_case_opportunities_filter", "crm.lead", word),
    ]
    board = env["crm.lead"].web_read_group(
        domain,
        ["stage_id"],
        aggregates=["expected_revenue:sum"],
        auto_unfold=True,
        unfold_read_specification=SPECIFICATION,
        unfold_read_default_limit=LIMIT,
    )
    return sum(group["__count"] for group in board["groups"])


def search_contacts(env, word):
    """Show the first page of contacts; return how many there are."""
    domain = _typed(env, "base.view_res_partner_filter", "res.partner", word)
    found = env["res.partner"].web_search_read(
        domain, {"display_name": {}}, limit=LIMIT, count_limit=COUNT_LIMIT
    )
    return found["length"]


def _typed(env, view, model, word):
    """Return the condition that the first field of a search view makes of a word, as the web client does."""
    from lxml import etree

    from odoo.tools.safe_eval import safe_eval

    arch = env[model].get_view(env.ref(view).id, "search")["arch"]
    return safe_eval(etree.fromstring(arch).find("field").get("filter_domain"), {"self": word})
