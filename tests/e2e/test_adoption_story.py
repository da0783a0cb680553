"""Somebody new takes the first steps; the manager hides what nobody uses and looks who works with it."""

import pytest
from playwright.sync_api import expect

from support.web_calls import call

PLACES = pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])


def wait_until(page, check):
    """Wait until the server says so, for ten seconds at most."""
    for _attempt in range(50):
        if check():
            return
        page.wait_for_timeout(200)
    assert check()


@PLACES
def test_somebody_new_takes_a_first_step(open_screen, size, language):
    screen = open_screen("salesperson", size=size, language=language)
    page = screen.page
    call(screen, "crm.lead", "create", [{"name": "First", "type": "opportunity"}])
    screen.open("/odoo/getting-started", ".o_crm_first_step")
    expect(page.locator(".o_crm_first_step_done").first).to_be_visible()
    screen.picture("first-steps")
    switch = page.locator("#crm_first_steps_on_board")
    if not switch.is_checked():
        switch.check()
    screen.open("/odoo/crm", ".o_kanban_renderer")
    panel = page.locator(".o_crm_onboarding_panel")
    expect(panel).to_be_visible()
    screen.picture("above-the-board")
    with page.expect_response(lambda answer: "/call_kw/" in answer.url):
        panel.locator("button[name=put_away]").click()
    expect(panel).to_have_count(0)
    screen.open("/odoo/crm", ".o_kanban_renderer")
    expect(panel).to_have_count(0)
    screen.open("/odoo/getting-started", ".o_crm_first_step")
    expect(switch).not_to_be_checked()
    switch.check()
    screen.check()


@PLACES
def test_a_manager_hides_what_nobody_uses(open_screen, size, language):
    screen = open_screen("manager", size=size, language=language)
    page = screen.page
    [feature] = call(screen, "crm.feature", "search", [("code", "=", "letters")])

    def is_used():
        [row] = call(screen, "crm.feature", "read", [feature], ["is_used"])
        return row["is_used"]

    call(screen, "crm.feature", "write", [feature], {"is_used": True})
    [shown] = call(screen, "crm.feature", "read", [feature], ["name"])
    try:
        screen.open("/odoo/crm-features", ".o_data_row, .o_kanban_record")
        screen.picture("what-we-use")
        row = page.locator(".o_data_row, .o_kanban_record").filter(has_text=shown["name"]).first
        with page.expect_response(lambda answer: "/call_kw/crm.feature/" in answer.url):
            row.locator("[name=is_used] input").click()
        expect(row.locator("[name=is_used] input")).not_to_be_checked()
        wait_until(page, lambda: not is_used())
    finally:
        call(screen, "crm.feature", "write", [feature], {"is_used": True})
    screen.check()


@PLACES
def test_a_manager_sees_which_deals_have_no_next_step(open_screen, size, language):
    screen = open_screen("manager", size=size, language=language)
    page = screen.page
    call(screen, "crm.lead", "create", [{"name": "Without a next step", "type": "opportunity"}])
    screen.open("/odoo/adoption", ".o_crm_adoption_table")
    screen.picture("adoption")
    page.locator("[data-column=without] button").first.click()
    expect(page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    screen.picture("without-next-step")
    page.go_back()
    screen.wait_for(".o_crm_adoption_table")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    screen.check()
