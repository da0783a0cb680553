"""One e-mail to support that several gateways deliver at the same moment, to two servers."""

from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Barrier

import pytest

from support.cast import add_cast
from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.web_session import WebSession

DELIVERIES = 6


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "tickets")


@pytest.fixture(scope="module")
def nodes(workspace, database):
    """Return two servers on the database, each of which answers all that come at once."""
    people = add_cast(workspace, database)
    servers = [LiveServer(workspace, database, people, label=label) for label in ("first", "second")]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    for server in servers:
        server.expect(r"^ERROR odoo\.sql_db: bad query: (?s:.*)could not serialize access")
        server.check_log()


def _mail(message_id):
    mail = EmailMessage()
    mail["From"] = "Awa Diop <awa@new-customer.example>"
    mail["To"] = "race-race@tickets.example"
    mail["Cc"] = "race-second@tickets.example"
    mail["Subject"] = f"The roof leaks {message_id}"
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0000"
    mail["Message-ID"] = message_id
    mail.set_content("Please come.")
    return mail.as_string()


def _count(workspace, database, query):
    return int(workspace.cluster.query(query, database)[0][0])


def test_a_mail_that_is_delivered_six_times_at_once_makes_one_ticket(workspace, database, nodes):
    """S-15, T-S4: one ticket, one message, one acknowledgement, both teams told; again later and with a new number, nothing more."""
    call_inside(workspace, database, "mail_intake_race_in_odoo.prepare", folder="load/crm_support")
    gateways = [WebSession(nodes[place % 2], nodes[0].people["admin_en"]) for place in range(DELIVERIES)]
    for round_number in range(3):
        mail = _mail(f"<race-{round_number}@new-customer.example>")
        barrier = Barrier(DELIVERIES)

        def deliver(place, mail=mail, barrier=barrier):
            barrier.wait(60)
            return gateways[place].call("mail.thread", "message_process", False, mail)

        with ThreadPoolExecutor(DELIVERIES) as pool:
            answers = list(pool.map(deliver, range(DELIVERIES)))
        assert not [answer["error"]["data"]["message"] for answer in answers if "error" in answer]
        assert len([answer for answer in answers if answer["result"]]) == 1, answers
        rewritten = mail.replace("Message-ID: <race", "Message-ID: <rewritten")
        assert not gateways[0].call("mail.thread", "message_process", False, rewritten)["result"]
    tickets = "SELECT count(*) FROM crm_ticket WHERE name LIKE 'The roof leaks%'"
    assert _count(workspace, database, tickets) == 3
    assert _count(workspace, database, "SELECT count(*) FROM mail_message WHERE message_id LIKE '<race-%'") == 3
    assert _count(workspace, database, "SELECT count(*) FROM mail_message WHERE model = 'crm.ticket' AND body LIKE '%Race second%'") == 3
    # the same sender is acknowledged once in a while
    assert _count(workspace, database, "SELECT count(*) FROM crm_dispatch WHERE key LIKE 'ticket:%:acknowledgement'") == 1
