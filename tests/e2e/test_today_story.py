"""Somebody works off the morning: a call that is overdue, a task that is done and followed by the next; in the evening the team lead looks on."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.web_calls import call

NUMBERS = itertools.count(1)
ITEM = ".o_crm_today_item"


def plan(screen, person, title, kind, summary):
    """Create a deal of whoever is logged in, with an activity of yesterday."""
    [lead] = call(
        screen, "crm.lead", "create", [{"name": f"{title} {next(NUMBERS)}", "type": "opportunity", "phone": "+225 01 02 33 44 55"}]
    )
    yesterday = screen.page.evaluate("new Date(Date.now() - 86400000).toISOString().slice(0, 10)")
    call(screen, "crm.lead", "activity_schedule", [lead], f"mail.mail_activity_data_{kind}", yesterday, summary, user_id=person)
    return lead


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_morning_is_worked_off_one_thing_after_the_other(open_screen, live_server, size, language):
    person = live_server.people[f"salesperson_{language}"]["id"]
    screen = open_screen("salesperson", size=size, language=language)
    page = screen.page
    task, other = plan(screen, person, "Task", "todo", "Send the plans"), plan(screen, person, "Call", "call", "Ring up")
    screen.open("/odoo/today", ITEM)
    assert not faults(page)
    page.locator(f".o_crm_today_list [data-key='crm.lead,{task}']").click()
    expect(page.locator(f"{ITEM}[data-key='crm.lead,{task}']")).to_be_visible()
    screen.picture("item")
    page.locator(f"{ITEM} [name=done]").click()
    page.locator("#crm_today_note").fill("Sent by courier")
    page.locator(".o_crm_today_panel [name=tomorrow]").click()
    page.locator("#crm_today_next").fill("Ask what she thinks")
    screen.picture("done")
    with page.expect_response(lambda answer: "/call_kw/crm.today/mark_done" in answer.url):
        page.locator(".o_crm_today_panel [name=submit]").click()
    expect(page.locator(f"[data-key='crm.lead,{task}']")).to_have_count(0)
    planned = call(screen, "mail.activity", "search_read", [("res_model", "=", "crm.lead"), ("res_id", "=", task)], ["summary"])
    assert [activity["summary"] for activity in planned] == ["Ask what she thinks"]
    page.locator(f".o_crm_today_list [data-key='crm.lead,{other}']").click()
    page.locator(f"{ITEM} [name=later]").click()
    page.locator(".o_crm_today_panel [name=tomorrow]").click()
    expect(page.locator(f"[data-key='crm.lead,{other}']")).to_have_count(0)
    screen.picture("put-off")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    screen.check()


def test_a_team_lead_looks_at_the_day_of_a_colleague(open_screen, live_server):
    seller = live_server.people["salesperson_en"]["id"]
    call(open_screen("manager"), "crm.team", "create", [{"name": f"Evening {next(NUMBERS)}", "member_ids": [(6, 0, [seller])]}])
    lead = plan(open_screen("salesperson"), seller, "Evening", "todo", "Send the plans")
    screen = open_screen("team_lead")
    screen.open("/odoo/today", ".o_crm_today_page")
    screen.page.locator("select[name=person]").select_option(str(seller))
    expect(screen.page.locator(f".o_crm_today_list [data-key='crm.lead,{lead}']")).to_be_visible()
    expect(screen.page.locator(".o_crm_today_buttons")).to_have_count(0)
    screen.picture("evening")
    screen.check()
