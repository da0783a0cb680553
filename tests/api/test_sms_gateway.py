"""An operator calls a running server: at once, doubled, in the wrong order, and with garbage."""

import time
from urllib.parse import urlsplit

import pytest

from support.fake_sms_gateway import FakeSmsGateway
from support.odoo_shell import call_inside


@pytest.fixture(scope="module")
def operator(workspace, live_server):
    """Return an operator whose gateway is in use, with the addresses it calls back."""
    with FakeSmsGateway() as fake:
        paths = call_inside(workspace, live_server.database, "sms_in_odoo.set_up", url=fake.url)
        fake.addresses = {kind: live_server.url + urlsplit(url).path for kind, url in paths.items()}
        yield fake
    call_inside(workspace, live_server.database, "sms_in_odoo.tear_down")


def test_ten_times_the_same_at_once_has_one_effect(workspace, live_server, operator):
    [sent] = operator.requests
    calls = {
        "report": {"reference": sent["fields"]["reference"], "status": "delivered"},
        "incoming": {"from": "07 07 12 34 57", "text": "STOP", "id": "in-1"},
    }
    for kind, fields in calls.items():
        statuses = operator.call(operator.addresses[kind], fields, times=10)
        assert statuses == [200] * 10, kind
    late = {"reference": "op-1", "status": "failed"}
    assert operator.call(operator.addresses["report"], late, method="GET", times=3) == [200] * 3
    found = call_inside(workspace, live_server.database, "sms_in_odoo.count")
    assert found == {"incoming": 1, "posted": 1, "reports": 2, "delivered": ["sent"], "blacklisted": 1}


def test_garbage_is_answered_fast_and_changes_nothing(workspace, live_server, operator):
    before = call_inside(workspace, live_server.database, "sms_in_odoo.count")
    for kind, address in operator.addresses.items():
        assert operator.call(address, {"a": "b"}) == [404]
        assert operator.call(address + "x", {"from": "+2250707123457", "text": "Hi", "reference": "1", "status": "failed"}) == [404]
        started = time.monotonic()
        status, answer = live_server.post(urlsplit(address).path, b"x" * (5 << 20))
        assert status == 413, kind
        assert "Traceback" not in str(answer)
        assert time.monotonic() - started < 5
    assert call_inside(workspace, live_server.database, "sms_in_odoo.count") == before
