"""A team reads its figures: a deal is won, the tile grows, and the click shows what was counted; a manager defines a metric of his own."""

import itertools

import pytest
from playwright.sync_api import expect

from support.web_calls import call

NUMBERS = itertools.count(1)


def tile(screen, code):
    return screen.page.locator(f".o_crm_figures_tile[data-metric={code}]")


def figure(screen, code):
    """Return a count as a tile shows it."""
    return int("".join(filter(str.isdigit, tile(screen, code).locator(".o_crm_figures_value").inner_text())))


def open_figures(screen):
    """Go there as people do; on a phone the menu is tried elsewhere."""
    if screen.size == "phone":
        screen.open("/odoo/team-figures", ".o_crm_figures_tile")
        return
    screen.open("/odoo/crm", ".o_kanban_view")
    screen.page.locator("[data-menu-xmlid='crm.crm_menu_report']").click()
    screen.page.locator("[data-menu-xmlid='crm_core.crm_core_menu_team_figures']").click()
    screen.wait_for(".o_crm_figures_tile")


def test_a_won_deal_shows_in_the_tile_and_behind_it(open_screen, size, language):
    screen = open_screen("salesperson", size=size, language=language)
    open_figures(screen)
    before = figure(screen, "deals_won")
    name = f"Figure {next(NUMBERS)}"
    [lead] = call(screen, "crm.lead", "create", [{"name": name, "amount": 1500, "type": "opportunity", "date_deadline": "2030-01-01"}])
    call(screen, "crm.lead", "action_set_won", [lead])
    screen.open("/odoo/team-figures", ".o_crm_figures_tile")
    assert figure(screen, "deals_won") == before + 1
    expect(screen.page.locator(".o_crm_figures_chart canvas")).to_be_visible()
    expect(screen.page.locator(".o_crm_figures_ranking tbody tr").first).to_be_visible()
    screen.picture("figures")
    tile(screen, "deals_won").click()
    rows = screen.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    expect(rows).to_have_count(before + 1)
    screen.picture("what-was-counted")
    screen.page.go_back()
    screen.wait_for(".o_crm_figures_tile")
    screen.check()


def test_the_figures_follow_period_person_and_category(open_screen, size, language):
    screen = open_screen("team_lead", size=size, language=language)
    open_figures(screen)
    page = screen.page
    page.locator("select[name=period]").select_option("year")
    expect(page.locator(".o_crm_team_figures [aria-busy=false]")).to_be_visible()
    whole = figure(screen, "deals_won")
    page.locator("select[name=salesperson]").select_option(index=1)
    expect(page.locator(".o_crm_team_figures [aria-busy=false]")).to_be_visible()
    assert figure(screen, "deals_won") <= whole
    page.locator("select[name=compare]").select_option("last_year")
    page.locator(".nav-link").nth(1).click()
    expect(tile(screen, "overdue_activities")).to_be_visible()
    screen.picture("activity")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    screen.check()


def test_a_manager_looks_at_a_metric_and_tests_it(open_screen, size, language):
    screen = open_screen("manager", size=size, language=language)
    page = screen.page
    screen.open("/odoo/metrics", ".o_list_view, .o_kanban_view")
    page.locator(".o_data_row td[name=name], .o_kanban_record:not(.o_kanban_ghost)").nth(1).click()
    screen.wait_for(".o_form_view")
    expect(page.locator("[name=preview] [name=preview]")).not_to_be_empty()
    screen.picture("metric")
    button = page.locator("button[name=action_test]")
    if not button.first.is_visible():
        page.locator(".o_cp_action_menus .dropdown-toggle, .o_statusbar_buttons .dropdown-toggle").first.click()
    button.first.click()
    expect(page.locator(".o_notification")).to_be_visible()
    screen.picture("tested")
    screen.check()


@pytest.mark.parametrize("path", ["/odoo/metrics", "/odoo/team-figures"])
def test_every_screen_of_the_metrics_opens(open_screen, path, size, language):
    screen = open_screen("manager", size=size, language=language)
    screen.open(path, ".o_list_view, .o_kanban_view, .o_crm_team_figures")
    screen.check()
