"""Two workers do the steps of a cadence, one is killed in mid batch, again and again: every step is done once at most.

``CRM_LOAD_ENROLLED=2000`` makes the crowd as large as asked for; ordinary runs take a smaller one.
"""

import os
import random
import time

import pytest

from suite.stand_ins.smtp_sink import SmtpSink
from support.import_process import wait_until
from support.odoo_shell import call_inside
from support.shell_process import ShellProcess

LEADS = int(os.environ.get("CRM_LOAD_ENROLLED", "150"))
STEPS = 5
WORK = 'env["crm.cadence.enrollment"]._cron_run()\n'
SEND = 'env["crm.dispatch"]._cron_send("email")\n'


@pytest.fixture(scope="module")
def sink():
    """Return a mail server."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="module")
def database(workspace, live_template, sink):
    """Return a database of its own that sends to the mail server."""
    name = workspace.copy(live_template, "cadence")
    call_inside(workspace, name, "dispatch_in_odoo.prepare", port=sink.port)
    return name


def test_with_workers_killed_in_mid_batch_every_step_is_done_once(workspace, database, sink):
    enrolled, cadence = call_inside(workspace, database, "cadence_in_odoo.enroll", count=LEADS)
    assert enrolled == LEADS
    own = f"r.step_id IN (SELECT id FROM crm_cadence_step WHERE cadence_id = {cadence})"

    def count(condition="TRUE"):
        [[number]] = workspace.cluster.query(f"SELECT count(*) FROM crm_cadence_run r WHERE {own} AND {condition}", database)
        return int(number)

    def start(script):
        return ShellProcess(workspace, database, script)

    chance = random.Random(11)
    started = time.monotonic()
    for part in range(3):
        done = count()
        steady, doomed = start(WORK), start(WORK)
        wait_until(lambda done=done: count() > done, "a first batch")
        time.sleep(chance.random())
        doomed.kill(may_have_ended=True)
        steady.wait()
        start(WORK).wait()
        if part < 2:
            assert call_inside(workspace, database, "cadence_in_odoo.do_activities", cadence=cadence) == LEADS
    worked = time.monotonic() - started
    assert count() == LEADS * STEPS
    assert count("state = 'done'") == LEADS * STEPS
    rows = workspace.cluster.query(f"SELECT state, count(*) FROM crm_cadence_enrollment WHERE cadence_id = {cadence} GROUP BY 1", database)
    assert [[state, int(number)] for state, number in rows] == [["finished", LEADS]]
    activities = workspace.cluster.query(
        "SELECT count(*), count(DISTINCT (res_id, summary)) FROM mail_activity WHERE summary IN ('Two', 'Four') AND automated", database
    )
    assert [int(number) for number in activities[0]] == [2 * LEADS, 2 * LEADS]
    start(SEND).wait()
    start(SEND).wait()
    mails = sink.count()
    assert {address for address in mails if address.startswith("cadence")} == {f"cadence{n}@client.example" for n in range(LEADS)}
    assert set(mails.values()) == {3}
    print(f"{LEADS} leads × {STEPS} steps: {worked:.0f} s, {LEADS * STEPS / worked:.0f} steps a second with three kills")
