import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { animationFrame, expect, queryAllTexts, test } from "@odoo/hoot";
import { contains, getService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const LIST = { type: "ir.actions.client", tag: "crm_core.customer_page_test_list" };

function makePage(values = {}) {
    return {
        header: {
            name: "Awa Traoré",
            image: "",
            company: { id: 4, name: "Clinique du Lac" },
            owner: { id: 2, name: "Mitchell" },
            role: "Buyer",
            phone: "+2250102030405",
            email: "awa@example.com",
            place: "Abidjan",
            badges: [{ name: "Customer", tone: "good" }],
            tags: [{ name: "VIP", color: 3 }],
        },
        cards: [
            { id: "open_deals", sequence: 1, title: "Open deals", value: "1 500 F", subtitle: "2 deals", icon: "fa-star-o", tone: "neutral", action: LIST },
            { id: "last_contact", sequence: 2, title: "Last contact", value: "", subtitle: "", icon: "fa-comments-o", tone: "warning", action: null },
        ],
        next_actions: [
            { id: "answer", sequence: 1, title: "Answer", reason: "She waits.", icon: "fa-reply", tone: "warning", button: "Answer", action: LIST },
            { id: "plan", sequence: 2, title: "Plan", reason: "Nothing is planned.", icon: "fa-clock-o", tone: "neutral", button: "Plan", action: LIST },
        ],
        relations: [{ id: "contacts", title: "Contacts", count: 1, action: null, records: [{ model: "res.partner", id: 6, name: "Koffi", detail: "", phone: "+225" }] }],
        has_timeline: true,
        has_documents: true,
        can_write_to: true,
        call_activity_type_id: 2,
        ...values,
    };
}

function serve(page = makePage(), canAdd = true) {
    onRpc("res.partner", "get_customer_page", ({ args }) => {
        expect(args).toEqual([[5]]);
        return page;
    });
    onRpc("crm.interaction", "get_filters", () => ({ channels: [], people: [] }));
    onRpc("crm.interaction", "get_page", () => {
        expect.step("timeline");
        return { rows: [], next_cursor: null };
    });
    onRpc("res.partner", "get_customer_documents", ({ args }) => {
        expect.step(`documents ${args[1]}`);
        return {
            rows: [
                {
                    id: 1, name: "contract.pdf", url: "/web/content/1", mimetype: "application/pdf", size: 12300, date: "2026-03-02 10:00:00",
                    author: "Mitchell", model: "crm.lead", res_id: 3, record_name: "Cold room", tags: [], expiry: "04/01/2026", expiry_tone: "danger",
                },
            ],
            has_more: false,
            can_add: canAdd,
        };
    });
}

async function openPage() {
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_core.customer_page",
        params: { res_model: "res.partner" },
        context: { active_id: 5 },
    });
    await animationFrame();
}

test("the page says who it is, the figures, and what to do first", async () => {
    serve();
    await openPage();
    expect("h1").toHaveText("Awa TraoréCustomer");
    expect("a[href='tel:+2250102030405']").toHaveCount(1);
    expect(queryAllTexts(".o_crm_customer_value")).toEqual(["1 500 F", "–"]);
    expect("button.o_crm_customer_card").toHaveCount(1);
    expect("[data-next]").toHaveCount(1);
    expect("[data-next=answer]").toHaveText("Answer\nShe waits.\nAnswer");
    await contains("button[name=more_suggestions]").click();
    expect("[data-next]").toHaveCount(2);
    expect.verifySteps(["timeline"]);
});

test("documents are asked for when their tab is opened, and say when they expire", async () => {
    serve();
    await openPage();
    await contains("[role=tab]:contains(Documents)").click();
    await animationFrame();
    expect.verifySteps(["timeline", "documents "]);
    expect(".o_crm_document .badge").toHaveText("Expires on 04/01/2026");
    expect(".o_crm_document").toHaveText(/12 kB/);
    expect(".o_crm_document a").toHaveAttribute("href", "/web/content/1");
    expect("button[name=add_document]").toHaveCount(1);
});

test("who may not change the customer adds no files", async () => {
    serve(makePage(), false);
    await openPage();
    await contains("[role=tab]:contains(Documents)").click();
    await animationFrame();
    expect(".o_crm_document").toHaveCount(1);
    expect("button[name=add_document]").toHaveCount(0);
    expect("input[type=file]").toHaveCount(0);
    expect.verifySteps(["timeline", "documents "]);
});

test("who may not read the timeline sees the documents at once", async () => {
    serve(makePage({ has_timeline: false, can_write_to: false }));
    await openPage();
    expect("[role=tab]:contains(Timeline)").toHaveCount(0);
    expect("button[name=reach_out]").toHaveCount(0);
    expect.verifySteps(["documents "]);
});

test.tags("mobile");
test("on a phone relations are a tab, for the timeline has no end to scroll to", async () => {
    serve();
    await openPage();
    expect("aside").toHaveCount(0);
    await contains("[role=tab]:contains(Relations)").click();
    expect("[data-relation=contacts]").toHaveCount(1);
    expect.verifySteps(["timeline"]);
});
