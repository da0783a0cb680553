"""A salesperson prepares a call: the customer page with its figures, the timeline with its filters, a reply, a document."""

import itertools

import pytest
from playwright.sync_api import expect

from support.accessibility import faults
from support.web_calls import call

MESSAGES = 60
NUMBERS = itertools.count(1)


@pytest.fixture
def seller(open_screen, size, language):
    """Return the window of a salesperson."""
    return open_screen("seller_of_all", size=size, language=language)


@pytest.fixture
def customer(seller):
    """Return a company with a person, a deal, many messages and a file; made by the salesperson who is logged in."""
    number = next(NUMBERS)
    company = call(seller, "res.partner", "create", [{"name": f"Clinique du Lac {number}", "is_company": True, "phone": "+2252720212223"}])[
        0
    ]
    person = call(seller, "res.partner", "create", [{"name": f"Awa {number}", "parent_id": company, "email": f"awa{number}@example.com"}])[
        0
    ]
    deal = call(
        seller, "crm.lead", "create", [{"name": f"Cold room {number}", "type": "opportunity", "partner_id": person, "amount": 5000}]
    )[0]
    notes = [
        {"model": "crm.lead", "res_id": deal, "body": f"<p>{f'Step {index} of the visit. ' * 12}</p>", "message_type": "comment"}
        for index in range(MESSAGES)
    ]
    call(seller, "mail.message", "create", notes)
    call(
        seller,
        "crm.lead",
        "message_post",
        [deal],
        body="Here is our offer.",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=[person],
    )
    call(seller, "ir.attachment", "create", [{"name": "plan.txt", "raw": "Plan of the cold room", "res_model": "crm.lead", "res_id": deal}])
    return {"company": company, "person": person, "deal": deal, "name": f"Clinique du Lac {number}"}


def open_page(screen, customer):
    """Open the customer page by its button in the contacts."""
    screen.open(f"/odoo/contacts/{customer['company']}", ".o_form_view")
    button = screen.page.locator("button[name=action_view_customer_page]:visible").first
    if screen.size == "phone":
        screen.page.locator(".o-form-buttonbox button, .o_control_panel .o_button_box button, button:has(.fa-bolt)").first.click()
        expect(button).to_be_visible()
        # the menu slides in from below: no steady place to click on
        button.dispatch_event("click")
    else:
        button.click()
    screen.wait_for(".o_crm_timeline_row")
    screen.picture("customer-page")


def test_a_seller_reads_filters_and_scrolls_the_timeline_of_a_customer(seller, customer):
    page = seller.page
    open_page(seller, customer)
    expect(page.locator("h1")).to_contain_text(customer["name"])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    rows = page.locator(".o_crm_timeline_row")
    first = rows.count()
    assert first <= 40, first
    page.locator(".o_crm_timeline_end").scroll_into_view_if_needed()
    expect(rows.nth(MESSAGES)).to_be_attached()
    seller.picture("scrolled")
    page.locator(".o_crm_timeline_chips [data-channel=call]").click()
    expect(page.locator(".o_crm_timeline_empty")).to_be_visible()
    seller.picture("nothing-matches")
    page.locator(".o_crm_timeline_empty button").click()
    expect(rows.first).to_be_visible()
    page.locator(".o_crm_timeline input[type=search]").fill("offer")
    expect(rows).to_have_count(1)
    seller.picture("searched")
    seller.check()


def test_a_reply_opens_the_composer_and_the_answer_is_in_the_timeline(seller, customer):
    page = seller.page
    open_page(seller, customer)
    page.locator(".o_crm_timeline_reply").first.click()
    expect(page.locator(".modal .o_mail_composer_form_view, .modal .o_form_view")).to_be_visible()
    seller.picture("reply")
    page.locator(".modal .odoo-editor-editable").first.click()
    page.keyboard.type("One more word")
    page.locator(".modal button[name=action_send_mail]").click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(".o_crm_timeline_excerpt", has_text="One more word")).to_be_visible()
    seller.picture("answered")
    seller.check()


def test_a_card_opens_its_list_and_back_is_where_one_was(seller, customer):
    page = seller.page
    open_page(seller, customer)
    card = page.locator("[data-card=open_deals]")
    expect(card).to_contain_text("1")
    card.click()
    seller.wait_for(".o_list_view, .o_kanban_view")
    expect(page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")).to_have_count(1)
    seller.picture("deals")
    page.go_back()
    seller.wait_for(".o_crm_timeline_row")
    expect(page.locator("h1")).to_contain_text(customer["name"])
    page.locator(".o_crm_timeline_title").first.click()
    seller.wait_for(".o_form_view")
    seller.picture("record")
    page.reload()
    seller.wait_for(".o_form_view")
    seller.check()


def test_the_documents_of_the_deals_are_with_the_customer(seller, customer):
    page = seller.page
    open_page(seller, customer)
    page.get_by_role("tab", name="Documents").click()
    document = page.locator(".o_crm_document")
    expect(document).to_have_count(1)
    expect(document).to_contain_text("plan.txt")
    seller.picture("documents")
    page.locator(".o_crm_documents input[type=search]").fill("cold room")
    expect(document).to_have_count(1)
    page.locator(".o_crm_documents button.btn-secondary").first.click()
    seller.wait_for(".o_list_view, .o_kanban_view")
    expect(page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")).to_have_count(1)
    seller.picture("documents-list")
    page.locator(".o_data_row .o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").first.click()
    seller.wait_for(".o_form_view")
    seller.picture("document")
    seller.check()


def test_a_file_is_added_on_the_page_and_tagged(seller, customer):
    page = seller.page
    call(seller, "crm.document.tag", "create", [{"name": f"Site plan {customer['company']}"}])
    open_page(seller, customer)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator(".o_crm_documents button[name=add_document]")).to_be_visible()
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"Two doors"} for name in ("doors.txt", "walls.txt")]
    page.locator(".o_crm_documents input[type=file]").set_input_files(files)
    expect(page.locator(".o_crm_document")).to_have_count(3)
    seller.picture("added")
    domain = [["name", "in", ["doors.txt", "walls.txt"]], ["res_model", "=", "res.partner"], ["res_id", "=", customer["company"]]]
    assert call(seller, "ir.attachment", "search_count", domain) == len(files)
    page.locator(".o_crm_document_edit").first.click()
    tags = page.locator(".modal div[name=document_tag_ids] input")
    tags.click()
    page.locator(".o-autocomplete--dropdown-item, .modal .o_kanban_record", has_text=f"Site plan {customer['company']}").first.click()
    seller.picture("tagged")
    page.locator(".modal .o_form_button_save").click()
    expect(page.locator(".o_crm_document .o_tag", has_text="Site plan")).to_be_visible()
    seller.check()


def test_reaching_out_from_the_page_opens_the_dialog_to_write(seller, customer):
    page = seller.page
    open_page(seller, customer)
    page.locator("button[name=reach_out]").click()
    expect(page.locator(".modal button[name=action_send]")).to_be_visible()
    seller.picture("reach-out")
    seller.check()


def test_the_customer_page_has_no_grave_fault_and_fits_a_narrow_phone(seller, customer):
    page = seller.page
    open_page(seller, customer)
    found = faults(page)
    assert not found, "\n".join(found)
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".o_crm_document")).to_be_visible()
    found = faults(page)
    assert not found, "\n".join(found)
    page.set_viewport_size({"width": 320, "height": 640})
    page.reload()
    seller.wait_for(".o_crm_timeline_row")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    seller.picture("narrow")
    seller.check()
