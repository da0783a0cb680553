"""Ways of the screen that stories share: to look, to press, to choose."""

from playwright.sync_api import expect

from support.accessibility import faults

#: what opens the buttons of a form that do not fit
HEADER = ".o_statusbar_buttons .dropdown-toggle"
STATISTICS = ".o_button_more, .o-form-buttonbox .dropdown-toggle"
#: what opens the menu of a form or list with everything else
ACTIONS = ".o_cp_action_menus .dropdown-toggle:has(.fa-cog), .o_cp_action_menus .o-dropdown"


def look_at(screen, label):
    """Keep a picture; fail on what people who cannot see would stumble over, and on a page that is wider than the screen."""
    screen.picture(label)
    found = faults(screen.page)
    assert not found, "\n".join(found)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), label


def press(screen, name, *, folded=HEADER):
    """Press a button of the form, out of the menu where a narrow screen folds it."""
    selector = f"button{name}" if name.startswith(("[", ":")) else f"button[name={name}]"
    button = screen.page.locator(selector).filter(visible=True)
    if not button.count():
        screen.page.locator(folded).filter(visible=True).first.click()
        expect(button.first).to_be_visible()
    # menus slide in from below: no steady place to click on
    button.first.dispatch_event("click")


def choose(screen, name, words, within=".o_form_view "):
    """Open what a link proposes, a list or on a phone a window, and choose."""
    page = screen.page
    page.locator(f"{within}[name={name}] input").filter(visible=True).first.click()
    page.locator(".o-autocomplete--dropdown-item, .modal .o_kanban_record", has_text=words).filter(visible=True).first.click()


def pick_action(screen, words):
    """Choose from the menu of actions of a form or list."""
    page = screen.page
    page.locator(ACTIONS).filter(visible=True).first.click()
    page.locator(".o-dropdown-item, .o_menu_item", has_text=words).filter(visible=True).first.dispatch_event("click")


def choose_time(visitor, *, day=1):
    """Choose a time on the page of a booking link, of a day that has all its times: the first day may have few of them left.

    :param int day: how many days after the first free one
    """
    page = visitor.page
    days = page.locator("ul[aria-labelledby=days] a")
    days.nth(day).click()
    expect(days.nth(day)).to_have_attribute("aria-current", "date")
    page.locator("ul.times a").nth(1).click()


def open_ticket(screen, ticket):
    """Open the form of a ticket."""
    screen.page.goto(f"/odoo/tickets/{ticket}")
    screen.wait_for(".o_form_view [name=number]")


def run_jobs(screen, *names):
    """Have scheduled jobs of the server done at once, as the next minute would.

    :param str names: external ids
    """
    key = screen.server.people["admin_en"]["key"]
    for name in names:
        module, _, short = name.partition(".")
        _status, [row] = screen.server.json2(
            "ir.model.data", "search_read", key, domain=[("module", "=", module), ("name", "=", short)], fields=["res_id"]
        )
        status, answer = screen.server.json2("ir.cron", "method_direct_trigger", key, ids=[row["res_id"]])
        assert status == 200, answer


def get_html(mail):
    """Return what is to be read in an e-mail."""
    part = mail.get_body(preferencelist=("html", "plain"))
    return part.get_content() if part else ""
