"""Somebody taps a number, talks, comes back, and has the call written down in two taps; then from a planned call, with a script."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.web_calls import call

NUMBERS = itertools.count(1)
OUTCOMES = ".o_crm_call_outcomes > .o_crm_call_buttons button"
#: the places of the outcomes that are shipped
REACHED, CALL_BACK = 0, 1


@pytest.fixture
def screen(open_screen, size, language):
    """Return the window of a salesperson."""
    return open_screen("salesperson", size=size, language=language)


def create_lead(screen):
    values = {"name": f"Call {next(NUMBERS)}", "phone": "+225 01 02 33 44 55", "type": "opportunity"}
    [lead] = call(screen, "crm.lead", "create", [values])
    return lead


def tap_number(screen, lead):
    """Tap the number of a lead: where there is no telephone, the dialog alone opens."""
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    screen.page.locator("div[name=phone]").first.hover()
    screen.page.locator("a.o_phone_form_link").filter(visible=True).first.click()
    screen.wait_for(".o_crm_call_log")


def get_calls(screen, lead):
    names = ["outcome_id", "duration", "callback_at", "is_to_call_back", "answer_ids"]
    return call(screen, "crm.call", "search_read", [["lead_id", "=", lead]], names)


def test_somebody_who_was_reached_is_called_back_on_the_day_that_was_tapped(screen):
    lead = create_lead(screen)
    tap_number(screen, lead)
    expect(screen.page.locator(".o_crm_call_stopwatch")).to_be_visible()
    assert not faults(screen.page)
    screen.picture("dialog")
    screen.page.locator(OUTCOMES).nth(CALL_BACK).click()
    screen.picture("days")
    screen.page.locator(".o_crm_call_days button").nth(2).click()
    expect(screen.page.locator(".o_crm_call_log")).to_have_count(0)
    [logged] = get_calls(screen, lead)
    assert logged["callback_at"] and logged["is_to_call_back"] and logged["duration"] > 0
    expect(screen.page.locator(".o-mail-Activity .o_crm_call_log_button")).to_have_count(1)
    screen.check()


def test_a_planned_call_is_written_down_with_the_answers_of_its_script(screen, open_screen):
    manager = open_screen("manager")
    [script] = call(manager, "crm.call.script", "create", [{"name": f"Script {next(NUMBERS)}", "company_id": False}])
    [step] = call(
        manager,
        "crm.call.script.step",
        "create",
        [{"script_id": script, "name": "Opening", "text": "About {{ object.name }}", "question": "When?"}],
    )
    call(manager, "crm.call.script.answer", "create", [{"step_id": step, "name": "Now", "is_end": True}])
    lead = create_lead(screen)
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    call(screen, "crm.lead", "activity_schedule", [lead], "mail.mail_activity_data_call")
    screen.page.reload()
    screen.page.locator(".o-mail-Activity .o_crm_call_log_button").click()
    screen.wait_for(".o_crm_call_log")
    screen.page.locator(".o_crm_call_script select").select_option(str(script))
    expect(screen.page.locator(".o_crm_call_text")).to_contain_text("About Call")
    screen.picture("script")
    screen.page.locator(".o_crm_call_step .o_crm_call_buttons button").click()
    screen.page.locator(OUTCOMES).nth(REACHED).click()
    screen.page.locator(".modal-footer .btn-primary").click()
    expect(screen.page.locator(".o_crm_call_log")).to_have_count(0)
    [logged] = get_calls(screen, lead)
    assert len(logged["answer_ids"]) == 1 and not logged["is_to_call_back"]
    screen.open("/odoo/calls", ".o_kanban_view, .o_list_view")
    screen.picture("calls")
    screen.check()
