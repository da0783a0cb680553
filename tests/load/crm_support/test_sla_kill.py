"""Promised times that fell due while no server looked, and two workers that find them, one of which is killed.

``CRM_LOAD_LATE=2000`` makes the number of tickets as large as asked for; ordinary runs take fewer.
"""

import email
import email.policy
import os
import random
import re
import time
from collections import Counter

import pytest

from suite.stand_ins.smtp_sink import SmtpSink
from support.import_process import wait_until
from support.odoo_shell import call_inside
from support.shell_process import ShellProcess

TICKETS = int(os.environ.get("CRM_LOAD_LATE", "300"))
ROUNDS = 3
STEPS = 4
WATCH = 'env["crm.sla.clock"]._cron_watch()\n'
SEND = 'env["mail.mail"].process_email_queue()\n'
LATE = "ticket_id IN (SELECT id FROM crm_ticket WHERE name LIKE 'Late %')"


def _get_tickets(mail):
    """Return the tickets of which a notice tells."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    if not message["Subject"].startswith("Promised times that need you"):
        return []
    return re.findall(r"model=crm\.ticket&(?:amp;)?res_id=(\d+)", message.get_body(("html",)).get_content())


@pytest.fixture(scope="module")
def sink():
    """Return a mail server."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="module")
def database(workspace, live_template, sink):
    """Return a database of its own that sends to the mail server."""
    name = workspace.copy(live_template, "promises")
    call_inside(workspace, name, "dispatch_in_odoo.prepare", port=sink.port)
    return name


def test_with_workers_killed_in_mid_batch_every_step_is_taken_once(workspace, database, sink):
    """S-23: three hours late, two at once, one killed; each step and each e-mail once, breaches at their deadline."""
    people = call_inside(workspace, database, "sla_kill_in_odoo.prepare", folder="load/crm_support")

    def ask(query):
        return workspace.cluster.query(query, database)

    def count(table, condition="TRUE"):
        return int(ask(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0])

    def start(script):
        return ShellProcess(workspace, database, script)

    chance, killed = random.Random(23), 0
    for _round in range(ROUNDS):
        call_inside(workspace, database, "sla_kill_in_odoo.come_in", folder="load/crm_support", count=TICKETS)
        done = count("crm_sla_escalation_run")
        steady, doomed = start(WATCH), start(WATCH)
        wait_until(lambda done=done: count("crm_sla_escalation_run") > done, "a first batch")
        time.sleep(chance.random())
        killed += doomed.kill(may_have_ended=True)
        steady.wait()
        start(WATCH).wait()
    tickets = ROUNDS * TICKETS
    clocks = f"crm_sla_clock WHERE {LATE} AND state = 'breached' AND breached_at = deadline AND deadline = started_at + interval '1 hour'"
    assert int(ask(f"SELECT count(*) FROM {clocks}")[0][0]) == tickets
    for kind, moment in (("warn", "breached_at"), ("breach", "deadline")):
        events = ask(
            f"SELECT count(*), count(DISTINCT e.clock_id), count(*) FILTER (WHERE e.at = c.risk_at OR e.at = c.{moment}) "
            f"FROM crm_sla_event e JOIN crm_sla_clock c ON c.id = e.clock_id WHERE e.kind = '{kind}' AND c.{LATE}"
        )
        assert [int(number) for number in events[0]] == [tickets] * 3, kind
    assert ask("SELECT state, count(*) FROM crm_sla_escalation_run GROUP BY 1") == [["done", str(STEPS * tickets)]]
    assert (
        count("mail_activity", f"automated AND res_model = 'crm.ticket' AND res_id IN (SELECT ticket_id FROM crm_sla_clock WHERE {LATE})")
        == tickets
    )
    assert count("crm_ticket", "name LIKE 'Late %' AND priority = '2'") == tickets
    start(SEND).wait()
    told = Counter((address, ticket) for address, mail in sink.received if address in people for ticket in _get_tickets(mail))
    print(f"{tickets} tickets, {killed} of {ROUNDS} workers killed at work, {len(sink.received)} e-mails")
    assert len(told) == 2 * tickets
    assert set(told.values()) == {1}
