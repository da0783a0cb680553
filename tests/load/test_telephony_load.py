"""A telephone system tells everything ten times at once: each call is there once, and is called back once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.telephone_system import TelephoneSystem

SECRET = "the secret"
PARALLEL = 10
NUMBER = "+2250708091011"
#: what a telephone system waits for an answer, under the load of this test
ANSWER_SECONDS = 5.0


@pytest.fixture(scope="module")
def system(workspace, live_template):
    """Return a telephone system and the database that it tells of calls."""
    database = workspace.copy(live_template, "telephony")
    path = call_inside(workspace, database, "telephony_in_odoo.add_account", secret=SECRET, people={"101": 2})
    server = LiveServer(workspace, database, label="telephony")
    server.start("--max-cron-threads=0")
    yield TelephoneSystem(server.url + path, SECRET), lambda: call_inside(workspace, database, "telephony_in_odoo.get_calls")
    server.stop()
    server.check_log()


def _at_once(tell, arguments):
    with ThreadPoolExecutor(PARALLEL) as pool:
        answers = list(pool.map(lambda one: tell(**one), arguments))
    assert [status for status, _seconds in answers] == [200] * len(answers)
    assert max(seconds for _status, seconds in answers) < ANSWER_SECONDS


def test_what_comes_ten_times_at_once_and_in_any_order_is_one_call(system):
    telephones, calls = system
    same = {"event": "missed", "call": "a", "ref": "replayed", "from": NUMBER}
    _at_once(telephones.tell, [same] * PARALLEL)
    events = [{"event": event, "call": "b", "from": NUMBER} for event in ("ended", "answered", "ringing")] * 3
    _at_once(telephones.tell, events)
    missed = [{"event": "missed", "call": f"c{number}", "from": NUMBER} for number in range(PARALLEL)]
    _at_once(telephones.tell, missed)
    found = {ref: (state, activity) for ref, state, activity in calls()}
    assert sorted(found) == ["a", "b", *(f"c{number}" for number in range(PARALLEL))]
    assert found["b"][0] == "done"
    again = [found[f"c{number}"] for number in range(PARALLEL)]
    assert {state for state, _activity in again} == {"missed"}
    assert len({activity for _state, activity in again}) == 1
