"""The same decision from many sides at once is one row, one message, and no error for anybody."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.live_server import LiveServer
from support.odoo_shell import call_inside

CROWD = 8
ASKING = 6
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "consent")


def _inside(workspace, database, function, **arguments):
    return call_inside(workspace, database, f"consent_race_in_odoo.{function}", folder="load", **arguments)


def _rows(workspace, database, address):
    found = workspace.cluster.query(f"SELECT decision FROM crm_consent WHERE address LIKE '%{address}' ORDER BY id", database)
    return [decision for (decision,) in found]


def test_eight_transactions_withdraw_once(workspace, database):
    counts = _inside(workspace, database, "crowd", address="crowd@consent.example", size=CROWD, action="withdraw")
    assert counts == [0] * (CROWD - 1) + [1]
    assert _rows(workspace, database, "crowd@consent.example") == ["withdrawn"]
    listed = workspace.cluster.query("SELECT active FROM mail_blacklist WHERE email = 'crowd@consent.example'", database)
    assert listed == [["t"]]


def test_eight_batches_of_the_same_addresses_withdraw_each_once(workspace, database):
    counts = _inside(workspace, database, "crowd", address="batch@consent.example", size=CROWD, action="withdraw_batch")
    assert sum(counts) == 40
    assert len(_rows(workspace, database, "batch@consent.example")) == 40


def test_six_requests_to_ask_send_one_message(workspace, database):
    counts = _inside(workspace, database, "crowd", address="bombed@consent.example", size=ASKING, action="ask")
    assert counts == [0] * (ASKING - 1) + [1]
    assert _rows(workspace, database, "bombed@consent.example") == ["requested"]
    mails = workspace.cluster.query("SELECT count(*) FROM crm_dispatch WHERE address = 'bombed@consent.example'", database)
    assert mails == [["1"]]


def test_a_withdrawal_is_not_lost_to_what_its_transaction_cannot_see(workspace, database):
    held = _inside(workspace, database, "late_withdrawal", address="late@consent.example")
    assert held == {"late@consent.example": "withdrawn"}
    assert _rows(workspace, database, "late@consent.example") == ["withdrawn", "granted", "withdrawn"]


@pytest.fixture(scope="module")
def nodes(workspace, database):
    """Return two servers on the database."""
    servers = [LiveServer(workspace, database, label=label) for label in ("first", "second")]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    for server in servers:
        server.check_log()


def test_eight_clicks_at_once_withdraw_once_and_all_are_answered(workspace, database, nodes):
    path = _inside(workspace, database, "link", address="click@consent.example")
    with ThreadPoolExecutor(CROWD) as pool:
        clicks = [pool.submit(requests.post, nodes[number % 2].url + path, ONE_CLICK, timeout=60) for number in range(CROWD)]
        codes = [click.result().status_code for click in clicks]
    assert codes == [200] * CROWD
    assert _rows(workspace, database, "click@consent.example") == ["withdrawn"]


def test_the_limit_of_wrong_links_holds_over_servers(nodes):
    path = f"/crm/opt-out/{'x' * 60}"
    codes = [requests.get(nodes[number % 2].url + path, timeout=60).status_code for number in range(30)]
    assert codes == [404] * 20 + [429] * 10
