"""Somebody calls: who it is pops up, her page opens, the outcome is written down; who was missed becomes a lead to call back."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.odoo_shell import call_inside
from support.telephone_system import TelephoneSystem
from support.web_calls import call

NUMBERS = itertools.count(1)
CARD = ".o_crm_incoming_call"
SECRET = "the secret"


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_caller_pops_up_and_who_was_missed_is_called_back(open_screen, live_server, workspace, size, language):
    person = live_server.people[f"salesperson_{language}"]
    people = {"101": person["id"]}
    path = call_inside(workspace, live_server.database, "telephony_in_odoo.add_account", secret=SECRET, people=people)
    telephones = TelephoneSystem(live_server.url + path, SECRET)
    screen = open_screen("salesperson", size=size, language=language)
    number = f"+22507080910{next(NUMBERS):02}"
    [lead] = call(screen, "crm.lead", "create", [{"name": "Cold room", "contact_name": "Awa Diop", "phone": number, "type": "opportunity"}])
    screen.open("/odoo/crm", ".o_kanban_view")

    talk = f"talk-{language}"
    assert telephones.tell("ringing", talk, **{"from": number})[0] == 200
    expect(screen.page.locator(CARD)).to_contain_text("Awa Diop")
    expect(screen.page.locator(CARD)).to_contain_text("Cold room")
    assert not faults(screen.page)
    screen.picture("rings")
    screen.page.locator(".o_crm_incoming_open").click()
    screen.wait_for(".o_form_view")
    telephones.tell("answered", talk, **{"from": number})
    expect(screen.page.locator(f"{CARD}[data-state=connected]")).to_be_visible()
    if size == "phone":
        screen.picture("folded")
        screen.page.locator(".o_crm_incoming_title").click()
    screen.page.locator(".o_crm_incoming_log").click()
    screen.page.locator(".o_crm_call_outcomes > .o_crm_call_buttons button").first.click()
    screen.picture("outcome")
    screen.page.locator(".modal-footer .btn-primary").click()
    expect(screen.page.locator(CARD)).to_have_count(0)
    telephones.tell("ended", talk, duration=65, **{"from": number})
    [logged] = call(screen, "crm.call", "search_read", [["lead_id", "=", lead]], ["state", "outcome_id", "duration"])
    assert logged["state"] == "done" and logged["outcome_id"] and round(logged["duration"] * 60) == 65

    unknown = f"+22501020304{next(NUMBERS):02}"
    telephones.tell("ringing", f"miss-{language}", **{"from": unknown})
    expect(screen.page.locator(CARD)).to_contain_text(unknown)
    telephones.tell("missed", f"miss-{language}", **{"from": unknown})
    expect(screen.page.locator(f"{CARD}[data-state=missed]")).to_be_visible()
    screen.picture("missed")
    screen.page.locator(".o_crm_incoming_lead").click()
    expect(screen.page.locator(".o-mail-Activity")).to_have_count(1)
    screen.open("/odoo/missed-calls", ".o_list_view, .o_kanban_view")
    expect(screen.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")).to_have_count(1)
    screen.check()
