"""Killed workers, two at once, a mail server that refuses or breaks off: nobody gets a message twice.

``CRM_LOAD_MESSAGES=5000`` makes the crowd as large as acceptance asks for; ordinary runs take a smaller one.
"""

import os
import random
import time

import pytest

from suite.stand_ins.smtp_sink import SmtpSink
from support.import_process import wait_until
from support.odoo_shell import call_inside
from support.shell_process import ShellProcess

MESSAGES = int(os.environ.get("CRM_LOAD_MESSAGES", "800"))
KILLS = 5
WORK = 'env["crm.dispatch"]._cron_send("email")\n'


class Ledger:
    """A database with messages to send, and the mail server that takes them."""

    def __init__(self, workspace, database, sink):
        self.workspace, self.database, self.sink = workspace, database, sink
        call_inside(workspace, database, "dispatch_in_odoo.prepare", port=sink.port)

    def ask(self, count, label, **options):
        """Ask for messages."""
        assert call_inside(self.workspace, self.database, "dispatch_in_odoo.ask", count=count, label=label, **options) == count

    def work(self):
        """Start a worker."""
        return ShellProcess(self.workspace, self.database, WORK)

    def states(self, label):
        """Return how many messages are in which state."""
        rows = self.workspace.cluster.query(
            f"SELECT state, count(*) FROM crm_dispatch WHERE key LIKE '{label}:%' GROUP BY 1", self.database
        )
        return {state: int(count) for state, count in rows}

    def addresses(self, label, state):
        """Return the addresses of the messages in a state."""
        rows = self.workspace.cluster.query(
            f"SELECT address FROM crm_dispatch WHERE key LIKE '{label}:%' AND state = '{state}'", self.database
        )
        return [row[0] for row in rows]

    def execute(self, sql):
        """Change something behind the workers' backs."""
        self.workspace.cluster.query(sql, self.database)

    def wait_for_mails(self, count):
        """Wait until as many mails arrived in all."""
        wait_until(lambda: len(self.sink.received) >= count, f"{count} mails")


@pytest.fixture(scope="module")
def ledger(workspace, live_template):
    """Return a database of its own with a mail server."""
    with SmtpSink(delay=0.002) as sink:
        yield Ledger(workspace, workspace.copy(live_template, "dispatch"), sink)


def test_two_workers_of_which_one_is_killed_again_and_again_send_each_message_once(ledger):
    ledger.ask(MESSAGES, "kill")
    chance = random.Random(7)
    steady = ledger.work()
    for kill in range(KILLS):
        doomed = ledger.work()
        ledger.wait_for_mails((kill + 1) * MESSAGES // (KILLS + 4))
        time.sleep(chance.random() / 2)
        doomed.kill()
    steady.wait()
    ledger.work().wait()
    states = ledger.states("kill")
    unknown = ledger.addresses("kill", "unknown")
    assert set(states) <= {"sent", "unknown"}, states
    assert sum(states.values()) == MESSAGES
    assert len(unknown) <= KILLS
    counts = ledger.sink.count()
    assert max(counts.values()) == 1
    assert set(ledger.addresses("kill", "sent")) <= set(counts)
    ledger.work().wait()
    assert sum(ledger.sink.count().values()) == sum(counts.values()), "what is unknown is not sent again by itself"


def test_a_mail_server_that_refuses_and_breaks_off_gets_each_message_once(ledger):
    ledger.ask(60, "moody")
    for number in range(0, 60, 3):
        ledger.sink.answer(f"moody{number}@client.example", "451 later")
    ledger.sink.answer("moody1@client.example", "550 nobody here")
    ledger.sink.answer("moody2@client.example", "drop")
    ledger.work().wait()
    assert ledger.states("moody") == {"sent": 38, "queued": 20, "failed": 1, "unknown": 1}
    ledger.execute("UPDATE crm_dispatch SET date_scheduled = now() AT TIME ZONE 'UTC' WHERE state = 'queued'")
    ledger.work().wait()
    assert ledger.states("moody") == {"sent": 58, "failed": 1, "unknown": 1}
    counts = ledger.sink.count()
    assert {address for address, count in counts.items() if address.startswith("moody")} == {
        f"moody{number}@client.example" for number in range(60) if number != 1
    }
    assert max(counts.values()) == 1


def test_whoever_says_no_while_his_message_waits_gets_none(ledger):
    ledger.ask(300, "late")
    already = len(ledger.sink.received)
    worker = ledger.work()
    ledger.wait_for_mails(already + 20)
    ledger.execute(
        "INSERT INTO mail_blacklist (email, active, create_date, write_date) "
        "SELECT address, true, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM crm_dispatch "
        "WHERE key LIKE 'late:%' AND date_handed IS NULL AND id % 2 = 0"
    )
    said_no = time.monotonic()
    refused = {row[0] for row in ledger.workspace.cluster.query("SELECT email FROM mail_blacklist", ledger.database)}
    before = set(ledger.sink.count())
    worker.wait()
    assert refused
    late = refused & set(ledger.sink.count()) - before
    assert len(late) <= 1, f"one may have been under way, {time.monotonic() - said_no:.1f} s"
    assert ledger.states("late")["suppressed"] >= len(refused) - 2


def test_a_mail_server_that_is_away_holds_the_messages_up(ledger):
    ledger.ask(10, "away")
    ledger.execute("UPDATE ir_mail_server SET smtp_port = 9 WHERE active")
    ledger.work().wait()
    assert ledger.states("away") == {"queued": 10}
    ledger.execute(f"UPDATE ir_mail_server SET smtp_port = {ledger.sink.port} WHERE active")
    ledger.execute("UPDATE crm_dispatch SET date_scheduled = now() AT TIME ZONE 'UTC' WHERE state = 'queued'")
    ledger.work().wait()
    assert ledger.states("away") == {"sent": 10}


def test_a_slow_mail_server_lets_the_mails_of_another_past(ledger):
    with SmtpSink(delay=5) as slow:
        ledger.ask(MESSAGES // 10, "snail", port=slow.port)
        ledger.ask(MESSAGES, "quick")
        worker = ledger.work()
        wait_until(lambda: ledger.states("quick") == {"sent": MESSAGES}, "the quick mails")
        states = ledger.states("snail")
        worker.kill()
        assert states["queued"] + states.get("sending", 0) > states["sent"] > 0
        assert max(slow.count().values()) == 1
