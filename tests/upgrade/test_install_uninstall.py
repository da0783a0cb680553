"""Each add-on goes without a trace, with data in it too, and comes back."""

import pytest

from suite import addon_index, layout, templates, test_log
from suite.odoo_process import run_to_end
from support.odoo_shell import call_inside


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


def _columns(workspace, database):
    return call_inside(workspace, database, "state_in_odoo.columns", folder="upgrade")


def _check_gone(workspace, database, addon):
    assert call_inside(workspace, database, "state_in_odoo.leftovers", folder="upgrade", addon=addon) == []


def test_install_uninstall_install(workspace, database_templates, addon):
    with templates.lock():
        template = database_templates.dependencies(addon_index.with_our_dependencies([addon]), demo=False)
    database = workspace.copy(template, "uninstall")
    for ours in addon_index.with_our_dependencies([addon])[:-1]:
        _module(workspace, database, "install", ours)
    before = _columns(workspace, database)
    _module(workspace, database, "install", addon)
    assert _columns(workspace, database) != before
    _module(workspace, database, "uninstall", addon)
    _check_gone(workspace, database, addon)
    assert _columns(workspace, database) == before
    _module(workspace, database, "install", addon)


def test_uninstall_with_data(workspace, live_template, addon):
    database = workspace.copy(live_template, "uninstall-data")
    _module(workspace, database, "uninstall", addon)
    _check_gone(workspace, database, addon)
