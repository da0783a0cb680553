"""Meta delivers the same things ten times at once, and more than it should: each message is there once, and answers are quick."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from support.fake_whatsapp import BUSINESS_ID, NUMBER_ID, TOKEN, FakeWhatsapp
from support.import_process import wait_until
from support.live_server import LiveServer
from support.odoo_shell import call_inside

SECRET = "the-app-secret"
PARALLEL = 10
LARGEST = 3 << 20
#: what Meta waits before it delivers again is longer; an answer under the load of this test stays below
ANSWER_SECONDS = 1.0


@pytest.fixture(scope="module")
def fake():
    """Return a stand-in for Meta's API."""
    with FakeWhatsapp() as server:
        yield server


@pytest.fixture(scope="module")
def hook(workspace, live_template, fake):
    """Return a server with an account, and the way to its webhook."""
    database = workspace.copy(live_template, "whatsapp")
    values = {
        "phone_number_id": NUMBER_ID,
        "business_account_id": BUSINESS_ID,
        "app_secret": SECRET,
        "access_token": TOKEN,
        "api_url": fake.url,
    }
    token = call_inside(workspace, database, "whatsapp_in_odoo.add_account", **values)
    server = LiveServer(workspace, database, label="whatsapp")
    server.start("--max-cron-threads=1")
    yield Hook(server, token)
    server.stop()
    server.check_log()


class Hook:
    """An account's webhook."""

    def __init__(self, server, token):
        self.server, self.url = server, f"{server.url}/crm/whatsapp/webhook/{token}"

    def deliver(self, body, *, secret=SECRET):
        """Deliver bytes as Meta does.

        :return: status and seconds
        """
        signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature}
        start = time.monotonic()
        answer = requests.post(self.url, data=body, headers=headers, timeout=60)
        return answer.status_code, time.monotonic() - start

    def deliver_at_once(self, bodies):
        """Deliver several things side by side."""
        with ThreadPoolExecutor(PARALLEL) as pool:
            return list(pool.map(self.deliver, bodies))

    def rows(self, sql):
        """Return the rows of a query, as texts."""
        return self.server.workspace.cluster.query(sql, self.server.database)

    def count(self, condition):
        """Return how many messages there are."""
        return int(self.rows(f"SELECT count(*) FROM crm_whatsapp_message WHERE {condition}")[0][0])

    def wait(self):
        """Wait until everything that was delivered is worked in."""
        wait_until(lambda: self.rows("SELECT count(*) FROM crm_whatsapp_event WHERE state = 'waiting'")[0][0] == "0", "the deliveries")


def _body(messages=(), statuses=()):
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "messages": list(messages), "statuses": list(statuses)}
    return json.dumps({"entry": [{"id": BUSINESS_ID, "changes": [{"field": "messages", "value": value}]}]}).encode()


def _text(wamid, phone="2250700112233", text="Bonjour"):
    return {"from": phone, "id": wamid, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}


def test_ten_times_the_same_message_at_once_is_one(hook, record_property):
    answers = hook.deliver_at_once([_body([_text("same")])] * PARALLEL)
    assert [status for status, _seconds in answers] == [200] * PARALLEL
    hook.wait()
    assert hook.count("wamid = 'same'") == 1
    record_property("slowest_seconds", max(seconds for _status, seconds in answers))
    assert max(seconds for _status, seconds in answers) < ANSWER_SECONDS * 3  # ten at once on a small machine


def test_many_messages_of_one_unknown_number_at_once_make_one_lead(hook):
    phone = "2250555443322"
    bodies = [_body([_text(f"many.{number}", phone)]) for number in range(PARALLEL * 2)]
    answers = hook.deliver_at_once(bodies * 2)
    assert {status for status, _seconds in answers} == {200}
    hook.wait()
    assert hook.count("wamid LIKE 'many.%'") == PARALLEL * 2
    assert hook.rows(f"SELECT count(*) FROM crm_lead WHERE phone_sanitized = '+{phone}'") == [["1"]]
    told = "SELECT count(*) FROM mail_message WHERE message_type = 'whatsapp' AND model = 'crm.lead'"
    assert int(hook.rows(f"{told} AND res_id = (SELECT id FROM crm_lead WHERE phone_sanitized = '+{phone}')")[0][0]) == PARALLEL * 2


def test_reports_in_any_order_at_once_end_at_the_furthest(hook):
    states = ["read", "sent", "delivered", "read", "delivered"]
    bodies = [
        _body(statuses=[{"id": f"out.{number}", "status": state, "timestamp": "1700000000"}]) for number in range(8) for state in states
    ]
    assert {status for status, _seconds in hook.deliver_at_once(bodies)} == {200}
    hook.wait()
    assert hook.count("wamid LIKE 'out.%' AND state = 'read' AND delivered_at IS NOT NULL") == 8


def test_one_message_is_answered_within_a_second(hook, record_property):
    hook.deliver(_body([_text("warm")]))
    answers = [hook.deliver(_body([_text(f"quick.{number}")])) for number in range(5)]
    record_property("seconds", sorted(seconds for _status, seconds in answers))
    assert sorted(seconds for _status, seconds in answers)[2] < ANSWER_SECONDS
    assert hook.count("wamid LIKE 'quick.%'") == 5


def test_a_delivery_of_a_thousand_is_answered_at_once_and_worked_in_by_the_scheduler(hook, record_property):
    status, seconds = hook.deliver(_body([_text(f"bulk.{number}", "2250100000001") for number in range(1000)]))
    record_property("seconds", seconds)
    assert status == 200
    assert seconds < ANSWER_SECONDS * 3
    assert hook.count("wamid LIKE 'bulk.%'") < 1000
    hook.wait()
    assert hook.count("wamid LIKE 'bulk.%'") == 1000


def test_five_megabytes_are_refused_before_they_are_read(hook):
    before = hook.server.peak_megabytes(forget=True)
    assert hook.deliver(b" " * (5 << 20))[0] == 413
    assert hook.deliver(b" " * LARGEST)[0] == 400
    assert hook.server.peak_megabytes() < before + 60


def test_without_the_signature_a_crowd_writes_nothing(hook):
    before = hook.count("TRUE")
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda number: hook.deliver(_body([_text(f"forged.{number}")]), secret="guess"), range(PARALLEL)))
    assert {status for status, _seconds in answers} == {403}
    assert hook.count("TRUE") == before
    assert hook.rows("SELECT count(*) FROM crm_whatsapp_event") == [["0"]]
