"""A salesperson sends a customer his own booking link; the customer books, moves and cancels; the salesperson sees it."""

import itertools
import time

import pytest
from playwright.sync_api import expect

from support.ways import choose_time, look_at
from support.web_calls import call

NUMBERS = itertools.count(int(time.time()))


def make_link(screen):
    """Make a link of whoever is logged in, open at all hours."""
    hours = [(0, 0, {"weekday": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)]
    slug = f"story-{next(NUMBERS)}"
    values = {"name": "Half an hour", "slug": slug, "hours_mode": "own", "hour_ids": hours, "notice_hours": 48}
    questions = [(0, 0, {"name": "Rooms?", "kind": "choice", "choices": "One\nSeveral", "is_required": True})]
    [link] = call(screen, "crm.booking.type", "create", [{**values, "question_ids": questions}])
    return link


def get_own_url(screen, lead):
    """Return the customer's own link, as the dialog on his deal shows it."""
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    button = screen.page.locator("button[name=action_share_booking_link]")
    if not button.first.is_visible():
        screen.page.locator(".o_statusbar_buttons .dropdown-toggle, .o_cp_action_menus .dropdown-toggle").last.click()
    button.filter(visible=True).first.click()
    screen.wait_for(".modal div[name=url]")
    screen.picture("share")
    [share] = call(screen, "crm.booking.share", "create", [{"lead_id": lead}])
    return call(screen, "crm.booking.share", "read", [share], ["url"])[0]["url"]


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_customer_books_moves_and_cancels_by_his_own_link(open_screen, size, language):
    seller = open_screen("salesperson", size=size, language=language)
    link = make_link(seller)
    email = f"awa.{next(NUMBERS)}@dakar.example"
    values = {"name": "Cold rooms", "contact_name": "Awa Diop", "email_from": email, "type": "opportunity"}
    [lead] = call(seller, "crm.lead", "create", [values])
    url = get_own_url(seller, lead)

    visitor = open_screen(None, size=size, language=language)
    page = visitor.page
    page.goto("/book/" + url.partition("/book/")[2])
    page.locator("ul.times a").first.wait_for()
    look_at(visitor, "times")
    choose_time(visitor)
    expect(page.locator("#name")).to_have_value("Awa Diop")
    expect(page.locator("#email")).to_have_value(email)
    look_at(visitor, "form")
    page.locator("input[type=radio]").nth(1).check()
    page.locator("form[method=post] button").dblclick()
    page.wait_for_url("**/book/meeting/*")
    look_at(visitor, "booked")

    [booking] = call(seller, "crm.booking", "search_read", [["lead_id", "=", lead]], ["answers", "event_id", "type_id"])
    assert booking["event_id"] and booking["type_id"][0] == link and "Several" in booking["answers"]

    page.locator("a[href*='move=']").click()
    choose_time(visitor, day=2)
    look_at(visitor, "move")
    page.locator("form[method=post] button").click()
    page.wait_for_url("**/book/meeting/*")
    page.locator("a[href$='/cancel']").click()
    look_at(visitor, "cancel")
    page.locator("form[method=post] button").click()
    expect(page.locator("a[href$='/cancel']")).to_have_count(0)
    look_at(visitor, "cancelled")

    states = call(seller, "crm.booking", "search_read", [["lead_id", "=", lead]], ["state"])
    assert sorted(one["state"] for one in states) == ["cancelled", "moved"]
    seller.open("/odoo/bookings", ".o_list_view, .o_kanban_view")
    seller.check()
    visitor.check()
