"""Fifty people want the same time at the same moment, over HTTP, from two servers: one meeting for each who is free."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
import requests

from support.live_server import LiveServer
from support.odoo_shell import call_inside

CROWD = 50
ZONE = {"tz": "Africa/Dakar"}


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "booking")


@pytest.fixture(scope="module")
def nodes(workspace, database):
    """Return two servers on the database, each of which answers all that come at once."""
    servers = [LiveServer(workspace, database, label=label) for label in ("first", "second")]
    for server in servers:
        server.start("--proxy-mode")
    yield servers
    for server in servers:
        server.stop()
    for server in servers:
        server.check_log()


def _prepare(workspace, database, slug, **options):
    return call_inside(workspace, database, "booking_in_odoo.prepare", folder="load", slug=slug, **options)


def _open_forms(nodes, paths):
    """Return visitors with the form open, each from an address of his own."""
    visitors = []
    for number in range(CROWD):
        session, server = requests.Session(), nodes[number % 2]
        session.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        session.headers["X-Forwarded-Host"] = server.url.partition("//")[2]
        path = paths[number // 2 % len(paths)]
        url = server.url + path
        page = session.get(url, params=ZONE, timeout=60)
        assert page.status_code == 200
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        # whoever came before would be met on the lead that he has
        form = {"csrf_token": token, "name": f"Visitor {number}", "email": f"{number}@{uuid4().hex}.example"}
        visitors.append((session, url, form))
    return visitors


def _send_all(visitors):
    """Send all forms at once; return where each visitor was led, or what he was told."""
    barrier = Barrier(len(visitors))

    def send(number):
        session, url, form = visitors[number]
        barrier.wait(60)
        answer = session.post(url, form, params=ZONE, timeout=120, allow_redirects=False)
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(len(visitors)) as pool:
        return list(pool.map(send, range(len(visitors))))


def _count(workspace, database, slug, what):
    queries = {
        "bookings": "SELECT count(*) FROM crm_booking b JOIN crm_booking_type t ON t.id = b.type_id WHERE t.slug = '%s'",
        "meetings": "SELECT count(*) FROM calendar_event e JOIN res_users u ON u.id = e.user_id WHERE u.login LIKE '%s.%%' AND e.active",
        "leads": "SELECT count(*) FROM crm_lead l JOIN crm_team t ON t.id = l.team_id WHERE t.name->>'en_US' = '%s'",
    }
    return int(workspace.cluster.query(queries[what] % slug, database)[0][0])


def test_fifty_visitors_and_one_time_make_one_meeting(workspace, database, nodes):
    path = _prepare(workspace, database, "lasttime", people=1)[0]
    answers = _send_all(_open_forms(nodes, [path]))
    assert [status for status, _url in answers] == [303] * CROWD
    won = [url for _status, url in answers if "/book/meeting/" in url]
    lost = [url for _status, url in answers if "taken=1" in url]
    assert (len(won), len(lost)) == (1, CROWD - 1)
    assert [_count(workspace, database, "lasttime", what) for what in ("bookings", "meetings", "leads")] == [1, 1, 1]
    page = requests.get(nodes[0].url + lost[0], timeout=60).text
    assert "just taken" in page
    assert "T0830" in page
    assert "T0800" not in page


def test_a_team_of_three_takes_three_of_fifty(workspace, database, nodes):
    path = _prepare(workspace, database, "threeofus", people=3, mode="shared")[0]
    answers = _send_all(_open_forms(nodes, [path]))
    assert [status for status, _url in answers] == [303] * CROWD
    assert sum("/book/meeting/" in url for _status, url in answers) == 3
    assert [_count(workspace, database, "threeofus", what) for what in ("bookings", "meetings", "leads")] == [3, 3, 3]
    people = workspace.cluster.query(
        "SELECT count(DISTINCT b.user_id) FROM crm_booking b JOIN crm_booking_type t ON t.id = b.type_id WHERE t.slug = 'threeofus'",
        database,
    )
    assert people == [["3"]]


def test_four_times_and_two_a_day_make_two_meetings(workspace, database, nodes):
    paths = _prepare(workspace, database, "twoaday", people=1, max_per_day=2)
    answers = _send_all(_open_forms(nodes, paths))
    assert [status for status, _url in answers] == [303] * CROWD
    assert sum("/book/meeting/" in url for _status, url in answers) == 2
    assert _count(workspace, database, "twoaday", "bookings") == 2
