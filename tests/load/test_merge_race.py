"""The same records merged, or merged and converted, from several sessions at once: one result, and nothing is lost."""

import pytest

from support.odoo_shell import call_inside


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "merge")


def _inside(workspace, database, function, **arguments):
    return call_inside(workspace, database, f"merge_race_in_odoo.{function}", folder="load", **arguments)


@pytest.mark.parametrize("model", ["crm.lead", "res.partner"])
def test_two_sessions_that_merge_the_same_records_get_one_result_and_one_plain_message(workspace, database, model):
    """C-04."""
    ids = _inside(workspace, database, "make", model=model, size=3)
    told = _inside(workspace, database, "race", model=model, ids=ids, actions=["merge", "reverse"])
    assert told.count("done") == 1, told
    [message] = [each for each in told if each != "done"]
    assert "merged already" in message or "Somebody is merging" in message
    left = _inside(workspace, database, "count_left", model=model, ids=ids)
    assert left == {"records": 1, "orphans": 0, "messages": 3}
    merges = workspace.cluster.query(f"SELECT count(*) FROM crm_merge WHERE res_id IN ({', '.join(map(str, ids))})", database)
    assert merges == [["1"]]


def test_leads_that_are_merged_and_converted_at_once_become_one(workspace, database):
    """C-04."""
    for _round in range(5):
        ids = _inside(workspace, database, "make", model="crm.lead", size=2)
        told = _inside(workspace, database, "race", model="crm.lead", ids=ids, actions=["merge", "convert"])
        left = _inside(workspace, database, "count_left", model="crm.lead", ids=ids)
        merged = left["records"] == 1
        assert left["orphans"] == 0 and left["messages"] == 2, (told, left)
        assert merged or any("Somebody is merging" in each for each in told), told


def test_a_message_posted_in_that_moment_is_not_orphaned(workspace, database):
    ids = _inside(workspace, database, "make", model="crm.lead", size=2)
    assert _inside(workspace, database, "late_message", ids=ids) == ids[0]
    assert _inside(workspace, database, "count_left", model="crm.lead", ids=ids)["orphans"] == 0
