"""A supplier is asked because of a ticket, answers on his page and by e-mail; the customer sees nothing of it."""

import re

import pytest
from playwright.sync_api import expect

from support.customer_mailbox import CustomerMailbox
from support.import_process import wait_until
from support.ways import STATISTICS, choose, get_html, look_at, open_ticket, pick_action, press
from support.web_calls import call

ASK = re.compile("Ask a Supplier|Interroger un fournisseur")
QUESTION = "Regulator R-404?"
ON_HIS_PAGE, BY_EMAIL = "Ten of them.", "And two in Dakar."


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_supplier_is_asked_and_answers_while_the_customer_sees_nothing(open_screen, live_server, sink, words, size, language):
    supplier = CustomerMailbox(live_server, sink, words["supplier"], words["supplier_address"])
    customer = CustomerMailbox(live_server, sink, words["colleague"], words["colleague_address"])
    agent = open_screen("agent", size=size, language=language)
    values = {"name": "The cold room hums", "partner_id": words["colleague_id"], "team_id": words["team_id"]}
    [ticket] = call(agent, "crm.ticket", "create", [values])

    ask(agent, ticket, words)
    mail = wait_until(lambda: [mail for mail in supplier.read() if QUESTION in get_html(mail)], "the question")[0]
    answer_on_his_page(open_screen(None, size=size, language=language), mail, words)
    supplier.write(mail["Reply-To"] or mail["From"], f"Re: {mail['Subject']}", BY_EMAIL, answered=mail)
    read_the_answers(agent, ticket)
    the_customer_sees_nothing(open_screen("customer", size=size, language=language), customer, ticket)
    call(agent, "crm.ticket", "action_close", [ticket])


# -- Steps of the story ----------------------------------------------------------------------------


def ask(agent, ticket, words):
    """Whom, and what: the conversation with the supplier opens."""
    page = agent.page
    open_ticket(agent, ticket)
    pick_action(agent, ASK)
    agent.wait_for(".modal .o_form_view [name=question]")
    choose_supplier(agent, words["supplier"])
    page.locator(".modal [name=name] input").fill("Regulator")
    page.locator(".modal [name=question] textarea").fill(QUESTION)
    look_at(agent, "ask")
    page.locator(".modal button[name=action_ask]").click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o-mail-Chatter")).to_contain_text(QUESTION)
    look_at(agent, "asked")


def answer_on_his_page(visitor, mail, words):
    """The link of the e-mail leads to the question, without the customer and without a login."""
    page = visitor.page
    link = re.search(r'href="https?://[^/"]+(/(?:mail/view|my/supplier-requests)[^"]+)"', get_html(mail))[1]
    page.goto(link.replace("&amp;", "&"))
    expect(page.locator("main")).to_contain_text(QUESTION)
    expect(page.locator("main")).not_to_contain_text(words["colleague"])
    expect(page.locator("main")).not_to_contain_text("The cold room hums")
    look_at(visitor, "question")
    page.locator("#body").fill(ON_HIS_PAGE)
    page.locator("form[action*='/reply'] button").click()
    expect(page.locator("main [role=status]")).to_be_visible()
    look_at(visitor, "answered")


def read_the_answers(agent, ticket):
    """Both answers stand in the conversation, which the ticket leads to."""
    page = agent.page
    open_ticket(agent, ticket)
    press(agent, "action_view_suppliers", folded=STATISTICS)
    page.locator(".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").filter(visible=True).first.click()
    agent.wait_for(".o_form_view .o-mail-Chatter")
    for text in (ON_HIS_PAGE, BY_EMAIL):
        expect(page.locator(".o-mail-Chatter")).to_contain_text(text)
    look_at(agent, "answers")


def the_customer_sees_nothing(screen, customer, ticket):
    """Neither his page of the ticket nor his e-mails hold a word of it."""
    screen.open(f"/my/tickets/{ticket}", "main #conversation")
    read = [screen.page.locator("main").inner_text(), *map(get_html, customer.read())]
    assert not [text for text in (QUESTION, ON_HIS_PAGE, BY_EMAIL) if any(text in one for one in read)]


# -- Ways of the screen ----------------------------------------------------------------------------


def choose_supplier(agent, name):
    """Type a name, where the screen lets one, and choose."""
    field = agent.page.locator(".modal [name=partner_id] input").filter(visible=True).first
    if agent.size == "phone":
        choose(agent, "partner_id", name, within=".modal ")
        return
    field.press_sequentially(name, delay=15)
    agent.page.locator(".o-autocomplete--dropdown-item", has_text=name).filter(visible=True).first.click()
