"""The topology of docker-compose's profile ``scale`` on one machine: two web nodes, a job node, a primary and a replica."""

import re
import time

import pytest

from suite import layout
from suite.database import Databases
from support.cast import add_cast
from support.live_server import LiveServer
from support.replicated_cluster import ReplicatedCluster
from support.web_session import WebSession

JOB_SECONDS = 90
OURS = ", ".join(f"'{addon}'" for addon in layout.our_addons())
OUR_JOBS = f"SELECT res_id FROM ir_model_data WHERE module IN ({OURS}) AND model = 'ir.cron'"
JOB_STARTS = "INFO .* Job '.*' .* starting"
REPLICA_AWAY = r"^WARNING .*Failed to open a readonly cursor"


@pytest.fixture(scope="module")
def clusters():
    pair = ReplicatedCluster()
    yield pair
    pair.remove()


@pytest.fixture(scope="module")
def nodes(workspace, live_template, clusters):
    """Return two web nodes and a job node on one database, the web nodes reading from the replica."""
    database = workspace.copy(live_template, "scale")
    people = add_cast(workspace, database)
    clusters.start_primary()
    Databases(workspace.source, clusters.primary, workspace.python).create(database)
    clusters.bring(workspace.cluster, database)
    # only our own jobs: some of Odoo's call its publisher
    clusters.primary.query(f"UPDATE ir_cron SET active = id IN ({OUR_JOBS})", database)
    clusters.start_replica()
    primary, replica = clusters.primary, clusters.replica
    reach = [f"--db_host={primary.host}", f"--db_port={primary.port}", f"--db_user={primary.user}"]
    follow = [f"--db_replica_host={replica.host}", f"--db_replica_port={replica.port}"]
    web = [*follow, "--max-cron-threads=0"]
    options = {"web1": web, "web2": web, "jobs": ["--max-cron-threads=1"]}
    servers = [LiveServer(workspace, database, people, label=label) for label in options]
    for server, own in zip(servers, options.values(), strict=True):
        server.start(*reach, *own)
    yield servers
    for server in servers:
        server.stop()
    for server in servers:
        server.check_log()


@pytest.fixture
def visitor(nodes):
    """Return somebody who logged in on the first node."""
    return WebSession(nodes[0], nodes[0].people["manager_en"])


def _result(answer):
    assert "error" not in answer, answer["error"]
    return answer["result"]


def _names(visitor, lead_id):
    found = _result(visitor.call("crm.lead", "web_search_read", domain=[["id", "=", lead_id]], specification={"name": {}}))
    return [record["name"] for record in found["records"]]


def test_a_visitor_moves_from_node_to_node(nodes, visitor):
    lead_id = _result(visitor.call("crm.lead", "create", {"name": "Written on the first node", "type": "opportunity"}))
    visitor.server = nodes[1]
    deadline = time.monotonic() + 10
    while not _names(visitor, lead_id):
        assert time.monotonic() < deadline, "the second node does not see it"
        time.sleep(0.1)
    _result(visitor.call("crm.lead", "write", [lead_id], {"name": "Renamed on the second node"}))
    visitor.server = nodes[0]
    assert _result(visitor.call("crm.lead", "read", [lead_id], ["name"]))[0]["name"]


def test_lists_are_read_from_the_replica_and_writes_go_to_the_primary(nodes, visitor, clusters):
    lead_id = _result(visitor.call("crm.lead", "create", {"name": "Before", "type": "opportunity"}))
    clusters.resume()
    clusters.pause()
    try:
        _result(visitor.call("crm.lead", "write", [lead_id], {"name": "After"}))
        assert _names(visitor, lead_id) == ["Before"], "the list was not read from the replica"
        assert clusters.primary.query(f"SELECT name FROM crm_lead WHERE id = {lead_id}", nodes[0].database) == [["After"]]
    finally:
        clusters.resume()
    assert _names(visitor, lead_id) == ["After"]


def test_jobs_run_on_the_job_node(nodes, clusters):
    database = nodes[0].database
    assert clusters.primary.query(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', lastcall = NULL WHERE active RETURNING id", database
    )
    deadline = time.monotonic() + JOB_SECONDS
    while clusters.primary.query("SELECT count(*) FROM ir_cron WHERE active AND lastcall IS NULL", database) != [["0"]]:
        assert time.monotonic() < deadline, "a job did not run"
        time.sleep(0.5)
    assert [bool(re.search(JOB_STARTS, node.log.read_text(encoding="utf-8"))) for node in nodes] == [False, False, True]


def test_work_goes_on_without_the_replica_and_without_a_node(nodes, visitor, clusters):
    for node in nodes[:2]:
        node.expect(REPLICA_AWAY)
    lead_id = _result(visitor.call("crm.lead", "create", {"name": "Still here", "type": "opportunity"}))
    clusters.stop("replica")
    assert _names(visitor, lead_id) == ["Still here"]
    nodes[0].stop()
    visitor.server = nodes[1]
    assert _names(visitor, lead_id) == ["Still here"]
