# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Promised times: matching all open tickets again, a hundred changes of stage, deadlines from the index."""

import time
from datetime import timedelta

from suite.bench import scenario
from suite.bench.copying import copy_like

DEADLINES = 50_000
BATCH = 2000
#: what was promised: seconds for all tickets, queries for a hundred changes of stage
LONGEST = 60
MOST_QUERIES = 20


@scenario("support.sla", sizes=[20_000, 200_000], against="nothing")
def match_tickets(bench):
    """Open tickets follow a changed policy, with the time that has passed; then a hundred tickets change stage."""
    with bench.ours.session(commit=True) as env:
        env["ir.cron"].search([]).active = False
        _make_tickets(env, bench.size)
        _make_policy(env)
    with bench.ours.session(commit=True) as env:
        _rematch(env)
    bench.ours.vacuum("crm_ticket", "crm_sla_clock", "crm_sla_event")
    with bench.ours.session() as env:
        env.cr.execute("SELECT count(*) FROM crm_sla_clock WHERE ended_at IS NULL")
        bench.check("every ticket has its two clocks", env.cr.fetchone()[0] >= 2 * bench.size)
        bench.check(f"{DEADLINES} deadlines in a second", _count_deadlines(env) >= DEADLINES)
    seconds, _none = bench.compare(ours=_rematch, prepare=_change_policy, label="", repeat=1)
    bench.check(f"all are matched in {LONGEST} s, not {seconds:.0f}", seconds < LONGEST)
    bench.compare(ours=_rematch, prepare=_forget, label="unchanged", repeat=1)
    bench.compare(ours=_change_stages, label="100 stage changes")
    bench.check(f"100 changes in {MOST_QUERIES} queries", bench.rows[-1]["queries"] <= MOST_QUERIES)


def _make_tickets(env, size):
    team = env.ref("crm_support.crm_ticket_team_default")
    pattern = (
        env["crm.ticket"]
        .with_context(tracking_disable=True)
        .create({"name": "Pattern", "team_id": team.id})
    )
    start = pattern.sla_start - timedelta(days=3)
    copy_like(
        env,
        pattern,
        (
            {
                "number": f"B{number}",
                "name": f"Ticket {number}",
                "priority": str(number % 4),
                "sla_start": start + timedelta(seconds=number % 250_000),
            }
            for number in range(size)
        ),
    )
    env.cr.execute("ANALYZE crm_ticket")


def _make_policy(env):
    env["crm.sla.policy"].search([]).state = "draft"
    env["crm.sla.policy"].create(
        {
            "name": "Bench",
            "state": "active",
            "target_ids": [
                (0, 0, {"kind": kind, "priority": priority, "hours": hours})
                for kind, hours in (("first_reply", 40), ("resolution", 80))
                for priority in (False, "3")
            ],
        }
    )


def _change_policy(env, *_rest):
    for target in env["crm.sla.policy"].search([("name", "=", "Bench")]).target_ids:
        target.hours += 1
    env.flush_all()


def _forget(env):
    """Forget the policy that was changed and not kept."""
    env.registry.clear_all_caches()


def _rematch(env, *_rest):
    """Match every open ticket again, in the batches of the scheduled action."""
    tickets = env["crm.ticket"]
    last = 0
    while batch := tickets.search(
        [("is_closed", "=", False), ("id", ">", last)], limit=BATCH, order="id"
    ):
        batch._rematch_sla("policy")
        last = batch.ids[-1]
        env.invalidate_all()


def _change_stages(env):
    """Let a hundred tickets wait."""
    tickets = (
        env["crm.ticket"]
        .with_context(tracking_disable=True)
        .search([("is_closed", "=", False)], limit=100)
    )
    tickets.stage_id = env.ref("crm_support.crm_ticket_stage_waiting")
    env.flush_all()


def _count_deadlines(env):
    """Return how many deadlines are found in a second."""
    calendar = env.ref("crm_support.crm_ticket_team_default")._get_calendar()
    hours = env["resource.calendar"]._get_working_times()(calendar.id)
    moment = env["crm.ticket"].search([], limit=1).sla_start
    hours.add(moment, 3600)
    began = time.perf_counter()
    for number in range(DEADLINES):
        hours.add(moment, 60 * (number % 5000))
    return DEADLINES / (time.perf_counter() - began)
