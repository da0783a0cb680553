"""Two workers that give leads to people, one of them killed again and again: each lead once, nobody beyond his capacity, none lost."""

import os
import random
import time

import pytest

from support.import_process import wait_until
from support.odoo_shell import call_inside
from support.shell_process import ShellProcess

LEADS = int(os.environ.get("CRM_LOAD_LEADS", "1200"))
PEOPLE = 7
CAPACITY = 120  # together less than there is to do
KILLS = 4
WORK = """
import odoo.addons.crm_core.models.crm_routing_item_run as run
run.BATCH = 20
env["crm.routing.item"]._cron_route()
env.cr.commit()
"""


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own with a routed team."""
    name = workspace.copy(live_template, "routing")
    call_inside(workspace, name, "routing_in_odoo.prepare", people=PEOPLE, capacity=CAPACITY)
    return name


def test_two_workers_of_which_one_is_killed_give_each_lead_once_and_overload_nobody(workspace, database):
    """T-C7, C-03."""
    call_inside(workspace, database, "routing_in_odoo.add_leads", count=LEADS)
    chance, wanted = random.Random(7), min(LEADS, PEOPLE * CAPACITY)

    def given():
        rows = workspace.cluster.query("SELECT count(*) FROM crm_lead WHERE user_id IS NOT NULL AND name LIKE 'Load %'", database)
        return int(rows[0][0])

    cut_off = 0
    for kill in range(KILLS):
        workers = [ShellProcess(workspace, database, WORK) for _worker in range(2)]
        wait_until(lambda goal=(kill + 1) * wanted // (KILLS + 3): given() >= goal, "leads given")
        time.sleep(chance.random() / 4)
        # a worker that finds the other at the gate ends at once: the one at work is what is to be cut off
        doomed, steady = sorted(workers, key=ShellProcess.is_at_work, reverse=True)
        cut_off += doomed.kill(may_have_ended=True)
        if kill < KILLS - 1:
            steady.kill(may_have_ended=True)
        else:
            steady.wait()
    ShellProcess(workspace, database, WORK).wait()
    assert cut_off, "no worker was killed at work"
    state = call_inside(workspace, database, "routing_in_odoo.state")
    assert state["leads"] == LEADS
    assert state["given"] == wanted
    assert state["heaviest"] == CAPACITY
    assert state["decided_once"]
    assert state["items_agree"]
    assert state["items"] == LEADS, "none is lost"
    assert state["untold"] == 0
