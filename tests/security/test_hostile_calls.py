"""Strangers call everything that our add-ons open to the outside, with data of each state there to be had: no way in, and nothing falls over.

What a later add-on adds falls under these tests by itself. A route or a method that strangers may use goes on the lists below, with the reason.
"""

import json
import re

import pytest

from suite import layout
from support.cast import add_cast
from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.web_session import WebSession

STRANGERS = ("public", "portal", "plain")
#: how many records of each model are asked for one by one; all are asked for at once besides
RECORDS = 20
#: methods that answer strangers, and why that is right
OPEN_METHODS = {
    ("crm.lead", "action_view_outcomes"): "names a window; its records ask for rights",
    ("ir.attachment", "action_replace_document"): "employees may write files of meetings; the window asks for rights when it replaces one",
    ("ir.attachment", "action_open_document_record"): "names a window; its record asks for rights",
    **{
        ("res.partner", name): "employees read contacts; what the page tells of one is what the reader may read"
        for name in ("action_view_customer_page", "action_view_customer_documents", "get_customer_page", "get_customer_documents")
    },
    ("crm.lead", "mail_allowed_qweb_expressions"): "Odoo's own, names of fields that templates may show; we add the booking link",
    (
        "ir.http",
        "session_info",
    ): "Odoo's own, what a page tells its reader; we add whether the reader takes work, and what his companies hide",
    ("ir.ui.menu", "load_menus"): "Odoo's own, the menus of who asks; we leave out those of hidden features",
    ("web_tour.tour", "consume"): "Odoo's own, what a person has walked through; we start no other tour",
}
#: routes that answer strangers, and why that is right
OPEN_ROUTES = {
    "/web/webclient/load_menus": "Odoo's own, the menus of who asks; we leave out those of hidden features",
    **dict.fromkeys(
        ("/help", "/help/<string:slug>", "/help/sitemap.xml", "/help/feed.xml", "/help/suggest"), "articles that everybody may read"
    ),
    "/help/note": "counts what was read, says nothing",
}
#: what a method for one record says of several or none, before it reads any
SINGLETON = "Expected singleton"
REFUSALS = ("odoo.exceptions.AccessError", "odoo.exceptions.MissingError", "odoo.http.SessionExpiredException")
#: tables that change whenever somebody logs in or is seen, and those that count wrong links and searches
RESTLESS = [
    "crm_consent_failure",
    "crm_help_request",
    "bus_bus",
    "bus_presence",
    "mail_presence",
    "res_users_log",
    "res_users_settings",
    "res_device_log",
    "ir_logging",
    "ir_profile",
]

LARGE = "x" * 300_000
NUMBERS = ("0", "-1", "2147483648", "9" * 19, "9" * 40)
TEXTS = ("x", "..%2F..%2Fetc%2Fpasswd", "%00", "%F0%9F%9A%80", "'%20OR%201=1--", "x" * 4000)
FORMS = (
    {},
    {"file": "no file"},
    {"id": "1", "ids": "[1,2]", "model": "res.users", "field": "password", "access_token": "x", "db": "postgres"},
    {"context": '{"uid": 1, "su": true}', "company_id": "1", "user_id": "2", "limit": "-1", "domain": "[(1,'=',1)]"},
    {"file": LARGE, "name": LARGE},
)
BODIES = (
    ("application/json", b""),
    ("application/json", b"[]"),
    ("application/json", b'{"jsonrpc": "2.0", "method": "call", "params": []}'),
    ("application/json", b'{"jsonrpc": "2.0", "method": "call", "params": {"id": {"a": [1]}, "ids": "x", "context": {"uid": 1}}}'),
    ("application/json", b"\xff\xfe{" + b"[" * 100_000),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a\x00b"\r\n\r\nab'),
    ("multipart/form-data", b"no boundary"),
    ("text/plain", b"\x00" * 1000),
)


@pytest.fixture(scope="module")
def database(workspace, live_template):
    return workspace.copy(live_template, "hostile")


@pytest.fixture(scope="module")
def targets(workspace, database):
    """Return the methods and routes that can be called from outside, with records in each state."""
    return call_inside(workspace, database, "hostile_in_odoo.targets", folder="security", addons=layout.our_addons())


@pytest.fixture(scope="module")
def server(workspace, database, targets):
    """Return a server whose log may hold refusals, and nothing worse."""
    server = LiveServer(workspace, database, add_cast(workspace, database))
    server.start()
    yield server
    server.stop()
    server.expect(r"^WARNING odoo\.http: ")
    server.expect(rf"(?s)^ERROR odoo\.http: Exception during request handling\..*ValueError: {SINGLETON}")
    server.check_log()


@pytest.fixture(scope="module")
def sessions(server):
    """Return a session of each stranger."""
    return {name: WebSession(server, server.people.get(f"{name}_en")) for name in STRANGERS}


@pytest.fixture
def untouched(workspace, database, sessions):
    """Check that a test changes no row of any table."""
    before = _fingerprint(workspace, database)
    yield
    after = _fingerprint(workspace, database)
    assert {table for table in before if before[table] != after[table]} == set()


def _fingerprint(workspace, database):
    """Return the number of rows and a checksum of each table."""
    tables = [name for (name,) in workspace.cluster.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)]
    checksums = " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(record::text, 0)), 0) FROM \"{name}\" record"
        for name in tables
        if name not in RESTLESS
    )
    return {name: rest for name, *rest in workspace.cluster.query(checksums, database)}


@pytest.mark.usefixtures("untouched")
def test_no_method_of_ours_lets_a_stranger_in(sessions, targets):
    assert targets["methods"]
    trespasses = [
        (name, model, method, ids, outcome)
        for name, session in sessions.items()
        for model, method, required, records in targets["methods"]
        for ids in [*([record] for record in records[-RECORDS:]), records]
        if (outcome := _let_in(session.call(model, method, *([ids] if ids else []), *("x" for _name in required)), model, method))
    ]
    assert not trespasses, "\n".join(map(str, trespasses))


def _let_in(answer, model, method):
    """Return what a stranger got, or nothing when refused or given nothing."""
    if "error" in answer:
        kind, message = answer["error"]["data"]["name"], answer["error"]["data"]["message"]
        return None if kind in REFUSALS or message.startswith(SINGLETON) else f"{kind}: {message[:200]}"
    return None if (model, method) in OPEN_METHODS else answer.get("result")


@pytest.mark.usefixtures("untouched")
def test_no_route_of_ours_lets_a_stranger_in_or_falls_over(sessions, targets):
    assert targets["routes"]
    numbers = sorted({str(record) for _model, _method, _required, records in targets["methods"] for record in records[-3:]}, key=int)[-5:]
    found = [
        (name, method, path[:100], status)
        for name, session in sessions.items()
        for route in targets["routes"]
        for path in _paths(route["rule"], numbers)
        if path.partition("?")[0].rstrip("/") not in OPEN_ROUTES or route["rule"] in OPEN_ROUTES
        for method in route["methods"]
        for status in _statuses(session, method, path)
        if status >= 500 or (status == 200 and route["rule"] not in OPEN_ROUTES)
    ]
    assert not found


def _paths(rule, numbers):
    """Return a route's path with each of the ways to fill its parts."""
    parts = re.findall(r"<(?:(\w+)[^:>]*:)?\w+>", rule)
    fillings = [*numbers, *NUMBERS] if set(parts) <= {"int", "model"} else [*numbers[-3:], *NUMBERS, *TEXTS]
    paths = [re.sub(r"<[^>]+>", filling, rule) for filling in fillings] if parts else [rule]
    return [*paths, f"{rule.partition('<')[0]}?{'a=b&' * 1000}"]


def _statuses(session, method, path):
    """Send every payload, and yield the status of each answer that is no JSON error; one of those counts as refused."""
    if method in ("GET", "HEAD"):
        yield _status(session.send(method, path))
        return
    for form in FORMS:
        yield _status(session.post(path, form, follow=False))
    yield _status(session.post(path, files={"file": ("../../x.csv", b"Deal Name\nMine\n")}, follow=False))
    for kind, body in BODIES:
        yield _status(session.send(method, path, data=body, headers={"Content-Type": kind}))


def _status(answer):
    """Return the status of an answer; that of a refusal when it is an error in the form of JSON-RPC."""
    try:
        error = answer.json().get("error")
    except (ValueError, AttributeError):
        return answer.status_code
    if answer.status_code != 200 or not error:
        return answer.status_code
    return 403 if json.dumps(error).find("Exception") < 0 or error.get("data", {}).get("name") in REFUSALS else 500
