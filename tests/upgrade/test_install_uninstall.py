"""Each add-on goes without a trace, with data in it too, and comes back."""

import pytest

from suite import addon_index, layout, templates, test_log
from suite.odoo_process import run_to_end
from support.bad_rows import write_deals
from support.import_process import ImportProcess
from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.web_session import WebSession

ADMIN = {"login": "admin", "password": "admin"}


@pytest.fixture(params=layout.our_addons())
def addon(request):
    """Return each of our add-ons in turn."""
    return request.param


def _module(workspace, database, command, addon):
    """Install or uninstall an add-on; the server's log must be clean."""
    log = workspace.log(f"{command}-{database}")
    status = run_to_end(workspace, ["-d", database, addon], log=log, demo=False, subcommand=["module", command])
    assert status == 0, log.read_text(encoding="utf-8")[-3000:]
    problems = test_log.read(log).problems
    assert not problems, "\n".join(dict.fromkeys(map(str, problems)))


def _inside(workspace, database, function, **arguments):
    return call_inside(workspace, database, f"state_in_odoo.{function}", folder="upgrade", **arguments)


def test_install_uninstall_install(workspace, database_templates, addon):
    with templates.lock():
        template = database_templates.dependencies(addon_index.with_our_dependencies([addon]), demo=False)
    database = workspace.copy(template, "uninstall")
    for ours in addon_index.with_our_dependencies([addon])[:-1]:
        _module(workspace, database, "install", ours)
    before = _inside(workspace, database, "schema")
    _module(workspace, database, "install", addon)
    assert _inside(workspace, database, "schema") != before
    _module(workspace, database, "uninstall", addon)
    assert _inside(workspace, database, "leftovers", addon=addon) == []
    assert _inside(workspace, database, "schema") == before
    _module(workspace, database, "install", addon)


def test_uninstall_with_data_in_every_state(workspace, live_template, addon, tmp_path):
    database = workspace.copy(live_template, "uninstall-data")
    assert call_inside(workspace, database, "records_in_odoo.fill", addons=layout.our_addons()) == []
    if addon == "crm_core":
        assert ImportProcess(workspace, database, write_deals(tmp_path / "deals.csv", 300, bad_share=0.1).path).wait() == 0
    orphans, deals = _inside(workspace, database, "orphans"), _inside(workspace, database, "deals", addon=addon)
    assert deals
    _module(workspace, database, "uninstall", addon)
    assert _inside(workspace, database, "leftovers", addon=addon) == []
    assert set(_inside(workspace, database, "orphans")) <= set(orphans)
    assert _inside(workspace, database, "deals", addon=addon) == deals
    _check_screens(workspace, database)
    _module(workspace, database, "install", addon)
    assert _inside(workspace, database, "deals", addon=addon)[: len(deals)] == deals


def _check_screens(workspace, database):
    """Check that the web client opens, that its menus do, and that a deal can be made."""
    server = LiveServer(workspace, database)
    server.start()
    try:
        session = WebSession(server, ADMIN)
        assert session.get("/odoo").status_code == 200
        actions = session.call("ir.ui.menu", "search_read", [["action", "!=", False]], ["action"])["result"]
        broken = [action for menu in actions if (action := _open(session, menu["action"]))]
        assert not broken
        assert session.call("crm.lead", "create", [{"name": "Still at work"}]).get("result")
    finally:
        server.stop()
    server.check_log()


def _open(session, action):
    """Open a menu's window as the web client does; return what went wrong."""
    model, _, identifier = action.partition(",")
    if model != "ir.actions.act_window":
        return None
    window = session.call("ir.actions.act_window", "read", [int(identifier)], ["res_model", "views"])["result"][0]
    answer = session.call(window["res_model"], "get_views", [view[:2] for view in window["views"]], options={"toolbar": True})
    return f"{window['res_model']}: {answer['error']['data']['message']}" if "error" in answer else None
