"""A customer on the phone: asks on the form, finds the answer on the portal, answers, closes, votes and opens it again."""

import re

import pytest
from playwright.sync_api import expect

from support.customer_mailbox import CustomerMailbox
from support.import_process import wait_until
from support.ways import get_html, look_at, run_jobs
from support.web_calls import call

OUTBOX = "crm_core.ir_cron_crm_dispatch_email"
ASK = "crm_support.ir_cron_crm_satisfaction"
#: longer than a form needs that a person fills in
SECONDS_OF_A_PERSON = 3500


@pytest.mark.parametrize(("size", "language"), [("phone", "fr"), ("phone", "en")])
def test_a_customer_asks_reads_answers_closes_votes_and_opens_it_again(open_screen, live_server, sink, words, size, language):
    customer = CustomerMailbox(live_server, sink, words["colleague"], words["colleague_address"])
    subject = f"{words['article'][2]} 14"
    visitor = open_screen(None, size=size, language=language)
    ask_on_the_form(visitor, words, customer, subject)
    lead = open_screen("support_lead", language=language)
    ticket = answer_by_the_team(lead, subject)

    phone = open_screen("customer", size=size, language=language)
    find_it_on_the_portal(phone, subject)
    answer_with_a_file(phone, lead, ticket)
    close_it(phone, lead, ticket)
    vote(phone, visitor, lead, customer)
    open_it_again(phone, lead, ticket)
    a_stranger_sees_nothing(open_screen("stranger", size=size, language=language), ticket, subject)
    call(lead, "crm.ticket", "action_close", [ticket])


# -- Steps of the story ----------------------------------------------------------------------------


def ask_on_the_form(visitor, words, customer, subject):
    """An article is proposed while the subject is written; it does not help, the request leaves."""
    page = visitor.page
    title, _answer, asked, step = words["article"]
    visitor.open(words["form"], "form")
    look_at(visitor, "form")
    page.locator("#subject").press_sequentially(asked, delay=20)
    suggestion = page.locator(".o_crm_suggestions a", has_text=title)
    expect(suggestion).to_be_visible()
    look_at(visitor, "suggested")
    with visitor.context.expect_page() as opened:
        suggestion.click()
    expect(opened.value.locator("main")).to_contain_text(step)
    opened.value.close()
    page.locator("#name").fill(customer.name)
    page.locator("#email").fill(customer.address)
    page.locator("#subject").fill(subject)
    page.locator("#description").fill("14 °C !")
    page.wait_for_timeout(SECONDS_OF_A_PERSON)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/sent/*")
    look_at(visitor, "sent")


def answer_by_the_team(lead, subject):
    """The team lead takes the ticket and answers.

    :return: the ticket
    """
    [ticket] = wait_until(lambda: call(lead, "crm.ticket", "search", [("name", "=", subject)]), "the ticket of the form")
    call(lead, "crm.ticket", "action_assign_to_me", [ticket])
    call(lead, "crm.ticket", "message_post", [ticket], body="A note", message_type="comment", subtype_xmlid="mail.mt_note")
    call(lead, "crm.ticket", "message_post", [ticket], body="Is it closed?", message_type="comment", subtype_xmlid="mail.mt_comment")
    return ticket


def find_it_on_the_portal(phone, subject):
    """The list has it, the search finds it; the page shows the answer and not the note."""
    page = phone.page
    phone.open("/my/tickets", "#tickets")
    look_at(phone, "list")
    page.locator("#ticket_search").fill("14")
    page.locator("form[role=search] button").click()
    page.locator("#tickets a", has_text=subject).click()
    expect(page.locator("main")).to_contain_text("Is it closed?")
    expect(page.locator("main")).not_to_contain_text("A note")
    look_at(phone, "ticket")


def answer_with_a_file(phone, lead, ticket):
    """The answer and its picture stand on the page, and on the ticket."""
    page = phone.page
    page.locator("#body").fill("Yes, it is.")
    page.locator("#reply_files").set_input_files([{"name": "door.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}])
    page.locator("form[action*='/reply'] button").click()
    expect(page.locator("main a", has_text="door.png")).to_be_visible()
    look_at(phone, "answered")
    [found] = call(lead, "crm.ticket", "read", [ticket], ["is_waiting_for_reply"])
    assert found["is_waiting_for_reply"]


def close_it(phone, lead, ticket):
    phone.page.locator("form[action*='/close'] button").click()
    expect(phone.page.locator("form[action*='/reopen']")).to_be_visible()
    look_at(phone, "closed")
    assert call(lead, "crm.ticket", "read", [ticket], ["is_closed"])[0]["is_closed"]


def vote(phone, visitor, lead, customer):
    """The e-mail leads to the page, and the portal does; the page keeps the score."""
    run_jobs(lead, ASK, OUTBOX)
    phone.page.reload()
    expect(phone.page.locator("#rate a")).to_be_visible()
    look_at(phone, "rate")
    mail = wait_until(lambda: [one for one in customer.read() if "/satisfaction/" in get_html(one)], "the question")[0]
    page = visitor.page
    page.goto(re.search(r'href="[^"]*?(/satisfaction/[^"?]+)', get_html(mail))[1])
    page.locator("label:has(input[name=score][value='2'])").click()
    page.locator("#comment").fill("14 °C")
    look_at(visitor, "vote")
    page.locator("form button[type=submit]").click()
    page.wait_for_load_state()
    domain = [("email", "=", customer.address)]
    wait_until(lambda: [one["score"] for one in call(lead, "crm.satisfaction", "search_read", domain, ["score"])] == [2], "the score")
    phone.page.reload()
    expect(phone.page.locator("#rate")).to_have_count(0)


def open_it_again(phone, lead, ticket):
    phone.page.locator("form[action*='/reopen'] button").click()
    expect(phone.page.locator("form[action*='/close']")).to_be_visible()
    look_at(phone, "open-again")
    assert not call(lead, "crm.ticket", "read", [ticket], ["is_closed"])[0]["is_closed"]


def a_stranger_sees_nothing(stranger, ticket, subject):
    """Neither list nor search nor address lead anywhere."""
    page = stranger.page
    for path in ("/my/tickets?filterby=all", "/my/tickets?filterby=all&search=14", f"/my/tickets/{ticket}"):
        page.goto(path)
        expect(page.locator("main")).not_to_contain_text(subject)
    look_at(stranger, "nothing")
    # the browser notes the refused page
    stranger.errors = [error for error in stranger.errors if "404" not in error]
