import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { animationFrame, expect, press, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { browser } from "@web/core/browser/browser";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

function makeItem(id, values = {}) {
    return {
        key: `crm.lead,${id}`,
        model: "crm.lead",
        id,
        title: `Deal ${id}`,
        customer: "Awa Diop",
        partner_id: 9,
        section: "overdue",
        when: "2 d late",
        reasons: ["“Ring up” was due 2 days ago."],
        notes: [],
        priority: 0,
        stage: "Offered",
        amount: "1 500 F",
        last_contact: "",
        next_step: "",
        phone: "+225 07",
        compose: false,
        reply: false,
        url: false,
        meeting_id: false,
        approval_id: false,
        activity_id: 100 + id,
        activity: "Ring up",
        call_activity_id: 100 + id,
        main: "call",
        others: ["done"],
        ...values,
    };
}

function makePage(values = {}) {
    const items = values.items || [makeItem(1), makeItem(2), makeItem(3)];
    return {
        unlisted: 0,
        is_unlisted_counted: true,
        hidden: 0,
        logs_calls: true,
        user: { id: 7, name: "Mitchell" },
        is_own: true,
        date: "Tuesday 16 June",
        done: [],
        tomorrow: { activities: 2, meetings: 1, first: "9:00 AM · Visit" },
        days: [{ id: "tomorrow", date: "2026-06-17", label: "Tomorrow", day: "Wednesday" }],
        colleagues: [],
        is_home: false,
        is_new: false,
        ...values,
        items,
    };
}

async function openPage(page = makePage()) {
    browser.sessionStorage.clear();
    onRpc("crm.today", "get_page", () => page);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_core.today" });
    await animationFrame();
}

const current = () => queryOne(".o_crm_today_item").dataset.key;

test("one key brings the next item, and the list begins again at its end", async () => {
    await openPage();
    expect(current()).toBe("crm.lead,1");
    expect(".o_crm_today_main").toHaveText("Call +225 07");
    for (const id of [2, 3, 1]) {
        await press("n");
        await animationFrame();
        expect(current()).toBe(`crm.lead,${id}`);
    }
});

test("what is put aside goes to the end", async () => {
    await openPage();
    await press("s");
    await animationFrame();
    expect(current()).toBe("crm.lead,2");
    expect(queryAllTexts("[data-section=skipped] .text-truncate:first-child")).toEqual(["Deal 1"]);
});

test("done asks for a note, plans what is next, and goes on at once", async () => {
    onRpc("crm.today", "mark_done", ({ args }) => {
        expect.step(args);
        return makePage({ items: [makeItem(2)], done: [{ model: "", id: 0, time: "9:00", text: "Ring up", icon: "fa-check" }] });
    });
    await openPage(makePage({ items: [makeItem(1), makeItem(2)] }));
    await press("d");
    await animationFrame();
    await contains("#crm_today_note").edit("She wants two", { confirm: false });
    await contains("[name=tomorrow]").click();
    await contains("[name=submit]").click();
    expect.verifySteps([[101, "She wants two", "2026-06-17", ""]]);
    expect(current()).toBe("crm.lead,2");
    expect(".o_crm_today_progress").toHaveText("Done: 1 · To go: 1 · Overdue: 1");
});

test("letters typed into a note press no buttons", async () => {
    await openPage();
    await press("d");
    await animationFrame();
    await contains("#crm_today_note").click();
    await press("n");
    await animationFrame();
    expect(current()).toBe("crm.lead,1");
    expect(".o_crm_today_panel").toHaveCount(1);
});

test("what was not saved says so and comes back with what was typed", async () => {
    onRpc("crm.today", "mark_done", () => {
        throw makeServerError({ type: "UserError", message: "This was done already." });
    });
    await openPage();
    await press("d");
    await animationFrame();
    await contains("#crm_today_note").edit("Called twice", { confirm: false });
    await contains("[name=submit]").click();
    await animationFrame();
    expect(".o_notification").toHaveCount(1);
    expect(".o_notification").toHaveText(/“Deal 1” was not saved/);
    expect(current()).toBe("crm.lead,1");
    await press("d");
    await animationFrame();
    expect("#crm_today_note").toHaveValue("Called twice");
});

test("a tap on a day puts an item off", async () => {
    onRpc("crm.today", "reschedule", ({ args }) => {
        expect.step(args);
        return makePage({ items: [makeItem(2)] });
    });
    await openPage();
    await press("r");
    await animationFrame();
    await contains("[name=tomorrow]").click();
    expect.verifySteps([[101, "2026-06-17"]]);
    expect(current()).toBe("crm.lead,2");
});

test("a number is a link for the telephone", async () => {
    await openPage();
    expect("a[name=call]").toHaveAttribute("href", "tel:+225 07");
});

test("the day of a colleague has no buttons but one to open", async () => {
    await openPage(makePage({ is_own: false, done: [{ model: "crm.lead", id: 3, time: "9:00", text: "Won: Pump", icon: "fa-trophy" }] }));
    expect(".o_crm_today_buttons").toHaveCount(0);
    expect("[name=open]").toHaveCount(1);
    expect(".o_crm_today_done[open]").toHaveCount(1);
    await press("d");
    await animationFrame();
    expect(".o_crm_today_panel").toHaveCount(0);
});

test("an empty day tells what tomorrow brings", async () => {
    await openPage(makePage({ items: [] }));
    expect(".o_crm_today_tomorrow").toHaveText(/Activities tomorrow: 2 · Meetings tomorrow: 1/);
});
