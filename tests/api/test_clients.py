"""Clients that others wrote: the odoorpc library, and the JSON-2 API with an API key."""

import odoorpc
import pytest


@pytest.fixture
def manager(live_server):
    """Return a person who may do everything with leads."""
    return live_server.people["manager_en"]


def test_odoorpc_creates_finds_and_reads_a_lead(live_server, manager):
    client = odoorpc.ODOO("127.0.0.1", port=live_server.port)
    client.login(live_server.database, manager["login"], manager["password"])
    leads = client.env["crm.lead"]
    lead_id = leads.create({"name": "Asked through odoorpc", "type": "opportunity"})
    assert leads.search([("name", "=", "Asked through odoorpc")]) == [lead_id]
    assert leads.browse(lead_id).name == "Asked through odoorpc"
    leads.write([lead_id], {"expected_revenue": 1200.0})
    assert leads.read([lead_id], ["expected_revenue"])[0]["expected_revenue"] == 1200.0


def test_json2_creates_finds_and_reads_a_lead(live_server, manager):
    status, ids = live_server.json2("crm.lead", "create", manager["key"], vals_list=[{"name": "Asked through JSON-2"}])
    assert status == 200, ids
    status, found = live_server.json2("crm.lead", "search", manager["key"], domain=[["name", "=", "Asked through JSON-2"]])
    assert (status, found) == (200, ids)
    status, rows = live_server.json2("crm.lead", "read", manager["key"], ids=ids, fields=["name", "stage_id"])
    assert status == 200
    assert rows[0]["name"] == "Asked through JSON-2"


def test_json2_refuses_a_wrong_key(live_server):
    live_server.expect(r"^WARNING odoo\.http: Invalid apikey")
    status, _answer = live_server.json2("crm.lead", "search", "0" * 40, domain=[])
    assert status == 401


def test_json2_refuses_a_private_method(live_server, manager):
    live_server.expect(r"^WARNING odoo\.http: Private methods \(such as 'crm\.lead\._compute_display_name'\)")
    status, _answer = live_server.json2("crm.lead", "_compute_display_name", manager["key"], ids=[])
    assert status in (403, 404)


def test_json2_refuses_what_the_role_may_not_do(live_server):
    key = live_server.people["plain_en"]["key"]
    live_server.expect(r"^WARNING odoo\.http: You are not allowed to create 'Lead' \(crm\.lead\) records")
    status, _answer = live_server.json2("crm.lead", "create", key, vals_list=[{"name": "Not mine to create"}])
    assert status == 403
