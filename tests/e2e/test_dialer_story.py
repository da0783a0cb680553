"""A team lead starts a call list; a salesperson works it on one screen, one person after the other, to its end."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.web_calls import call

NUMBERS = itertools.count(10)
DAYS = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), True)
OUTCOMES = ".o_crm_dialer_outcomes button"
#: the places of the outcomes that are shipped
REACHED, CALL_BACK, NO_ANSWER = 0, 1, 2


@pytest.fixture(params=[("desktop", "en"), ("phone", "fr")], ids="-".join)
def screen(request, open_screen):
    """Return the window of a salesperson."""
    size, language = request.param
    return open_screen("salesperson", size=size, language=language)


@pytest.fixture
def calling(screen, open_screen, live_server):
    """Return a list that runs around the clock, with three leads of the salesperson."""
    numbers = [next(NUMBERS) for _number in range(3)]
    leads = [{"name": f"Dial {number}", "phone": f"+225 07 08 09 10 {number}", "type": "opportunity"} for number in numbers]
    ids = [call(screen, "crm.lead", "create", [values])[0] for values in leads]
    user = live_server.people[f"salesperson_{screen.language}"]["id"]
    values = {"name": f"Wake up {numbers[0]}", "hour_from": 0, "hour_to": 24, "skips_holidays": False, "user_ids": [user]}
    manager = open_screen("manager")
    [one] = call(manager, "crm.call.list", "create", [{**values, **DAYS, "domain": f"[('id', 'in', {ids})]"}])
    call(manager, "crm.call.list", "action_start", [one])
    return one


def get_states(screen, one):
    lines = call(screen, "crm.call.list.line", "search_read", [["list_id", "=", one]], ["lead_id", "state", "tries"])
    return {line["lead_id"][0]: (line["state"], line["tries"]) for line in lines}


def test_a_list_is_worked_to_its_end_on_one_screen(screen, calling):
    page = screen.page
    screen.open(f"/odoo/call-lists/{calling}", ".o_form_view")
    page.locator("button[name=action_start_calling]").click()
    expect(page.locator(".o_crm_dialer_person")).to_contain_text("Dial")
    assert not faults(page)
    screen.picture("dialer")
    first = page.locator(".o_crm_dialer_person h2").inner_text()

    page.locator(".o_crm_dialer_note").fill("2 words, nothing chosen")
    page.reload()
    expect(page.locator(".o_crm_dialer_person h2")).to_have_text(first)
    expect(page.locator(".o_crm_dialer_note")).to_have_value("2 words, nothing chosen")

    page.locator(OUTCOMES).nth(CALL_BACK).click()
    screen.picture("days")
    page.locator(".o_crm_call_days .o_crm_call_buttons button").nth(1).click()
    expect(page.locator(".o_crm_dialer_person h2")).not_to_have_text(first)
    second = page.locator(".o_crm_dialer_person h2").inner_text()
    choose(screen, REACHED)
    page.locator(".o_crm_dialer_save").click()
    expect(page.locator(".o_crm_dialer_person h2")).not_to_have_text(second)
    choose(screen, NO_ANSWER)
    page.locator(".o_crm_dialer_save").click()
    expect(page.locator(".o_crm_dialer_why")).to_be_visible()
    screen.picture("nobody")
    assert sorted(get_states(screen, calling).values()) == [("reached", 1), ("waiting", 1), ("waiting", 1)]
    screen.check()


def choose(screen, number):
    """Choose an outcome for the person that has come up: by a key where there is a keyboard, by the thumb where there is none."""
    button = screen.page.locator(OUTCOMES).nth(number)
    expect(button).to_have_attribute("aria-pressed", "false")
    if screen.size == "desktop":
        screen.page.keyboard.press(str(number + 1))
    else:
        assert button.bounding_box()["y"] > screen.page.viewport_size["height"] / 2
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
