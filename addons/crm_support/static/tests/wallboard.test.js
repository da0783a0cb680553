import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { advanceTime, animationFrame, expect, queryAllTexts, test } from "@odoo/hoot";
import { Component, xml } from "@odoo/owl";
import { contains, getService, makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { registry } from "@web/core/registry";
import { WebClient } from "@web/webclient/webclient";

defineMailModels();

const figures = (values = {}) => ({ open: 0, waiting: 0, longest: null, risk: 0, breached: 0, ...values });

function makePage(values = {}) {
    const rows = [
        { id: 1, name: "Abidjan", ...figures({ open: 1204, waiting: 3, longest: 7500, risk: 1, breached: 2 }) },
        { id: 2, name: "Lyon", ...figures() },
    ];
    return {
        team_id: false,
        teams: rows.map(({ id, name }) => ({ id, name })),
        total: { ...figures({ open: 1204, waiting: 3, longest: 7500, risk: 1, breached: 2 }), unassigned: 4 },
        by_team: rows,
        by_agent: [{ id: 7, name: "Aya", ...figures({ open: 9, waiting: 3, longest: 90000 }) }],
        ...values,
    };
}

/** Open the wallboard with a bus that the test speaks for. */
async function openBoard({ answer = (teamId) => makePage({ team_id: teamId }), context = {} } = {}) {
    const listeners = {};
    const asked = [];
    let watched = 0;
    onRpc("crm.ticket.team", "watch_wallboard", () => ++watched && null);
    onRpc("crm.ticket.team", "get_wallboard", ({ args }) => {
        asked.push(args[0]);
        return answer(args[0], asked.length);
    });
    await mountWithCleanup(WebClient);
    const bus = getService("bus_service");
    const { subscribe, unsubscribe } = bus;
    bus.subscribe = (type, callback) => (type.startsWith("crm_support") ? (listeners[type] = callback) : subscribe(type, callback));
    bus.unsubscribe = (type, callback) => (type.startsWith("crm_support") ? delete listeners[type] : unsubscribe(type, callback));
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_support.wallboard", context });
    await animationFrame();
    const tell = (teamId) => listeners["crm_support/wallboard"]({ team_id: teamId });
    return { asked, listeners, tell, getWatched: () => watched };
}

const figure = (name) => `[data-figure=${name}] .o_crm_wallboard_figure`;

test("large figures in the reader's own way of writing, teams and agents below", async () => {
    await openBoard();
    expect(figure("open")).toHaveText("1,204");
    expect(figure("longest")).toHaveText("2 h 5 min");
    expect(figure("unassigned")).toHaveText("4");
    expect("[data-figure=breached]").toHaveClass("o_crm_wallboard_danger");
    expect(queryAllTexts("[data-table=teams] tbody th")).toEqual(["Abidjan", "Lyon"]);
    expect("[data-row=Lyon] [data-column=longest] span").toHaveText("–");
    expect("[data-row=Aya] [data-column=longest] span").toHaveText("1 d 1 h");
});

test("many changes are one question, and questions keep a pause", async () => {
    const { asked, tell } = await openBoard();
    await advanceTime(4000);
    for (let i = 0; i < 20; i++) {
        tell(1);
    }
    await advanceTime(100);
    expect(asked).toHaveLength(2);
    tell(1);
    tell(2);
    await advanceTime(2000);
    expect(asked).toHaveLength(2);
    await advanceTime(1100);
    expect(asked).toHaveLength(3);
});

test("the screen says every minute that it is there, so that it is told of changes", async () => {
    const { getWatched } = await openBoard();
    expect(getWatched()).toBe(1);
    await advanceTime(60_100);
    expect(getWatched()).toBe(2);
});

test("what happens in teams that are not shown is not asked for", async () => {
    const { asked, tell } = await openBoard({ context: { active_id: 1 } });
    expect(asked).toEqual([1]);
    await advanceTime(4000);
    tell(2);
    tell(99);
    await advanceTime(4000);
    expect(asked).toHaveLength(1);
    tell(1);
    await advanceTime(100);
    expect(asked).toEqual([1, 1]);
    expect("[data-table=teams]").toHaveCount(0);
});

test("without any message it is asked once in a minute, and waits go on meanwhile", async () => {
    const { asked } = await openBoard();
    await advanceTime(59000);
    expect(asked).toHaveLength(1);
    expect(figure("longest")).toHaveText("2 h 5 min");
    await advanceTime(2000);
    expect(asked).toHaveLength(2);
    await advanceTime(20000);
    expect(asked).toHaveLength(2);
});

test("a wait is counted on between two answers", async () => {
    await openBoard({ answer: () => makePage({ total: { ...figures({ waiting: 1, longest: 50 }), unassigned: 0 } }) });
    expect(figure("longest")).toHaveText("0 min");
    await advanceTime(20000);
    expect(figure("longest")).toHaveText("1 min");
});

test("without a connection the figures stay, marked as old, until it is back", async () => {
    const { tell } = await openBoard({
        answer: (teamId, turn) => {
            if (turn === 2) {
                throw makeServerError();
            }
            return makePage();
        },
    });
    await advanceTime(4000);
    tell(1);
    await advanceTime(100);
    await animationFrame();
    expect(".o_crm_wallboard [role=status]").toHaveClass("text-danger");
    expect(figure("open")).toHaveText("1,204");
    await advanceTime(4000);
    tell(1);
    await advanceTime(100);
    await animationFrame();
    expect(".o_crm_wallboard [role=status]").not.toHaveClass("text-danger");
});

test("a team is chosen; one that is gone leads to all", async () => {
    const { asked } = await openBoard({
        context: { active_id: 5 },
        answer: (teamId) => {
            if (teamId === 5) {
                throw makeServerError();
            }
            return makePage({ team_id: teamId });
        },
    });
    expect(asked).toEqual([5, false]);
    expect(".o_notification").toHaveCount(1);
    expect(".o_crm_wallboard_title").toHaveText("All teams");
    await contains("select[name=team]").select("2");
    expect(asked.at(-1)).toBe(2);
    expect(".o_crm_wallboard_title").toHaveText("Lyon");
});

test("a figure opens its tickets", async () => {
    const opened = [];
    await openBoard({ context: { active_id: 1 } });
    getService("action").doAction = (action, options) => opened.push([action, options.additionalContext]);
    await contains("[data-figure=breached]").click();
    expect(opened).toEqual([
        [
            "crm_support.crm_ticket_action",
            { search_default_team_id: 1, search_default_not_closed: 1, search_default_sla_breached: 1 },
        ],
    ]);
});

test("the screen hears no more once it is left", async () => {
    class Empty extends Component {
        static template = xml`<div/>`;
        static props = ["*"];
    }
    registry.category("actions").add("test.empty", Empty);
    const { asked, listeners } = await openBoard();
    expect(Object.keys(listeners)).toEqual(["crm_support/wallboard"]);
    await getService("action").doAction({ type: "ir.actions.client", tag: "test.empty" });
    await animationFrame();
    expect(Object.keys(listeners)).toEqual([]);
    await advanceTime(120000);
    expect(asked).toHaveLength(1);
});
