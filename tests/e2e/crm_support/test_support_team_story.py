"""A team lead sets a team up, promises times and sees what became of it; two people on one ticket see each other."""

import itertools

import pytest
from playwright.sync_api import expect

from support.import_process import wait_until
from support.ways import look_at, press, run_jobs
from support.web_calls import call

NUMBERS = itertools.count(1)
BOARD = ".o_kanban_view .o_kanban_group"
WATCH = "crm_support.ir_cron_crm_sla_watch"
ROUTE = "crm_core.ir_cron_crm_routing_route"
#: in hours: a second
SOON = 1 / 3600


@pytest.fixture
def make_ticket(open_screen, live_server, setting):
    """Return a function that makes a ticket of the team of a language, which its lead has."""
    screen = open_screen("admin")

    def make(language):
        values = {
            "name": f"The cold room warms up {next(NUMBERS)}",
            "team_id": setting[language]["team_id"],
            "user_id": live_server.people[f"support_lead_{language}"]["id"],
            "priority": "2",
        }
        [ticket] = call(screen, "crm.ticket", "create", [values])
        return ticket

    return make


@pytest.mark.parametrize(("size", "language"), [("desktop", "fr")])
def test_a_team_is_set_up_promises_times_and_is_told_when_one_is_broken(open_screen, live_server, words, size, language):
    manager = open_screen("admin", size=size)
    team = set_up_a_team(manager, live_server.people, language)
    policy = draft_a_policy(manager, team)
    try_it_on_the_past(manager, policy, words)
    activate_it(manager, policy)
    lead = open_screen("support_lead", size=size, language=language)
    ticket = routing_gives_a_ticket(manager, live_server.people[f"agent_{language}"], team)
    breach_reaches_the_lead(lead, ticket)
    read_the_figures(lead)
    retire(manager, team, policy)


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
    look_at(screen, "teams")
    screen.page.locator(".o_crm_ticket_team_counts a").first.click()
    screen.wait_for(".o_kanban_view .o_kanban_record, .o_list_view")
    screen.picture("team")
    screen.check()


# -- Steps of the story ----------------------------------------------------------------------------


def set_up_a_team(manager, people, language):
    """A name and people are enough; routing is switched on.

    :return: the team
    """
    page = manager.page
    manager.open("/odoo/action-crm_support.crm_ticket_team_action/new", ".o_form_view [name=name]")
    page.locator("[name=name] input").first.fill("Night shift")
    choose_person(manager, "user_id", people[f"support_lead_{language}"])
    choose_person(manager, "member_ids", people[f"agent_{language}"])
    page.locator("[name=assignment_mode] input[data-value=routing]").check()
    page.locator(".o_form_button_save").first.click()
    expect(page.locator(".o_form_status_indicator_buttons:not(.invisible)")).to_have_count(0)
    look_at(manager, "team")
    [team] = call(manager, "crm.ticket.team", "search_read", [("name", "=", "Night shift")], ["member_ids", "routing_queue_id"])
    assert team["routing_queue_id"]
    [queue] = call(manager, "crm.routing.queue", "search", [("id", "=", team["routing_queue_id"][0])])
    call(manager, "crm.routing.queue", "write", [queue], {"only_at_work": False})
    return team["id"]


def draft_a_policy(manager, team):
    """A new policy is a draft; one line says what is promised.

    :return: the policy
    """
    page = manager.page
    manager.open("/odoo/sla-policies/new", ".o_form_view [name=name]")
    page.locator("[name=name] input").first.fill("At night")
    page.locator("[name=target_ids] .o_field_x2many_list_row_add a").click()
    page.locator("[name=target_ids] .o_selected_row [name=hours] input").fill("0:30")
    page.locator(".o_form_button_save").first.click()
    expect(page.locator(".o_form_status_indicator_buttons:not(.invisible)")).to_have_count(0)
    look_at(manager, "policy")
    [policy] = call(manager, "crm.sla.policy", "search_read", [("name", "=", "At night")], ["state", "target_ids"])
    assert (policy["state"], len(policy["target_ids"])) == ("draft", 1)
    return policy["id"]


def try_it_on_the_past(manager, policy, words):
    """The simulation looks at last month's tickets, and says how many would have been missed."""
    page = manager.page
    call(manager, "crm.sla.policy", "write", [policy], {"team_ids": [(6, 0, [words["team_id"]])], "hours": "always", "sequence": 1})
    page.reload()
    manager.wait_for(".o_form_view [name=name]")
    press(manager, "[data-hotkey=i]")
    manager.wait_for(".modal button[name=action_simulate]")
    page.locator(".modal button[name=action_simulate]").click()
    expect(page.locator(".modal [name=line_ids] .o_data_row")).to_have_count(1)
    expect(page.locator(".modal [name=missed_count]").first).not_to_be_empty()
    look_at(manager, "simulated")
    page.locator(".modal-footer [special=cancel], .modal-footer .btn-secondary").first.click()
    expect(page.locator(".modal")).to_have_count(0)


def activate_it(manager, policy):
    """It is for the new team, tells the lead of what is missed, and holds from now on."""
    [found] = call(manager, "crm.ticket.team", "search", [("name", "=", "Night shift")])
    step = {"trigger": "percent", "amount": 100, "action": "activity", "recipient": "lead", "is_any_hour": True}
    [target] = call(manager, "crm.sla.target", "search", [("policy_id", "=", policy)])
    values = {"team_ids": [(6, 0, [found])], "escalation_ids": [(0, 0, step)], "target_ids": [(1, target, {"hours": SOON})]}
    call(manager, "crm.sla.policy", "write", [policy], values)
    manager.page.reload()
    manager.wait_for(".o_form_view button[name=action_activate]")
    press(manager, "action_activate")
    expect(manager.page.locator("button[name=action_draft]")).to_be_visible()
    look_at(manager, "active")


def routing_gives_a_ticket(manager, agent, team):
    """A new ticket of the team is the agent's, who is the only one.

    :return: the ticket
    """
    [ticket] = call(manager, "crm.ticket", "create", [{"name": "The alarm rings", "team_id": team}])
    run_jobs(manager, ROUTE)
    wait_until(lambda: call(manager, "crm.ticket", "read", [ticket], ["user_id"])[0]["user_id"], "the ticket to be given")
    [found] = call(manager, "crm.ticket", "read", [ticket], ["user_id"])
    assert found["user_id"][0] == agent["id"]
    return ticket


def breach_reaches_the_lead(lead, ticket):
    """Nobody answers in time: the lead gets a task, and the ticket says why it is red."""
    tasks = [
        ("res_model", "=", "crm.ticket"),
        ("res_id", "=", ticket),
        ("user_id", "=", lead.server.people[f"support_lead_{lead.language}"]["id"]),
    ]

    def told():
        run_jobs(lead, WATCH)
        return call(lead, "mail.activity", "search", tasks)

    wait_until(told, "the task of the lead")
    lead.open(f"/odoo/tickets/{ticket}", ".o_form_view [name=number]")
    lead.page.locator(".o_notebook .nav-link[name=sla]").click()
    expect(lead.page.locator("[name=sla_explanation]")).to_contain_text("At night")
    look_at(lead, "why-red")


def read_the_figures(lead):
    """Figures, promises and what customers say open, and hold what was counted."""
    for path, ready in (
        ("/odoo/support-figures", ".o_crm_figures_tile"),
        ("/odoo/sla", ".o_pivot, .o_view_controller"),
        ("/odoo/satisfaction-answers", ".o_view_controller"),
    ):
        lead.open(path, ready)
        look_at(lead, path.rpartition("/")[2])


def retire(manager, team, policy):
    """Leave the database as it was for the next story."""
    call(manager, "crm.sla.policy", "action_draft", [policy])
    tickets = call(manager, "crm.ticket", "search", [("team_id", "=", team), ("is_closed", "=", False)])
    call(manager, "crm.ticket", "action_close", tickets)
    call(manager, "crm.ticket.team", "action_archive", [team])


# -- Ways of the screen ----------------------------------------------------------------------------


def choose_person(screen, name, person):
    """Type the beginning of a name, and choose."""
    [found] = call(screen, "res.users", "read", [person["id"]], ["name"])
    field = screen.page.locator(f".o_form_view [name={name}] input").filter(visible=True).first
    field.click()
    field.press_sequentially(found["name"], delay=15)
    screen.page.locator(".o-autocomplete--dropdown-item", has_text=found["name"]).filter(visible=True).first.click()
    field.press("Tab")
    expect(screen.page.locator(".o-autocomplete--dropdown-menu")).to_have_count(0)
