"""Whatever can be called from outside refuses those who have no business there."""

import csv
import re
import urllib.request
from pathlib import Path

import pytest

from suite import layout
from support.odoo_shell import call_inside

SURFACE = Path(__file__).with_name("surface.csv")
HEADER = ["model", "method", "audience", "outcome"]


@pytest.fixture(scope="module")
def surface(workspace, full_template):
    database = workspace.copy(full_template, "surface")
    return call_inside(workspace, database, "surface_in_odoo.surface", folder="security", addons=layout.our_addons())


def test_calls_end_as_reviewed(surface, record):
    if record:
        with open(SURFACE, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *surface])
    with open(SURFACE, encoding="utf-8", newline="") as file:
        reviewed = list(csv.reader(file))[1:]
    lines = {tuple(row) for row in surface} ^ {tuple(row) for row in reviewed}
    assert not lines, "differs from surface.csv (bin/test --record writes it anew):\n" + "\n".join(",".join(row) for row in sorted(lines))


def test_outsiders_write_nothing(surface):
    trespasses = [row for row in surface if row[2] in ("public", "portal") and row[3] == "wrote"]
    assert not trespasses


def test_routes_answer_strangers_without_falling_over(workspace, live_server):
    routes = call_inside(workspace, live_server.database, "surface_in_odoo.routes", folder="security", addons=layout.our_addons())
    live_server.expect(r"^WARNING odoo\.http: ")
    fallen = [(route["rule"], status) for route in routes for status in _statuses(live_server, route) if status >= 500]
    assert not fallen


def _statuses(server, route):
    """Call a route with an identifier nobody gave us, and return the answers' status codes."""
    path = re.sub(r"<(?:(\w+)[^:>]*:)?\w+>", lambda found: "1" if found[1] in ("int", "model", None) else "x", route["rule"])
    for method in route["methods"]:
        body = b'{"jsonrpc": "2.0", "method": "call", "params": {}}' if route["type"] != "http" else b"a=b"
        kind = "application/json" if route["type"] != "http" else "application/x-www-form-urlencoded"
        request = urllib.request.Request(
            server.url + path, body if method in ("POST", "PUT", "PATCH") else None, {"Content-Type": kind}, method=method
        )
        yield server.send(request)[0]
