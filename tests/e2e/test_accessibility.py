"""Our screens hold no serious fault for people who cannot see or point; Odoo's own faults are on a reviewed list."""

import pytest
from playwright.sync_api import expect

from support.accessibility import check_screen as check
from support.web_calls import call


@pytest.fixture
def screen(open_screen, size):
    """Return the manager's window."""
    return open_screen("manager", size=size)


def test_the_board_and_its_switcher_have_no_grave_fault(screen):
    screen.open("/odoo/crm", ".o_kanban_view")
    check(screen)
    screen.page.locator(".o_crm_pipeline_switcher").click()
    expect(screen.page.locator(".o-dropdown-item").first).to_be_visible()
    check(screen)


def test_a_deal_that_lacks_something_has_no_grave_fault(screen):
    [gated] = call(screen, "crm.stage", "search_read", [["requirement_ids.kind", "=", "approval"]], ["pipeline_id"], limit=1)
    [first] = call(screen, "crm.stage", "search", [["pipeline_id", "=", gated["pipeline_id"][0]]], limit=1, order="sequence")
    [lead] = call(screen, "crm.lead", "create", [{"name": "Heard and not seen", "stage_id": first, "type": "opportunity"}])
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    check(screen)
    [move] = call(screen, "crm.lead.stage.move", "create", [{"lead_id": lead, "stage_id": gated["id"]}])
    call(screen, "crm.lead.stage.move", "action_ask_approval", [move])
    screen.open(f"/odoo/crm/{lead}", "[name=pending_approvals]")
    check(screen)


def test_the_pipelines_and_one_of_them_have_no_grave_fault(screen):
    screen.open("/odoo/pipelines", ".o_kanban_view")
    check(screen)
    [pipeline] = call(screen, "crm.pipeline", "search", [], limit=1)
    screen.open(f"/odoo/action-crm_core.crm_pipeline_action_config/{pipeline}", ".o_form_view")
    check(screen)


def test_an_import_and_its_columns_have_no_grave_fault(screen):
    screen.open("/odoo/crm-imports/new", ".o_crm_import_upload")
    check(screen)
    table = {"name": "customers.csv", "mimeType": "text/csv", "buffer": b"Company,Phone,Colour\nBakery,+2252720212223,Blue\n,0102030405,\n"}
    screen.page.locator(".o_crm_import_upload input[type=file]").set_input_files([table])
    mapping = screen.page.locator("button[name=action_view_mapping]")
    expect(mapping).to_be_visible()
    check(screen)
    mapping.click()
    expect(screen.page.locator(".o_crm_import_preview")).to_be_visible()
    check(screen)
