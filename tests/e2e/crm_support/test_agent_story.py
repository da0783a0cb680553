"""The day of an agent: a request by e-mail is answered, explained, merged, settled, voted on, and becomes an article."""

import re

import pytest
from playwright.sync_api import expect

from support.customer_mailbox import CustomerMailbox
from support.import_process import wait_until
from support.ways import choose, get_html, look_at, open_ticket, pick_action, press, run_jobs
from support.web_calls import call

OUTBOX = "crm_core.ir_cron_crm_dispatch_email"
WATCH = "crm_support.ir_cron_crm_sla_watch"
ASK = "crm_support.ir_cron_crm_satisfaction"
REQUESTS = {
    "en": ("The cold room warms up", "Good morning, the cold room is at 9 degrees since this morning.", "Once more: 9 degrees"),
    "fr": ("La chambre froide se réchauffe", "Bonjour, la chambre froide est à 9 degrés depuis ce matin.", "Encore : 9 degrés"),
}
MERGE = re.compile("Merge Tickets|Fusionner")
MAKE_ARTICLE = re.compile("Make an Article|Faire un article")
FIND_ARTICLE = re.compile("Find an Article|Trouver un article")
DIALOG = ".modal .o_form_view"


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_request_by_email_is_settled_voted_on_and_becomes_an_article(open_screen, live_server, sink, words, size, language):
    customer = CustomerMailbox(live_server, sink, words["customer"], words["address"])
    subject, text, again = REQUESTS[language]
    customer.write(words["alias"], subject, text)
    agent = open_screen("agent", size=size, language=language)
    ticket = find_ticket(agent, subject)

    acknowledgement = hear_that_it_came(agent, ticket, customer)
    take_the_next(agent, ticket)
    answer_and_set_the_stage(agent, ticket, words, customer)
    customer_answers(agent, ticket, customer)
    ask_why_it_is_red(agent, ticket, words)
    apply_a_macro(agent, ticket, words, customer)
    find_an_article(agent, ticket, words)
    merge_the_duplicate(agent, ticket, words, customer, again)
    link = close_it(agent, ticket, customer)
    vote(open_screen(None, size="phone", language=language), link, customer)
    see_the_score(agent, ticket)
    make_an_article(agent, ticket, words)
    assert acknowledgement["Message-ID"]


# -- Steps of the story ----------------------------------------------------------------------------


def find_ticket(agent, subject):
    """Return the ticket that came of an e-mail."""
    [ticket] = wait_until(lambda: call(agent, "crm.ticket", "search", [("name", "=", subject)]), "the ticket")
    return ticket


def hear_that_it_came(agent, ticket, customer):
    """The customer gets the number of his request."""
    [found] = call(agent, "crm.ticket", "read", [ticket], ["number"])
    run_jobs(agent, OUTBOX)
    return wait_until(lambda: [mail for mail in customer.read() if found["number"] in get_html(mail)], "the acknowledgement")[0]


def take_the_next(agent, ticket):
    """The board shows it, the queue gives it."""
    agent.open("/odoo/tickets", ".o_kanban_view .o_kanban_record")
    look_at(agent, "board")
    agent.open("/odoo/ticket-queue", ".o_data_row, .o_kanban_record")
    look_at(agent, "queue")
    press_next(agent)
    agent.wait_for(".o_form_view [name=number]")
    [taken] = call(agent, "crm.ticket", "read", [ticket], ["user_id"])
    assert taken["user_id"][0] == agent.server.people[f"agent_{agent.language}"]["id"]
    look_at(agent, "ticket")


def answer_and_set_the_stage(agent, ticket, words, customer):
    """A ready text is filled in; the answer leaves, and the ticket waits for the customer."""
    source, _text, said = words["canned"]
    _doing, waiting, _solved = words["stages"]
    press(agent, "[data-hotkey=a]")
    agent.wait_for(f"{DIALOG} [name=canned_id]")
    choose(agent, "canned_id", source, within=".modal ")
    expect(agent.page.locator(".modal [name=body]")).to_contain_text(said)
    expect(agent.page.locator(".modal [name=body]")).to_contain_text(words["customer"])
    choose(agent, "stage_id", waiting, within=".modal ")
    look_at(agent, "answer")
    agent.page.locator(".modal button[name=action_send]").filter(visible=True).click()
    expect(agent.page.locator(".modal")).to_have_count(0)
    [found] = call(agent, "crm.ticket", "read", [ticket], ["stage_id", "is_waiting_for_reply"])
    assert (found["stage_id"][1], found["is_waiting_for_reply"]) == (waiting, False)
    wait_until(lambda: [mail for mail in customer.read() if said in get_html(mail)], "the answer")


def customer_answers(agent, ticket, customer):
    """His answer lands on the ticket, which waits for us again."""
    mail = [mail for mail in customer.read() if mail["References"] or mail["In-Reply-To"]][-1]
    customer.write(mail["Reply-To"] or mail["From"], f"Re: {mail['Subject']}", "It is closed. / Elle est fermée.", answered=mail)
    [found] = call(agent, "crm.ticket", "read", [ticket], ["is_waiting_for_reply"])
    assert found["is_waiting_for_reply"]
    open_ticket(agent, ticket)
    expect(agent.page.locator(".o-mail-Chatter")).to_contain_text("Elle est fermée")


def ask_why_it_is_red(agent, ticket, words):
    """The promised second has passed: the ticket is red, and says why."""
    run_jobs(agent, WATCH)
    wait_until(lambda: call(agent, "crm.ticket", "read", [ticket], ["sla_state"])[0]["sla_state"] == "breached", "the breach")
    open_ticket(agent, ticket)
    open_page(agent, "sla")
    explanation = agent.page.locator("[name=sla_explanation]")
    expect(explanation).to_contain_text(words["policy"])
    expect(explanation).to_contain_text(words["promise"])
    look_at(agent, "why-red")


def apply_a_macro(agent, ticket, words, customer):
    """The dialog says what will happen; then it has happened, and the customer reads it."""
    name, _reply, tag = words["macro"]
    doing, _waiting, _solved = words["stages"]
    press(agent, "[data-hotkey=e]")
    agent.wait_for(f"{DIALOG} [name=macro_id]")
    choose(agent, "macro_id", name, within=".modal ")
    expect(agent.page.locator(".modal [name=preview]")).to_contain_text(doing)
    look_at(agent, "macro")
    agent.page.locator(".modal button[name=action_apply]").click()
    expect(agent.page.locator(".modal")).to_have_count(0)
    [found] = call(agent, "crm.ticket", "read", [ticket], ["stage_id", "tag_ids", "number"])
    [named] = call(agent, "crm.ticket.tag", "read", found["tag_ids"], ["name"])
    assert (found["stage_id"][1], named["name"]) == (doing, tag)
    wait_until(lambda: [mail for mail in customer.read() if words["macro"][1].split("{{")[0] in get_html(mail)], "the macro's text")


def find_an_article(agent, ticket, words):
    """Articles with the words of the subject are offered; the link to one begins a reply."""
    page = agent.page
    open_ticket(agent, ticket)
    pick_action(agent, FIND_ARTICLE)
    found = page.locator(".modal .o_data_row, .modal .o_kanban_record", has_text=words["article"][0])
    expect(found).to_be_visible()
    look_at(agent, "articles")
    found.locator("button[name=action_insert_link]").click()
    expect(page.locator(".modal [name=body] a[href*='/help/']")).to_have_text(words["article"][0])
    page.locator(".modal-footer [special=cancel], .modal-footer .o_form_button_cancel").filter(visible=True).first.click()
    expect(page.locator(".modal")).to_have_count(0)


def merge_the_duplicate(agent, ticket, words, customer, again):
    """The customer has written anew, with other words: both become one."""
    customer.write(words["alias"], again, "???")
    duplicate = find_ticket(agent, again)
    open_ticket(agent, ticket)
    pick_action(agent, MERGE)
    agent.wait_for(f"{DIALOG} [name=ticket_ids]")
    add_to_merge(agent, again)
    look_at(agent, "merge")
    agent.page.locator(".modal button[name=action_merge]").click()
    expect(agent.page.locator(".modal")).to_have_count(0)
    assert not call(agent, "crm.ticket", "search", [("id", "=", duplicate)])
    open_ticket(agent, ticket)
    expect(agent.page.locator(".o-mail-Chatter")).to_contain_text("???")


def close_it(agent, ticket, customer):
    """It is closed; the customer is asked how it was.

    :return: the link in his e-mail, with the best score
    """
    press(agent, "action_close")
    expect(agent.page.locator("button[name=action_close]:visible")).to_have_count(0)
    wait_until(lambda: call(agent, "crm.ticket", "read", [ticket], ["is_closed"])[0]["is_closed"], "the ticket to be closed")
    agent.picture("closed")
    run_jobs(agent, ASK, OUTBOX)
    mail = wait_until(lambda: [one for one in customer.read() if "/satisfaction/" in get_html(one)], "the question")[0]
    return re.search(r'href="[^"]*?(/satisfaction/[^"]+score=5)"', get_html(mail))[1].replace("&amp;", "&")


def vote(visitor, link, customer):
    """Opening the link keeps nothing; pressing the button does, with a word."""
    page = visitor.page
    page.goto(link)
    expect(page.locator("input[name=score][value='5']")).to_be_checked()
    page.locator("#comment").fill(f"Thank you, {customer.name}")
    look_at(visitor, "vote")
    page.locator("form button[type=submit]").click()
    page.wait_for_load_state()
    look_at(visitor, "voted")


def see_the_score(agent, ticket):
    """The ticket shows the score, its conversation the words."""
    [found] = call(agent, "crm.ticket", "read", [ticket], ["satisfaction_answer"])
    assert "5" in found["satisfaction_answer"]
    open_ticket(agent, ticket)
    expect(agent.page.locator(".o-mail-Chatter")).to_contain_text("Thank you")
    look_at(agent, "score")


def make_an_article(agent, ticket, words):
    """What was answered becomes the draft of an article that names nobody."""
    pick_action(agent, MAKE_ARTICLE)
    agent.wait_for(".o_form_view [name=body]")
    look_at(agent, "article")
    [found] = call(agent, "crm.article", "search_read", [("source_ticket_ids", "in", [ticket])], ["body", "state"])
    assert words["canned"][2] in found["body"]
    assert words["customer"] not in found["body"]
    assert found["state"] == "draft"


# -- Ways of the screen ----------------------------------------------------------------------------


def open_page(agent, name):
    """Open a page of the form's notebook."""
    agent.page.locator(f".o_notebook .nav-link[name={name}]").click()


def press_next(agent):
    """Press Next Ticket above the list; a phone has it in the menu."""
    button = agent.page.locator("button[name=action_next_ticket]").filter(visible=True)
    if button.count():
        button.first.click()
    else:
        agent.page.goto("/odoo/action-crm_support.crm_ticket_action_next")


def add_to_merge(agent, subject):
    """Choose another ticket in the dialog of a merge."""
    page = agent.page
    page.locator(".modal .o_field_x2many_list_row_add a, .modal .o-kanban-button-new").filter(visible=True).first.click()
    if agent.size == "desktop":  # a phone shows the board
        search = page.locator(".modal .o_searchview_input").last
        search.fill(subject)
        search.press("Enter")
    page.locator(".modal .o_data_row .o_data_cell, .modal .o_kanban_record", has_text=subject).filter(visible=True).first.click()
    expect(page.locator(".modal")).to_have_count(1)
