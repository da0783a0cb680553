"""An agent looks at the board, takes the next ticket, answers and closes it; two people on one ticket see each other."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.web_calls import call

NUMBERS = itertools.count(1)
BOARD = ".o_kanban_view .o_kanban_group"


@pytest.fixture
def make_ticket(open_screen, live_server):
    """Return a function that makes a ticket nobody has, of a team with the agent and the lead of a language alone."""
    screen = open_screen("admin")

    def make(language):
        people = [live_server.people[f"{role}_{language}"]["id"] for role in ("agent", "support_lead")]
        number = next(NUMBERS)
        old = call(screen, "crm.ticket.team", "search", [("member_ids", "in", people)])
        call(screen, "crm.ticket.team", "write", old, {"member_ids": [(3, person) for person in people]})
        [team] = call(screen, "crm.ticket.team", "create", [{"name": f"Story {number}", "member_ids": [(6, 0, people)]}])
        [customer] = call(screen, "res.partner", "create", [{"name": f"Rhône Froid {number}"}])
        values = {"name": f"The cold room warms up {number}", "team_id": team, "partner_id": customer, "priority": "2"}
        [ticket] = call(screen, "crm.ticket", "create", [values])
        return ticket

    return make


@pytest.mark.parametrize(("size", "language"), [("desktop", "fr"), ("phone", "en")])
def test_an_agent_takes_the_next_ticket_answers_and_closes_it(open_screen, make_ticket, live_server, size, language):
    ticket = make_ticket(language)
    screen = open_screen("agent", size=size, language=language)
    page = screen.page
    screen.open("/odoo/tickets", BOARD)
    assert not faults(page)
    screen.open("/odoo/ticket-queue", ".o_list_view, .o_kanban_view")
    if size == "phone":
        screen.open("/odoo/action-crm_support.crm_ticket_action_next", ".o_form_view")
    else:
        page.locator(".o_control_panel button[name=action_next_ticket]").first.click()
        screen.wait_for(".o_form_view")
    assert not faults(page)
    [taken] = call(screen, "crm.ticket", "read", [ticket], ["user_id", "is_waiting_for_reply"])
    assert taken["user_id"][0] == live_server.people[f"agent_{language}"]["id"]
    assert taken["is_waiting_for_reply"]
    screen.picture("next")
    page.locator(".o-mail-Chatter-sendMessage").click()
    page.locator(".o-mail-Composer-input").fill("We are on our way. / Nous arrivons.")
    screen.picture("answer")
    with page.expect_response(lambda answer: "/mail/message/post" in answer.url):
        page.locator(".o-mail-Composer-send").click()
    expect(page.locator(".o-mail-Message").first).to_contain_text("Nous arrivons")
    [answered] = call(screen, "crm.ticket", "read", [ticket], ["date_first_reply", "is_waiting_for_reply"])
    assert answered["date_first_reply"]
    assert not answered["is_waiting_for_reply"]
    if size == "phone":
        page.locator(".o_statusbar_buttons .dropdown-toggle").first.click()
    page.locator("button[name=action_close]").first.click()
    expect(page.locator("button[name=action_close]:visible")).to_have_count(0)
    screen.picture("closed")
    [closed] = call(screen, "crm.ticket", "read", [ticket], ["is_closed", "date_closed"])
    assert closed["is_closed"]
    assert closed["date_closed"]
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    screen.check()


def test_two_people_on_one_ticket_see_each_other(open_screen, make_ticket):
    ticket = make_ticket("en")
    agent, lead = open_screen("agent"), open_screen("support_lead")
    agent.open(f"/odoo/tickets/{ticket}", ".o_form_view")
    expect(agent.page.locator(".o_crm_ticket_presence")).to_have_count(0)
    lead.open(f"/odoo/tickets/{ticket}", ".o_form_view")
    expect(lead.page.locator(".o_crm_ticket_presence")).to_contain_text("Agent En")
    expect(agent.page.locator(".o_crm_ticket_presence")).to_contain_text("Support Lead En")
    agent.picture("both")
    lead.page.locator(".o-mail-Chatter-sendMessage").click()
    lead.page.locator(".o-mail-Composer-input").fill("Dear customer")
    expect(agent.page.locator(".o_crm_ticket_presence.alert-warning")).to_be_visible()
    agent.picture("writing")
    lead.open("/odoo/tickets", BOARD)
    expect(agent.page.locator(".o_crm_ticket_presence")).to_have_count(0)
    agent.check()


def test_the_lead_sees_what_waits_in_each_team(open_screen, make_ticket, size, language):
    make_ticket(language)
    screen = open_screen("support_lead", size=size, language=language)
    screen.open("/odoo/support-teams", ".o_crm_ticket_team_counts")
    assert not faults(screen.page)
    screen.page.locator(".o_crm_ticket_team_counts a").first.click()
    screen.wait_for(".o_kanban_view .o_kanban_record, .o_list_view")
    screen.picture("team")
    screen.check()
