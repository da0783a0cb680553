"""A visitor of a page tells the robot of the live chat what it is about; the agent has it as a ticket."""

import pytest
from playwright.sync_api import expect

from support.import_process import wait_until
from support.ways import look_at, open_ticket
from support.web_calls import call

REQUEST, ADDRESS = "The door does not close", "visitor@chat.example"


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_what_a_visitor_tells_the_robot_becomes_a_ticket(open_screen, words, size, language):
    request = f"{REQUEST} {language}"
    agent = open_screen("agent", size=size, language=language)
    visitor = open_screen(None, size=size, language=language)
    page = visitor.page
    page.goto(words["chat"])
    page.locator(".o-livechat-LivechatButton").click()
    _robot, what, address, thanks = words["robot"]
    for question, answer in ((what, request), (address, ADDRESS)):
        expect(page.locator(".o-mail-ChatWindow")).to_contain_text(question)
        page.locator(".o-mail-Composer-input").fill(answer)
        page.locator(".o-mail-Composer-input").press("Enter")
    expect(page.locator(".o-mail-ChatWindow")).to_contain_text(thanks)
    visitor.picture("chat")
    visitor.errors = [error for error in visitor.errors if "favicon.ico" not in error]

    found = wait_until(
        lambda: call(agent, "crm.ticket", "search_read", [("name", "=", request)], ["number", "partner_email"]), "the ticket"
    )
    assert [ticket["partner_email"] for ticket in found] == [ADDRESS]
    expect(page.locator(".o-mail-ChatWindow")).to_contain_text(found[0]["number"])
    open_ticket(agent, found[0]["id"])
    expect(agent.page.locator(".o_field_widget[name=description]")).to_contain_text(what)
    look_at(agent, "ticket")
    call(agent, "crm.ticket", "action_close", [found[0]["id"]])
