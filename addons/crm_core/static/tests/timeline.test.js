import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { advanceTime, animationFrame, expect, mockDate, mockTimeZone, queryAllTexts, queryOne, test } from "@odoo/hoot";
import { contains, makeServerError, mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { Timeline } from "@crm_core/customer_page/timeline";

defineMailModels();

const channels = [
    { code: "email", label: "E-mail", icon: "fa-envelope" },
    { code: "call", label: "Call", icon: "fa-phone" },
];
const people = [
    { id: 7, name: "Awa" },
    { id: 8, name: "Koffi" },
];

function makeRow(id, values = {}) {
    return {
        id,
        date: "2026-03-02 10:00:00",
        channel: "email",
        direction: "in",
        title: `Title ${id}`,
        excerpt: "",
        author: { id: 7, name: "Awa" },
        model: "crm.lead",
        res_id: 40 + id,
        record_name: "Cold room",
        message_id: 900 + id,
        state: "",
        state_label: "",
        amount: "",
        attachment_count: 0,
        ...values,
    };
}

/**
 * Answer as the server does.
 *
 * @param {(kwargs: Object) => Object} getPage what it returns for the filters that it got
 */
function serve(getPage) {
    onRpc("crm.interaction", "get_filters", () => ({ channels, people }));
    onRpc("crm.interaction", "get_page", ({ args, kwargs }) => {
        expect(args).toEqual(["res.partner", 5]);
        return getPage(kwargs);
    });
}

async function mountTimeline(props = {}) {
    const timeline = await mountWithCleanup(Timeline, { props: { resModel: "res.partner", resId: 5, ...props } });
    await animationFrame();
    return timeline;
}

test("rows are grouped by the reader's day, not by that of the server", async () => {
    mockDate("2026-03-02 12:00:00");
    mockTimeZone(3);
    serve(() => ({
        rows: [makeRow(1), makeRow(2, { date: "2026-03-01 21:30:00" }), makeRow(3, { date: "2026-03-01 20:30:00" }), makeRow(4, { date: "2026-02-14 08:00:00" })],
        next_cursor: null,
    }));
    await mountTimeline();
    expect(queryAllTexts(".o_crm_timeline_day")).toEqual(["Today", "Yesterday", "Saturday, February 14, 2026"]);
    expect(".o_crm_timeline_row").toHaveCount(4);
    expect(queryAllTexts(".o_crm_timeline_title").slice(0, 2)).toEqual(["Title 1", "Title 2"]);
});

test("a chip filters by its channel, and again takes the filter away", async () => {
    serve((kwargs) => {
        expect.step(kwargs.channels ? kwargs.channels.join() : "all");
        return { rows: [makeRow(1)], next_cursor: null };
    });
    await mountTimeline();
    await contains("[data-channel=call].btn").click();
    expect("[data-channel=call].btn").toHaveAttribute("aria-pressed", "true");
    await contains("[data-channel=email].btn").click();
    await contains("[data-channel=call].btn").click();
    expect.verifySteps(["all", "call", "call,email", "email"]);
});

test("person and period are asked of the server", async () => {
    mockDate("2026-03-02 12:00:00");
    serve((kwargs) => {
        expect.step(`${kwargs.person_id} ${kwargs.date_from} ${kwargs.date_to}`);
        return { rows: [makeRow(1)], next_cursor: null };
    });
    await mountTimeline();
    await contains("select[aria-label=Person]").select("8");
    await contains("select[aria-label=Period]").select("week");
    expect.verifySteps(["null null null", "8 null null", "8 2026-02-23 null"]);
});

test("typing searches once, after a pause", async () => {
    serve((kwargs) => {
        expect.step(kwargs.text || "everything");
        return { rows: [makeRow(1)], next_cursor: null };
    });
    await mountTimeline();
    await contains("input[type=search]").edit("cold room", { confirm: false });
    expect.verifySteps(["everything"]);
    await advanceTime(400);
    await animationFrame();
    expect.verifySteps(["cold room"]);
});

test("when nothing matches, one button clears the filters", async () => {
    serve((kwargs) => ({ rows: kwargs.channels ? [] : [makeRow(1)], next_cursor: null }));
    await mountTimeline();
    await contains("[data-channel=call].btn").click();
    await animationFrame();
    expect(".o_crm_timeline_empty").toHaveText(/Nothing matches your filters/);
    await contains(".o_crm_timeline_empty button").click();
    await animationFrame();
    expect(".o_crm_timeline_row").toHaveCount(1);
    expect("[data-channel=call].btn").toHaveAttribute("aria-pressed", "false");
});

test("without anything it says what will appear", async () => {
    serve(() => ({ rows: [], next_cursor: null }));
    await mountTimeline();
    expect(".o_crm_timeline_empty").toHaveText(/Nothing has happened yet/);
});

test("more rows come when the end is scrolled to, until there are no more", async () => {
    const page = (from, cursor) => ({
        rows: [...Array(30).keys()].map((index) => makeRow(from + index)),
        next_cursor: cursor,
    });
    serve(({ cursor }) => {
        expect.step(cursor || "first");
        return cursor ? page(31, null) : page(1, "after 30");
    });
    await mountTimeline();
    queryOne(".o_crm_timeline_end").scrollIntoView();
    await expect.waitForSteps(["first", "after 30"]);
    await animationFrame();
    expect(".o_crm_timeline_row").toHaveCount(60);
    expect(".o_crm_timeline_end button").toHaveCount(0);
});

test("an answer that comes late does not replace a newer one", async () => {
    const late = Promise.withResolvers();
    serve((kwargs) => (kwargs.channels?.includes("call") ? late.promise : { rows: [makeRow(1, { title: "Current" })], next_cursor: null }));
    await mountTimeline();
    await contains("[data-channel=call].btn").click();
    await contains("[data-channel=call].btn").click();
    await animationFrame();
    late.resolve({ rows: [makeRow(2, { title: "Outdated" })], next_cursor: null });
    await animationFrame();
    expect(queryAllTexts(".o_crm_timeline_title")).toEqual(["Current"]);
});

test("after an error one can try again", async () => {
    let fails = true;
    serve(() => {
        if (fails) {
            throw new Error("The line is down");
        }
        return { rows: [makeRow(1)], next_cursor: null };
    });
    await mountTimeline();
    expect("[role=alert]").toHaveCount(1);
    fails = false;
    await contains("[role=alert] button").click();
    await animationFrame();
    expect(".o_crm_timeline_row").toHaveCount(1);
});

test("what the server says to the reader is shown", async () => {
    serve(() => {
        throw makeServerError({ type: "UserError", message: "Narrow the search down." });
    });
    await mountTimeline();
    expect("[role=alert]").toHaveText(/Narrow the search down/);
});

test("a long text is folded and unfolds", async () => {
    serve(() => ({ rows: [makeRow(1, { excerpt: "word ".repeat(40), message_id: null })], next_cursor: null }));
    await mountTimeline();
    expect(".o_crm_timeline_excerpt").toHaveClass("o_crm_folded");
    await contains("button:contains(More)").click();
    expect(".o_crm_timeline_excerpt").not.toHaveClass("o_crm_folded");
    expect("button:contains(Less)").toHaveAttribute("aria-expanded", "true");
});

test("what customers wrote is shown as text, never as markup", async () => {
    serve(() => ({ rows: [makeRow(1, { title: "<b>bold</b>", excerpt: "<img src=x onerror=alert(1)>" })], next_cursor: null }));
    await mountTimeline();
    expect(".o_crm_timeline_title").toHaveText("<b>bold</b>");
    expect(".o_crm_timeline_row img").toHaveCount(0);
});

test("the title opens the record, reply opens the composer on the message", async () => {
    mockService("action", {
        doAction(action) {
            expect.step([action.res_model, action.res_id || action.context.default_parent_id, action.context?.default_partner_ids || []].join(" "));
        },
    });
    serve(() => ({
        rows: [makeRow(1), makeRow(2, { direction: "out", message_id: null }), makeRow(3, { channel: "call" })],
        next_cursor: null,
    }));
    await mountTimeline();
    expect(".o_crm_timeline_reply").toHaveCount(1);
    await contains(".o_crm_timeline_title:eq(0)").click();
    await contains(".o_crm_timeline_reply").click();
    expect.verifySteps(["crm.lead 41 ", "mail.compose.message 901 7"]);
});

test("a page that one comes back to shows the rows it had, without asking", async () => {
    serve(() => {
        expect.step("asked");
        return { rows: [makeRow(1)], next_cursor: null };
    });
    let kept;
    await mountTimeline({ exposeState: (get) => (kept = get) });
    expect.verifySteps(["asked"]);
    await mountTimeline({ state: kept() });
    expect.verifySteps([]);
    expect(".o_crm_timeline_row").toHaveCount(2);
});
