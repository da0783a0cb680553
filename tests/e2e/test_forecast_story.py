"""A team lead sets quotas and reads the forecast; a salesperson asks why a deal has its score, and says who decides."""

import itertools

from playwright.sync_api import expect

from support.web_calls import call

NUMBERS = itertools.count(1)


def make_deal(screen, **values):
    """Create a deal of whoever is logged in, which should close this month."""
    today = screen.page.evaluate("new Date().toISOString().slice(0, 10)")
    name = f"Forecast {next(NUMBERS)}"
    [lead] = call(screen, "crm.lead", "create", [{"name": name, "type": "opportunity", "date_deadline": today, **values}])
    return lead, name


def ready(screen):
    expect(screen.page.locator(".o_crm_forecast [aria-busy=false]")).to_be_visible()


def test_a_team_lead_sets_quotas_and_sees_what_is_missing(open_screen, size, language):
    screen = open_screen("team_lead", size=size, language=language)
    page = screen.page
    make_deal(screen, amount=1000, forecast_category="commit")
    screen.open("/odoo/sales-forecast", ".o_crm_forecast_table")
    page.locator("button[name=set_quotas]").click()
    screen.wait_for(".modal .o_form_view")
    page.locator(".modal [name=amount] input").fill("50000")
    screen.picture("set-quotas")
    page.locator(".modal [name=action_apply]").click()
    screen.wait_for(".o_list_view .o_group_header, .o_kanban_view")
    screen.open("/odoo/sales-forecast", ".o_crm_forecast_table")
    page.locator("select[name=group_by]").select_option("month")
    ready(screen)
    page.locator("select[name=unit]").select_option("quarter")
    ready(screen)
    screen.picture("forecast")
    page.locator("[data-row=total] [data-column=commit] button").click()
    expect(page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    screen.picture("what-is-promised")
    page.go_back()
    screen.wait_for(".o_crm_forecast_table")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0
    screen.check()


def test_a_salesperson_asks_why_a_deal_has_its_score(open_screen, size, language):
    screen = open_screen("salesperson", size=size, language=language)
    page = screen.page
    lead, _name = make_deal(screen, phone="+33612345678", amount=500)
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    button = page.locator("button[name=action_explain_score]")
    if not button.first.is_visible():
        page.locator(".o_button_more, .o-form-buttonbox .dropdown-toggle").first.click()
    button.first.click()
    screen.wait_for(".modal .o_form_view")
    expect(page.locator(".modal [name=points]").first).to_have_text("20")
    screen.picture("why")
    page.locator(".modal .btn-primary").click()
    screen.check()


def test_a_salesperson_plans_the_next_step_on_the_deal(open_screen, size, language):
    screen = open_screen("salesperson", size=size, language=language)
    page = screen.page
    lead, _name = make_deal(screen)
    screen.open(f"/odoo/crm/{lead}", ".o_form_view")
    page.locator("[name=next_step] input").fill("Call the buyer")
    page.locator("a[name=people]").click()
    page.locator(".o_form_button_save").first.click()
    expect(page.locator(".o_form_status_indicator_buttons:not(.invisible)")).to_have_count(0)
    screen.picture("next-step")
    activities = call(screen, "mail.activity", "search_read", [("res_model", "=", "crm.lead"), ("res_id", "=", lead)], ["summary"])
    assert [activity["summary"] for activity in activities] == ["Call the buyer"]
    screen.check()
