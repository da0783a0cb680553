"""The day of a sales team, from the customer's first e-mail to the forecast, with real e-mails in and out and the server's own jobs.

The salesperson is new: the day itself ticks off most of the first steps. The panel above the board is told in ``test_adoption_story.py``.
"""

import re

import pytest
from playwright.sync_api import expect

from suite.stand_ins.smtp_sink import SmtpSink
from support.cast import add_cast
from support.customer_mailbox import CustomerMailbox
from support.import_process import wait_until
from support.live_server import LiveServer
from support.modules import change_module
from support.odoo_shell import call_inside
from support.ways import STATISTICS, choose, choose_time, get_html, look_at, press, run_jobs
from support.web_calls import call

REQUESTS = {
    "en": ("A cold room for my clinic", "Good morning, we need a cold room. Call me on +225 07 07 12 34 56."),
    "fr": ("Une chambre froide pour ma clinique", "Bonjour, il nous faut une chambre froide. Appelez-moi au +225 07 07 12 34 56."),
}
#: what looks through the cadences and the outbox
JOBS = ("crm_core.ir_cron_crm_cadence", "crm_core.ir_cron_crm_dispatch_email")
REACHED = 0
WON = 2500


@pytest.fixture(scope="module")
def sink():
    """Return the mail server by which e-mails leave."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database where quotations can be made."""
    name = workspace.copy(live_template, "story")
    change_module(workspace, name, "install", "sale_crm")
    return name


@pytest.fixture(scope="module")
def people(workspace, database):
    """Return the cast."""
    return add_cast(workspace, database)


@pytest.fixture(scope="module")
def setting(workspace, database, people, sink):
    """Return what each team works with, by language."""
    return call_inside(workspace, database, "sales_day_in_odoo.set_up", port=sink.port, people=people)


@pytest.fixture(scope="module")
def live_server(workspace, database, people, setting):
    """Return a server that does its scheduled jobs too."""
    server = LiveServer(workspace, database, people)
    server.start("--max-cron-threads=1")
    yield server
    server.stop()
    server.check_log()


@pytest.fixture
def words(setting, language):
    """Return what the team of a language works with, by its names."""
    return setting[language]


@pytest.mark.parametrize(("size", "language"), [("desktop", "en"), ("phone", "fr")])
def test_a_request_by_email_becomes_a_deal_that_is_won_and_counted(open_screen, live_server, sink, words, size, language):
    customer = CustomerMailbox(live_server, sink, words["customer"], words["address"])
    customer.write(words["alias"], *REQUESTS[language])
    seller = open_screen("salesperson", size=size, language=language)
    lead = find_lead(seller, customer)

    see_it_first_on_today(seller, lead)
    ask_why_this_score(seller, lead, words)
    complete_the_lead(seller, lead)
    call_with_the_script(seller, lead, words)
    cadence_stops_when_the_customer_answers(seller, lead, words, customer)
    link = write_with_a_booking_link(seller, lead, words, customer)
    visitor = open_screen(None, size=size, language=language, zone="Indian/Antananarivo")
    book(visitor, link, customer)
    see_the_meeting(seller, lead, words, customer)
    quote_and_win(seller, lead, words)
    lose_another_deal(seller, words)
    finish_the_first_steps(seller)
    leader = open_screen("team_lead", size=size, language=language)
    read_the_forecast(leader, live_server.people[f"salesperson_{language}"])
    read_why_deals_were_lost(leader, words)


# -- Steps of the story ----------------------------------------------------------------------------


def find_lead(seller, customer):
    """Return the lead that came of the customer's e-mail, once it belongs to the salesperson."""
    domain = [("email_normalized", "=", customer.address), ("user_id.login", "=", f"salesperson_{seller.language}")]
    [lead] = wait_until(lambda: call(seller, "crm.lead", "search", domain), "a lead of the salesperson")
    return lead


def see_it_first_on_today(seller, lead):
    """The new lead stands at the top, with the reason; one tap opens it."""
    seller.open("/odoo/today", ".o_crm_today_item")
    item = seller.page.locator(".o_crm_today_item")
    expect(item).to_have_attribute("data-key", f"crm.lead,{lead}")
    expect(item.locator(".o_crm_today_reasons li").first).not_to_be_empty()
    look_at(seller, "today")
    item.locator("[name=open]").click()
    seller.wait_for(".o_form_view [name=email_from]")


def ask_why_this_score(seller, lead, words):
    """The server scores the lead by itself; the window names the rule that gave the points."""
    wait_until(lambda: call(seller, "crm.lead", "read", [lead], ["score_points"])[0]["score_points"] >= 30, "the score")
    open_lead(seller, lead)
    press(seller, "action_explain_score", folded=STATISTICS)
    seller.wait_for(".modal .o_form_view")
    expect(seller.page.locator(".modal")).to_contain_text(words["rule"])
    seller.picture("why-this-score")
    seller.page.locator(".modal .btn-primary").click()


def complete_the_lead(seller, lead):
    """What the e-mail says is written where it belongs: the number, the amount."""
    open_lead(seller, lead)
    page = seller.page
    page.locator("[name=phone] input").filter(visible=True).fill("+225 07 07 12 34 56")
    page.locator("[name=expected_revenue] input").filter(visible=True).fill(str(WON))
    page.locator(".o_form_button_save").first.click()
    expect(page.locator(".o_form_status_indicator_buttons:not(.invisible)")).to_have_count(0)
    look_at(seller, "lead")


def call_with_the_script(seller, lead, words):
    """The number is tapped, the script leads on and fills in the priority, the call is written down."""
    page = seller.page
    page.locator("div[name=phone]").first.hover()
    page.locator("a.o_phone_form_link").filter(visible=True).first.click()
    seller.wait_for(".o_crm_call_log")
    page.locator(".o_crm_call_script select").select_option(label=words["script"])
    expect(page.locator(".o_crm_call_text")).to_contain_text(words["customer"])
    look_at(seller, "script")
    page.locator(".o_crm_call_step").get_by_role("button", name=words["answers"][0]).click()
    expect(page.locator(".o_crm_call_text")).to_contain_text(words["closing"][1])
    page.locator(".o_crm_call_outcomes > .o_crm_call_buttons button").nth(REACHED).click()
    seller.picture("outcome")
    page.locator(".modal-footer .btn-primary").click()
    expect(page.locator(".o_crm_call_log")).to_have_count(0)
    [logged] = call(seller, "crm.call", "search_read", [("lead_id", "=", lead)], ["is_reached"])
    [found] = call(seller, "crm.lead", "read", [lead], ["priority"])
    assert (logged["is_reached"], found["priority"]) == (True, "3")


def cadence_stops_when_the_customer_answers(seller, lead, words, customer):
    """The first e-mail leaves, the call after it is planned; the answer ends it all, and the lead says so."""
    page = seller.page
    open_lead(seller, lead)
    press(seller, "action_enroll_in_cadence")
    seller.wait_for(".modal .o_form_view")
    choose(seller, "cadence_id", words["cadence"], within=".modal ")
    expect(page.locator(".modal [name=preview] tr").first).to_be_visible()
    seller.picture("cadence-preview")
    page.locator(".modal button[name=action_enroll]").click()
    expect(page.locator("[name=cadence] [name=cadence_status]")).to_contain_text(words["cadence"])
    first, planned, last = words["steps"]
    mail = customer.wait_for(first)
    calls = [("res_model", "=", "crm.lead"), ("res_id", "=", lead), ("summary", "=", planned)]
    wait_until(lambda: call(seller, "mail.activity", "search", calls), "the call of the cadence")
    seller.open(f"/odoo/crm/{lead}", "[name=cadence]")
    customer.write(mail["Reply-To"] or mail["From"], f"Re: {mail['Subject']}", "Yes please.", answered=mail)
    open_lead(seller, lead)
    look_at(seller, "cadence-stopped")
    [enrollment] = call(seller, "crm.cadence.enrollment", "search_read", [("lead_id", "=", lead)], ["state", "reason"])
    assert (enrollment["state"], enrollment["reason"]) == ("stopped", "reply")
    expect(page.locator("[name=cadence] [name=cadence_status]")).to_contain_text(words["cadence"])
    assert not call(seller, "mail.activity", "search", calls)
    run_jobs(seller, *JOBS)
    assert not customer.read(last)


def write_with_a_booking_link(seller, lead, words, customer):
    """The customer waits on Today; from the lead he is written to, with his own link.

    :return: the link in his e-mail
    """
    page = seller.page
    seller.open("/odoo/today", f".o_crm_today_item[data-key='crm.lead,{lead}']")
    expect(page.locator(".o_crm_today_reasons li").first).to_contain_text(words["customer"])
    look_at(seller, "customer-waits")
    open_lead(seller, lead)
    press(seller, "action_share_booking_link")
    seller.wait_for(".modal div[name=url]")
    seller.picture("booking-link")
    page.locator(".modal button[name=action_write]").click()
    seller.wait_for(".modal button[name=action_send]")
    look_at(seller, "message")
    page.locator(".modal button[name=action_send]").click()
    expect(page.locator(".modal")).to_have_count(0)
    mail = wait_until(lambda: [one for one in customer.read() if "/book/" in get_html(one)], "the e-mail with the link")[0]
    return re.search(r'href="[^"]*?(/book/[^"]+)"', get_html(mail))[1].replace("&amp;", "&")


def book(visitor, link, customer):
    """The customer chooses a time on his own clock, without logging in."""
    page = visitor.page
    page.goto(link)
    page.locator("ul.times a").first.wait_for()
    expect(page.locator(".facts")).to_contain_text("Antananarivo")
    look_at(visitor, "times")
    choose_time(visitor)
    expect(page.locator("#email")).to_have_value(customer.address)
    look_at(visitor, "booking")
    page.locator("form[method=post] button").click()
    page.wait_for_url("**/book/meeting/*")
    look_at(visitor, "booked")


def see_the_meeting(seller, lead, words, customer):
    """The meeting is on the lead, and its confirmation in the customer's mailbox."""
    [booking] = call(seller, "crm.booking", "search_read", [("lead_id", "=", lead)], ["event_id", "state"])
    assert booking["event_id"] and booking["state"] == "booked"
    is_confirmation = lambda mail: any(part.get_content_type() == "text/calendar" for part in mail.walk())  # noqa: E731
    wait_until(lambda: any(map(is_confirmation, customer.read())), "the confirmation")
    open_lead(seller, lead)
    seller.picture("with-meeting")


def quote_and_win(seller, lead, words):
    """The stage of offers drafts the quotation; the deal is won."""
    page = seller.page
    enter_stage(seller, words["stages"][1])
    wait_until(lambda: call(seller, "crm.lead", "read", [lead], ["quotation_count"])[0]["quotation_count"] == 1, "the quotation")
    open_lead(seller, lead)
    press(seller, "action_view_sale_quotation", folded=STATISTICS)
    seller.wait_for(".o_form_view [name=order_line], .o_list_view, .o_kanban_view")
    look_at(seller, "quotation")
    open_lead(seller, lead)
    press(seller, "action_set_won_rainbowman")
    wait_until(lambda: call(seller, "crm.lead", "read", [lead], ["won_status"])[0]["won_status"] == "won", "the deal to be won")
    page.wait_for_timeout(500)
    seller.picture("won")


def lose_another_deal(seller, words):
    """Another deal goes to a competitor, and the dialog asks why."""
    page = seller.page
    [lead] = call(seller, "crm.lead", "create", [{"name": "Bakery", "type": "opportunity", "expected_revenue": 700}])
    open_lead(seller, lead)
    press(seller, "[data-hotkey=l]")
    seller.wait_for(".modal .o_form_view")
    page.locator(".modal [name=lost_reason_id]").get_by_text(words["reason"]).click()
    choose(seller, "lost_to_id", words["competitor"], within=".modal ")
    look_at(seller, "lost")
    page.locator(".modal button[name=action_lost_reason_apply]").click()
    expect(page.locator(".modal")).to_have_count(0)
    [found] = call(seller, "crm.lead", "read", [lead], ["won_status", "lost_reason_id", "lost_to_id"])
    assert (found["won_status"], found["lost_reason_id"][1], found["lost_to_id"][1]) == ("lost", words["reason"], words["competitor"])


def finish_the_first_steps(seller):
    """The day has ticked off what it could; the list itself leads to what is left, the salesperson's number and signature."""
    page = seller.page
    seller.open("/odoo/getting-started", ".o_crm_first_step")
    look_at(seller, "first-steps")
    page.locator("button[name=do_step]").first.click()
    seller.wait_for(".o_form_view [name=signature]")
    page.locator("[name=phone] input").filter(visible=True).fill("+33 6 12 34 56 78")
    page.locator("[name=signature] .odoo-editor-editable").click()
    page.keyboard.type(" – cold rooms")
    seller.picture("own-user")
    page.locator(".modal button[name=preference_save]").click()
    expect(page.locator(".modal")).to_have_count(0)
    seller.open("/odoo/getting-started", ".o_crm_first_step")
    expect(page.locator("button[name=do_step]")).to_have_count(0)
    seller.picture("all-steps-done")


def read_the_forecast(leader, person):
    """What was won counts against the salesperson's quota."""
    [who] = call(leader, "res.users", "read", [person["id"]], ["name"])
    leader.open("/odoo/sales-forecast", ".o_crm_forecast_table")
    row = leader.page.locator(".o_crm_forecast_table tbody tr").filter(has_text=who["name"])
    expect(row.locator("[data-column=closed]")).to_contain_text(re.compile(r"2.?500"))
    expect(row.locator("[data-column=quota]")).to_contain_text(re.compile(r"1.?000"))
    expect(row).to_contain_text(re.compile(r"250\s%"))
    look_at(leader, "forecast")
    row.locator("[data-column=closed] button").click()
    expect(leader.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")).to_have_count(1)
    leader.picture("what-was-won")


def read_why_deals_were_lost(leader, words):
    """The list of what was won and lost names the reason and who got it."""
    leader.open("/odoo/action-crm_core.crm_lead_outcome_action", ".o_list_view, .o_kanban_view")
    row = leader.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").filter(has_text=words["reason"])
    expect(row).to_have_count(1)
    expect(row).to_contain_text(words["competitor"])
    look_at(leader, "why-lost")


# -- Ways of the screen ----------------------------------------------------------------------------


def open_lead(seller, lead):
    seller.page.goto(f"/odoo/crm/{lead}")
    seller.wait_for(".o_form_view [name=email_from]")


def enter_stage(screen, name):
    """Choose a stage on the bar of the deal."""
    page = screen.page
    bar = page.locator(".o_statusbar_status").filter(visible=True)
    if screen.size == "phone":
        bar.locator(".dropdown-toggle").filter(visible=True).first.click()
    page.locator(".o_statusbar_status button, .o-dropdown-item").filter(visible=True, has_text=name).first.click()
