"""A visit is planned from a ticket, done with a phone, signed, and its report is on the customer's portal."""

import re

import pytest
from playwright.sync_api import expect

from support.import_process import wait_until
from support.ways import look_at, open_ticket, pick_action
from support.web_calls import call

PLAN = re.compile("Plan a Visit|Planifier une visite")
PLACE = {"latitude": 5.33, "longitude": -4.02}


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_visit_is_planned_done_and_signed_and_its_report_is_on_the_portal(open_screen, words, size, language):
    agent = open_screen("agent", size=size, language=language)
    values = {"name": "The compressor stops", "partner_id": words["colleague_id"], "team_id": words["team_id"]}
    [ticket] = call(agent, "crm.ticket", "create", [values])

    visit = plan(agent, ticket)
    technician = open_screen("agent", size="phone", language=language)
    arrive(technician, visit)
    fill_the_worksheet(technician, words)
    let_the_customer_sign(technician, words)
    check_out(technician, visit)
    [found] = call(agent, "crm.visit", "read", [visit], ["number", "signed_by"])
    assert found["signed_by"] == words["colleague"]
    find_the_report(open_screen("customer", size=size, language=language), ticket, visit, found["number"])
    call(agent, "crm.ticket", "action_close", [ticket])


# -- Steps of the story ----------------------------------------------------------------------------


def plan(agent, ticket):
    """Times are proposed; one click plans the visit.

    :return: the visit
    """
    open_ticket(agent, ticket)
    pick_action(agent, PLAN)
    agent.wait_for(".modal .o_form_view button[name=action_choose]")
    look_at(agent, "proposals")
    agent.page.locator(".modal button[name=action_choose]").filter(visible=True).first.click()
    agent.wait_for(".o_form_view .o_crm_visit_site")
    look_at(agent, "planned")
    [visit] = call(agent, "crm.visit", "search", [("ticket_id", "=", ticket)])
    return visit


def arrive(technician, visit):
    """On the way, and there: the phone says where."""
    page = technician.page
    technician.context.grant_permissions(["geolocation"])
    technician.context.set_geolocation(PLACE)
    technician.open(f"/odoo/visits/{visit}", ".o_crm_visit_site button[name=leave]")
    look_at(technician, "before")
    page.locator("button[name=leave]").click()
    expect(page.locator("button[name=leave]")).to_have_count(0)
    page.locator("button[name=check_in]").click()
    expect(page.locator(".o_crm_visit_question")).to_have_count(2)
    look_at(technician, "worksheet")


def fill_the_worksheet(technician, words):
    """What was measured, what was broken, and what came of it; what is being typed stays while something else is saved."""
    page = technician.page
    _name, how_warm, what, choices = words["visit"]
    page.get_by_label(how_warm).fill("7")
    page.get_by_label(what).select_option(choices[1])
    page.locator("#visit_outcome").select_option("solved")
    expect(page.locator("button[name=check_out]")).to_be_enabled()
    expect(page.get_by_label(how_warm)).to_have_value("7")
    page.get_by_label(how_warm).blur()
    page.locator("#visit_summary").fill("A new hinge.")
    page.locator("#visit_summary").blur()
    expect(page.locator("button[name=check_out]")).to_be_enabled()
    look_at(technician, "filled")


def let_the_customer_sign(technician, words):
    """The customer draws a name on the glass; nothing changes after that."""
    page = technician.page
    page.locator("button[name=sign]").click()
    expect(page.locator(".modal .o_web_sign_name_input")).to_have_value(words["colleague"])
    draw(page, page.locator(".modal canvas"))
    look_at(technician, "signature")
    page.locator(".modal-footer .btn-primary").click()
    expect(page.locator(".o_crm_visit_signature")).to_be_visible()
    look_at(technician, "signed")


def check_out(technician, visit):
    page = technician.page
    page.locator("button[name=check_out]").click()
    expect(page.locator("button[name=check_out]")).to_have_count(0)
    wait_until(lambda: call(technician, "crm.visit", "read", [visit], ["state"])[0]["state"] == "done", "the end of the visit")
    look_at(technician, "done")


def find_the_report(customer, ticket, visit, number):
    """The list of visits leads to the report, and so does the page of the ticket."""
    for path, link in (("/my/visits", f"/my/visits/{visit}/report"), (f"/my/tickets/{ticket}", f"/my/tickets/{ticket}/visit/{visit}")):
        customer.open(path, "main")
        expect(customer.page.locator(f"main a[href^='{link}']")).to_contain_text(number)
        look_at(customer, path.split("/")[2])
    report = customer.context.request.get(link)
    assert (report.status, report.headers["content-type"], report.body()[:5]) == (200, "application/pdf", b"%PDF-")


# -- Ways of the screen ----------------------------------------------------------------------------


def draw(page, canvas):
    """Draw a line with the finger."""
    box = canvas.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 30, middle)
    page.mouse.down()
    for number in range(1, 6):
        page.mouse.move(box["x"] + 30 + 20 * number, middle + (10 if number % 2 else -10))
    page.mouse.up()
