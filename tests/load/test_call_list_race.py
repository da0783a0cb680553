"""Twelve people work one call list at the same moment: nobody is called by two, and nobody is left out."""

import pytest

from support.odoo_shell import call_inside

PEOPLE = 12
TURNS = 5


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "dialer")


@pytest.fixture
def inside(workspace, database):
    """Return a function that calls one of ours inside the server."""

    def call(function, **arguments):
        return call_inside(workspace, database, f"call_list_in_odoo.{function}", folder="load", **arguments)

    return call


def test_twelve_people_call_sixty_and_each_is_called_once(inside):
    calling = inside("prepare", people=PEOPLE, leads=PEOPLE * TURNS)
    answer = inside("race", list_id=calling, times=TURNS)
    assert answer["both"] == []
    assert answer["calls"] == {"1": PEOPLE * TURNS}
    assert answer["open"] == 0


def test_twelve_people_and_five_left_make_five_calls(inside, workspace, database):
    workspace.cluster.query("DELETE FROM crm_call_list_line", database)
    [[calling]] = workspace.cluster.query("SELECT max(id) FROM crm_call_list", database)
    workspace.cluster.query(
        "INSERT INTO crm_call_list_line (list_id, company_id, lead_id, number, zone, points, tries, state)"
        f" SELECT {calling}, company_id, id, phone_sanitized, 'Africa/Abidjan', 0, 0, 'waiting' FROM crm_lead"
        " WHERE name LIKE 'Lead %' ORDER BY id LIMIT 5",
        database,
    )
    answer = inside("race", list_id=int(calling), times=2)
    assert answer["both"] == []
    assert answer["calls"] == {"1": 5}


def test_who_was_taken_in_a_transaction_that_died_is_free_again(inside, workspace, database):
    workspace.cluster.query("UPDATE crm_call_list_line SET state = 'waiting', taken_by = NULL", database)
    [[calling]] = workspace.cluster.query("SELECT max(id) FROM crm_call_list", database)
    assert inside("die", list_id=int(calling)) == [True, "waiting"]
