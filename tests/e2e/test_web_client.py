"""The web client opens: board, list, form, in both languages and on both screen sizes, without a single error."""

import pytest
from playwright.sync_api import expect

BOARD = ".o_kanban_view .o_kanban_group"
LABELS = {"en": {"new": "New"}, "fr": {"new": "Nouveau"}}


def test_the_administrator_opens_the_applications(open_screen):
    screen = open_screen("admin")
    screen.open("/odoo", ".o_main_navbar")
    screen.check()


def test_the_board_opens(open_screen, size, language):
    screen = open_screen("manager", size=size, language=language)
    screen.open("/odoo/crm", BOARD)
    expect(screen.page.get_by_role("button", name=LABELS[language]["new"]).first).to_be_visible()
    screen.check()


def test_a_card_opens_as_a_form(open_screen, size, language):
    screen = open_screen("manager", size=size, language=language)
    screen.open("/odoo/crm", BOARD)
    screen.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first.click()
    screen.wait_for(".o_form_view")
    screen.picture("form")
    screen.check()


def test_the_list_opens(open_screen, language):
    screen = open_screen("manager", language=language)
    screen.open("/odoo/crm?view_type=list", ".o_list_view")
    screen.check()


@pytest.mark.parametrize("role", ["salesperson", "seller_of_all", "team_lead", "manager"])
def test_every_role_opens_the_board(open_screen, role):
    screen = open_screen(role)
    screen.open("/odoo/crm", BOARD)
    screen.check()
