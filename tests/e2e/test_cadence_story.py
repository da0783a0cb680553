"""A salesperson enrols a lead in a cadence, sees what comes next, pauses, goes on and stops."""

import pytest
from playwright.sync_api import expect

from support.web_calls import call


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_lead_goes_into_a_cadence_and_out_again(open_screen, size, language):
    screen = open_screen("salesperson", size=size, language=language)
    page = screen.page
    values = {"name": f"Cadence {size}", "type": "opportunity", "phone": "+33612345678", "email_from": "c@client.example"}
    [lead] = call(screen, "crm.lead", "create", [values])
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    button = page.locator("button[name=action_enroll_in_cadence]")
    if not button.filter(visible=True).count():
        page.locator(".o_form_statusbar .dropdown-toggle, .o_statusbar_buttons .dropdown-toggle").first.click()
    button.filter(visible=True).first.click()
    screen.wait_for(".modal .o_form_view")
    page.locator(".modal [name=cadence_id] input").click()
    choices = page.locator(".o-autocomplete--dropdown-item, .modal .o_kanban_record:not(.o_kanban_ghost)").filter(visible=True)
    expect(choices.nth(1)).to_be_visible()
    choices.first.click()
    expect(page.locator(".modal [name=preview] tr").first).to_be_visible()
    screen.picture("preview")
    page.locator(".modal button[name=action_enroll]").click()
    expect(page.locator("[name=cadence] [name=cadence_status]")).to_be_visible()
    screen.picture("enrolled")
    page.locator("button[name=action_pause_cadences]").click()
    page.locator("button[name=action_resume_cadences]").click()
    expect(page.locator("button[name=action_pause_cadences]")).to_be_visible()
    page.locator("button[name=action_stop_cadences]").click()
    expect(page.locator("[name=cadence] [name=cadence_status]")).to_have_count(0)
    [enrollment] = call(screen, "crm.cadence.enrollment", "search_read", [["lead_id", "=", lead]], ["state", "reason", "origin"])
    assert (enrollment["state"], enrollment["reason"], enrollment["origin"]) == ("stopped", "person", "person")
    screen.open("/odoo/leads-in-cadences", ".o_list_view, .o_kanban_view")
    screen.picture("leads")
    screen.check()
