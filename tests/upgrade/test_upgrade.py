"""Upgrading leaves what is there: every record, every amount, every name; a second time changes nothing at all."""

import pytest

from suite import layout, test_log
from suite.odoo_process import run_to_end
from support.odoo_shell import call_inside


@pytest.fixture(scope="module")
def database(workspace, live_template):
    return workspace.copy(live_template, "upgrade")


def _contents(workspace, database):
    return call_inside(workspace, database, "state_in_odoo.contents", folder="upgrade", addons=layout.our_addons())


def test_an_upgrade_keeps_every_record_and_says_nothing(workspace, database):
    before = _contents(workspace, database)
    for time in ("first", "second"):
        log = workspace.log(f"upgrade-{time}-{database}")
        options = ["-d", database, "-u", ",".join(layout.our_addons()), "--stop-after-init", "--no-http"]
        assert run_to_end(workspace, options, log=log, demo=False) == 0
        problems = test_log.read(log).problems
        assert not problems, "\n".join(dict.fromkeys(map(str, problems)))
        after = _contents(workspace, database)
        assert {table: (before.get(table), after.get(table)) for table in before | after if before.get(table) != after.get(table)} == {}
