"""A sales team works along its pipelines: a process is made from a template, a deal goes through a gate with an approval, and is won."""

import itertools

import pytest
from playwright.sync_api import expect

from support.web_calls import call

WORDS = {
    "en": {
        "complete": "Complete…",
        "standard": "Standard process",
        "maintenance": "Maintenance contracts",
        "agreement": "Verbal agreement",
    },
    "fr": {
        "complete": "Compléter…",
        "standard": "Processus standard",
        "maintenance": "Contrats de maintenance",
        "agreement": "Accord verbal",
    },
}
NUMBERS = itertools.count(1)


def create_deal(screen, pipeline, stage_number):
    """Create a deal of the person who is logged in.

    :return: its id and its name
    """
    [pipeline_id] = call(screen, "crm.pipeline", "search", [["name", "=", pipeline]])
    stages = call(screen, "crm.stage", "search", [["pipeline_id", "=", pipeline_id]], order="sequence")
    name = f"Story {next(NUMBERS)}"
    [lead] = call(screen, "crm.lead", "create", [{"name": name, "stage_id": stages[stage_number], "amount": 1000, "type": "opportunity"}])
    return lead, name


def choose_stage(screen, stage):
    """Click a stage in the bar above a deal; on a phone, and where the bar is short, it is in a menu."""
    bar = screen.page.locator(".o_statusbar_status")
    expect(bar.locator("button:visible").first).to_be_visible()
    shown = bar.get_by_role("radio", name=stage).or_(bar.locator("button:visible", has_text=stage)).first
    if screen.size == "phone" or not shown.is_visible():
        bar.locator("button.dropdown-toggle:visible").last.click()
        screen.page.get_by_role("menuitemradio", name=stage).or_(screen.page.locator(".o-dropdown-item", has_text=stage)).first.click()
    else:
        shown.click()


def test_a_manager_makes_a_pipeline_from_a_template_and_wins_a_first_deal(open_screen, language):
    screen = open_screen("manager", language=language)
    page = screen.page
    screen.open("/odoo/crm", ".o_kanban_view")
    page.locator("[data-menu-xmlid='crm.crm_menu_config']").click()
    page.locator("[data-menu-xmlid='crm_core.crm_core_menu_pipeline_create']").click()
    name = page.locator(".modal .o_field_widget[name=name] input")
    expect(name).to_be_visible()
    title = f"Retail {language}"
    name.fill(title)
    screen.picture("template")
    page.locator(".modal button[name=action_create]").click()
    expect(page.locator(".o_kanban_group")).to_have_count(5)
    expect(page.locator(".o_last_breadcrumb_item")).to_contain_text(title)
    page.locator(".o_kanban_group").first.locator(".o_kanban_quick_add").click()
    page.locator(".o_kanban_quick_create .o_field_widget[name=name] input").fill("First deal")
    page.locator(".o_kanban_quick_create .o_field_widget[name=expected_revenue] input").fill("2500")
    page.locator(".o_kanban_quick_create .o_kanban_add").click()
    card = page.locator(".o_kanban_record", has_text="First deal")
    expect(card).to_be_visible()
    screen.picture("first-deal")
    page.keyboard.press("Escape")
    card.click()
    screen.wait_for(".o_form_view")
    page.locator("button[name=action_set_won_rainbowman]").click()
    expect(page.locator(".ribbon")).to_be_visible()
    screen.picture("won")
    screen.check()


def test_a_deal_passes_a_gate_with_an_approval(open_screen, size, language):
    words = WORDS[language]
    seller = open_screen("seller_of_all", size=size, language=language)
    lead, _name = create_deal(seller, words["maintenance"], 1)
    seller.open(f"/odoo/crm/{lead}", ".o_form_view")
    choose_stage(seller, words["agreement"])
    expect(seller.page.locator(".o_form_status_indicator_buttons")).to_be_hidden()
    seller.page.get_by_role("button", name=words["complete"]).click()
    expect(seller.page.locator(".modal button[name=action_move]")).to_be_hidden()
    checklist = seller.page.locator(".modal .o_field_many2many_checkboxes input")
    expect(checklist).to_have_count(1)
    checklist.check()
    seller.picture("what-is-missing")
    seller.page.locator(".modal button[name=action_ask_approval]").click()
    expect(seller.page.locator(".o_notification")).to_be_visible()
    expect(seller.page.locator("[name=pending_approvals]")).to_be_visible()
    expect(seller.page.locator(".o_form_status_indicator_buttons")).to_be_hidden()

    lead_of_team = open_screen("team_lead", size=size, language=language)
    lead_of_team.open(f"/odoo/crm/{lead}", ".o_form_view")
    lead_of_team.page.locator("[name=pending_approvals] button[name=action_approve]").first.click()
    expect(lead_of_team.page.locator("[name=pending_approvals]")).to_be_hidden()
    lead_of_team.picture("approved")

    seller.open(f"/odoo/crm/{lead}", ".o_form_view")
    choose_stage(seller, words["agreement"])
    seller.wait_for(".o_form_view")
    expect(seller.page.locator(".o_form_status_indicator_buttons")).to_be_hidden()
    seller.picture("moved")
    [after] = call(seller, "crm.lead", "read", [lead], ["probability", "forecast_category"])
    assert (after["probability"], after["forecast_category"]) == (90, "commit")


def test_the_switcher_changes_the_pipeline_and_the_board_remembers_it(open_screen, size, language):
    words = WORDS[language]
    screen = open_screen("manager", size=size, language=language)
    page = screen.page
    screen.open("/odoo/crm", ".o_kanban_view")
    for pipeline in (words["maintenance"], words["standard"]):
        page.locator(".o_crm_pipeline_switcher").click()
        # on a phone the menu slides in from below: no steady place to click on
        page.locator(".o-dropdown-item", has_text=pipeline).dispatch_event("click")
        expect(page.locator(".o_last_breadcrumb_item")).to_contain_text(pipeline)
        screen.wait_for(".o_kanban_renderer")
        screen.picture(pipeline)
    screen.open("/odoo/crm", ".o_kanban_view")
    expect(page.locator(".o_last_breadcrumb_item")).to_contain_text(words["standard"])
    screen.check()


@pytest.mark.parametrize(
    "path",
    [
        "/odoo/pipelines",
        "/odoo/action-crm_core.crm_lead_outcome_action",
        "/odoo/action-crm_core.crm_pipeline_template_action",
        "/odoo/action-crm_core.crm_pipeline_action_config",
        "/odoo/action-crm.crm_stage_action",
    ],
)
def test_every_screen_of_the_pipelines_opens(open_screen, path, size, language):
    screen = open_screen("manager", size=size, language=language)
    screen.open(path, ".o_view_controller")
    first = screen.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").first
    if first.count() and "pipelines" not in path:
        first.click()
        screen.wait_for(".o_view_controller")
        screen.picture("opened")
    screen.check()
