"""Prepaid hours are drawn by several people at once, and never more than there are."""

import pytest

from support.odoo_shell import call_inside

CROWD = 6


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "hours")


def _inside(workspace, database, function, **arguments):
    return call_inside(workspace, database, f"hour_pack_race_in_odoo.{function}", folder="load/crm_support", **arguments)


def test_six_people_at_once_draw_no_more_than_is_left(workspace, database):
    ticket, pack = _inside(workspace, database, "prepare", minutes=60)
    tries = _inside(workspace, database, "draw", ticket_id=ticket, size=CROWD, minutes=20)
    assert len(tries) == CROWD
    [[left, drawn]] = workspace.cluster.query(
        f"SELECT minutes_left, (SELECT sum(minutes) FROM crm_hour_drawing WHERE pack_id = {pack}) FROM crm_hour_pack WHERE id = {pack}",
        database,
    )
    assert (int(left), int(drawn)) == (0, 60)
    [[entered, prepaid, billable]] = workspace.cluster.query(
        f"SELECT count(*), sum(minutes_prepaid), sum(minutes_billable) FROM crm_ticket_time WHERE ticket_id = {ticket}", database
    )
    assert (int(entered), int(prepaid), int(billable)) == (CROWD, 60, 60)


def test_one_timer_runs_when_a_person_starts_several_at_once(workspace, database):
    assert _inside(workspace, database, "start", size=4) == 1
