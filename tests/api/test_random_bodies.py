"""Whatever a stranger sends to a public address: no error of the server, and an answer within a second."""

import hashlib
import hmac
import re
import statistics
import time

import pytest
import requests

from suite import layout
from support.odoo_shell import call_inside
from support.random_bodies import random_bodies

BODIES = 500
#: what a slow answer may take at most, in seconds, for 95 of 100
SLOW = 1.0


@pytest.fixture(scope="module")
def addresses(workspace, live_server):
    """Return public addresses with a wrong token, and one of each kind with a right one."""
    routes = call_inside(workspace, live_server.database, "surface_in_odoo.routes", folder="security", addons=layout.our_addons())
    strange = {
        re.sub(r"<[^>]+>", "1", route["rule"]) for route in routes if route["auth"] in ("public", "none") and "POST" in route["methods"]
    }
    return [{"path": path, "secret": ""} for path in sorted(strange)] + call_inside(
        workspace, live_server.database, "open_doors_in_odoo.open_doors"
    )


def test_no_body_breaks_a_public_address(live_server, addresses):
    assert len(addresses) >= 8
    live_server.expect(r"^WARNING odoo\.http: ")
    for number, address in enumerate(addresses):
        answers = [_send(live_server, address, kind, body) for kind, body in random_bodies(f"{number}", BODIES)]
        broken = [(status, text[:200]) for status, text, _seconds in answers if status >= 500 or "Traceback" in text]
        assert not broken, address["path"]
        assert statistics.quantiles((seconds for _status, _text, seconds in answers), n=20)[-1] < SLOW, address["path"]
    assert requests.get(f"{live_server.url}/web/login", timeout=10).status_code == 200


def _send(server, address, kind, body):
    headers = {"Content-Type": kind}
    if address["secret"]:
        headers["X-Hub-Signature-256"] = "sha256=" + hmac.new(address["secret"].encode(), body, hashlib.sha256).hexdigest()
    started = time.monotonic()
    answer = requests.post(server.url + address["path"], data=body, headers=headers, timeout=30, allow_redirects=False)
    return answer.status_code, answer.text, time.monotonic() - started
