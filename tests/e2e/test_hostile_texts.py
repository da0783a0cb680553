"""Texts that want to run in the reader's browser are shown as they stand, on every screen (C-06)."""

import pytest
from playwright.sync_api import Error, expect

from suite import layout
from support.cast import add_cast
from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.screen import Screen

QUIET_MILLISECONDS = 350
OPEN = """([action, options]) => odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, options)"""
CLIENT_IS_THERE = "() => window.odoo?.__WOWL_DEBUG__?.root?.env.services.action"
RAN = """() => [
    window.__hostile ? "a script ran" : "",
    ...[...document.querySelectorAll("img[onerror], svg[onload], a[href^='javascript:' i]")].map((node) => node.outerHTML.slice(0, 200)),
].filter(Boolean)"""
PAGES = (
    "/odoo/crm",
    "/odoo/support-teams",
    "/odoo/support-figures",
    "/odoo/team-figures",
    "/odoo/sales-forecast",
    "/odoo/customer-documents",
)


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "hostiletexts")


@pytest.fixture(scope="module")
def windows(workspace, database):
    return call_inside(workspace, database, "hostile_texts_in_odoo.poison", folder="e2e", addons=layout.our_addons())


@pytest.fixture(scope="module")
def server(workspace, database, windows):
    server = LiveServer(workspace, database, add_cast(workspace, database))
    server.start()
    yield server
    server.stop()


@pytest.mark.parametrize("who", ["portal", "public"])
def test_no_page_of_customers_runs_what_somebody_wrote(browser, server, workspace, database, who):
    """S-18: tickets, their conversation, articles, forms and questions, as customers see them."""
    portal = server.people["portal_en"]
    pages = call_inside(workspace, database, "hostile_texts_in_odoo.show_to", folder="e2e", portal_id=portal["id"])[who]
    screen = Screen(browser, server, layout.STATE / "screenshots" / f"hostile-{who}", size="phone", language="en")
    found = []
    screen.page.on("dialog", lambda dialog: (found.append(("dialog", dialog.message)), dialog.dismiss()))
    if who == "portal":
        screen.log_in(portal)
    for path in pages:
        answer = screen.page.goto(path)
        assert answer.status == 200, path
        found += _look(screen, path)
        screen.picture(who)
    screen.context.close()
    assert not found
    assert len(pages) >= 3


def test_no_screen_runs_what_somebody_wrote(browser, server, windows):
    """C-06."""
    screen = Screen(browser, server, layout.STATE / "screenshots" / "hostile-texts", size="desktop", language="en")
    found = []
    screen.page.on("dialog", lambda dialog: (found.append(("dialog", dialog.message)), dialog.dismiss()))
    screen.log_in(server.people["admin_en"])
    for path in PAGES:
        screen.page.goto(f"{path}?debug=1")
        screen.page.wait_for_function(CLIENT_IS_THERE)
        found += _look(screen, path)
    opened = 0
    for window, kinds in windows:
        for kind in set(kinds) - {"form"}:
            found += _open(screen, window, kind)
            opened += 1
        found += _open_first_record(screen, window)
    screen.picture("last")
    screen.context.close()
    assert not found
    assert opened >= len(windows)


def _open(screen, window, kind):
    """Open a window in one of its views, and look at it; the record before it may have led to another page, which starts the client anew."""
    screen.page.wait_for_function(CLIENT_IS_THERE)
    try:
        screen.page.evaluate(OPEN, [window, {"viewType": kind, "clearBreadcrumbs": True, "additionalContext": {"active_id": 1}}])
    except Error as error:
        return [(f"{window} {kind}", error.message[:300])]
    return _look(screen, f"{window} {kind}")


def _look(screen, label):
    """Return what ran, or stands ready to run, on the screen now; the pointer passes over what answers to it."""
    screen.page.wait_for_timeout(QUIET_MILLISECONDS)
    expect(screen.page.locator(".o_loading_indicator")).to_have_count(0)
    return [(label, what) for what in screen.page.evaluate(RAN)]


def _open_first_record(screen, window):
    """Open the first record of a list or board, and look at its form."""
    row = screen.page.locator(".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").first
    if not row.is_visible():
        return []
    row.evaluate("node => node.click()")
    return _look(screen, f"{window} record")
