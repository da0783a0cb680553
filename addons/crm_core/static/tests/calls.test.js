import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-dom";
import { advanceTime, mockDate } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";

import { WebClient } from "@web/webclient/webclient";

import { getChoices } from "@crm_core/calls/call_outcome_field";
import { CallScriptField } from "@crm_core/calls/call_script_field";
import { format, parse } from "@crm_core/calls/call_stopwatch_field";
import { DialedCall } from "@crm_core/dialer/dialed_call";

const { DateTime } = luxon;
/** a little more than the time between two signs of life of the dialer */
const SIGN_OF_LIFE = 125_000;

class Lead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    phone = fields.Char();

    _records = [{ id: 1, name: "Cold room", phone: "+225 07 08 09 10 11" }];
}

class Bank extends models.Model {
    _name = "res.bank";

    phone = fields.Char();

    _records = [{ id: 1, phone: "+225 01" }];
}

defineMailModels();
defineModels([Lead, Bank]);

function stepOverActions() {
    mockService("action", {
        doAction(action, { additionalContext }) {
            const { default_res_model, default_res_id, default_number } = additionalContext;
            expect.step(`${action} ${default_res_model} ${default_res_id} ${default_number}`);
        },
    });
}

async function tapOnNumber() {
    const link = document.querySelector(".o_phone_form_link, .o_field_phone .o_form_uri");
    link.addEventListener("click", (ev) => ev.preventDefault());
    link.click();
    await animationFrame();
}

test("a tap on the number of a lead offers to write down the call", async () => {
    onRpc("has_group", () => true);
    stepOverActions();
    await mountView({
        resModel: "crm.lead",
        resId: 1,
        type: "form",
        arch: `<form><field name="phone" widget="phone"/></form>`,
    });
    await tapOnNumber();
    await expect.waitForSteps(["crm_core.crm_call_action_log crm.lead 1 +225 07 08 09 10 11"]);
});

test("who does not sell writes down no calls", async () => {
    onRpc("has_group", () => {
        expect.step("asked");
        return false;
    });
    stepOverActions();
    await mountView({
        resModel: "crm.lead",
        resId: 1,
        type: "form",
        arch: `<form><field name="phone" widget="phone"/></form>`,
    });
    await tapOnNumber();
    expect.verifySteps(["asked"]);
});

test("other numbers are as they were", async () => {
    onRpc("has_group", () => expect.step("asked"));
    stepOverActions();
    await mountView({
        resModel: "res.bank",
        resId: 1,
        type: "form",
        arch: `<form><field name="phone" widget="phone"/></form>`,
    });
    await tapOnNumber();
    expect.verifySteps([]);
});

test("days to call back are the working days to come, in the morning on the clock that counts", () => {
    const friday = DateTime.fromISO("2026-11-20T16:40:12", { zone: "Indian/Antananarivo" });
    const [later, ...days] = getChoices(friday, ["2026-11-20", "2026-11-22", "2026-11-23"]);
    expect(later.moment.toISO({ includeOffset: false })).toBe("2026-11-20T18:40:00.000");
    expect(days.map((day) => day.key)).toEqual(["2026-11-22", "2026-11-23"]);
    expect(days[0].moment.toUTC().toISO()).toBe("2026-11-22T06:00:00.000Z");
});

const PERSON = { line_id: 1, model: "crm.lead", id: 1, script: { id: 5, name: "First call" } };

test("what was typed for somebody is there when he comes up again", () => {
    const skipped = new DialedCall(PERSON);
    skipped.setNote("Ask for the director");
    const other = new DialedCall({ ...PERSON, line_id: 2 });
    expect(other.data.note).toBe("");
    other.setNote("Another");
    expect(new DialedCall(PERSON).data.note).toBe("Ask for the director");
    skipped.forget();
    expect(new DialedCall(PERSON).isBegun).toBe(false);
});

function getScreen(lineId) {
    const person = {
        ...PERSON,
        line_id: lineId,
        id: lineId,
        number: "+225 07 08 09 10 11",
        zone: "Indian/Antananarivo",
        clock: "5:28 AM in Antananarivo",
        facts: [],
        history: [],
    };
    const list = { id: 9, name: "Wake them up", line_count: 2, to_call_count: 2, reached_count: 0 };
    const callBack = { id: 2, name: "Call back", is_reached: true, asks_callback: true };
    return { list, person, outcomes: [callBack], why: "", opens_at: false };
}

async function openDialer() {
    onRpc("crm.call", "get_callback_days", () => ["2026-11-24"]);
    onRpc("crm.call.script", "get_choices", () => [{ id: 5, name: "First call" }]);
    onRpc("crm.call.script", "get_steps", ({ args }) => {
        const go = { id: 7, name: "Yes", next_id: false, outcome: false };
        return [{ id: 1, name: `Speak to ${args[1]}`, next_id: false, answers: [go] }];
    });
    onRpc("crm.dialer", "begin", () => getScreen(1));
    onRpc("crm.dialer", "release", () => true);
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_core.dialer" });
}

test("the script of the next person speaks to the next person", async () => {
    onRpc("crm.dialer", "skip", () => getScreen(2));
    await openDialer();
    expect(".o_crm_call_step h4").toHaveText("Speak to 1");
    await contains(".o_crm_call_step .btn-outline-primary").click();
    await contains(".o_crm_dialer_skip").click();
    expect(".o_crm_call_step h4").toHaveText("Speak to 2");
});

test("a call that is on the screen is not taken away when the person is", async () => {
    onRpc("crm.dialer", "keep", () => false);
    onRpc("crm.dialer", "go_on", () => {
        expect.step("go on");
        return getScreen(2);
    });
    await openDialer();
    await contains(".o_crm_dialer_note").edit("Wants an offer", { confirm: false });
    await advanceTime(SIGN_OF_LIFE);
    expect(".o_notification").toHaveCount(1);
    expect(".o_crm_dialer_note").toHaveValue("Wants an offer");
    await contains(".o_crm_dialer_note").edit("", { confirm: false });
    await advanceTime(SIGN_OF_LIFE);
    await expect.waitForSteps(["go on"]);
});

test("a promise to call back is kept on the clock of whom one calls", async () => {
    onRpc("crm.dialer", "log", ({ args }) => {
        expect.step(args[1].callback_at);
        return getScreen(2);
    });
    mockDate("2026-11-23 08:00:00", 0);
    await openDialer();
    await contains(".o_crm_dialer_outcomes button").click();
    expect(".o_crm_dialer_elsewhere").toHaveText(/Antananarivo/);
    await contains(".o_crm_call_days [data-day='2026-11-24']").click();
    await expect.waitForSteps(["2026-11-24 06:00:00"]);
});

test("a pause that the server did not hear of is none", async () => {
    expect.errors(1);
    await openDialer();
    let isDown = true;
    onRpc("crm.dialer", "release", () => {
        if (isDown) {
            isDown = false;
            throw new Error("no connection");
        }
        return true;
    });
    await contains(".o_crm_dialer_pause").click();
    await animationFrame();
    expect(".o_crm_dialer_person").toHaveCount(1);
    expect(".o_crm_dialer_pause").toBeEnabled();
    expect.verifyErrors(["no connection"]);
});

test("going back takes the outcome back that an answer had chosen", async () => {
    const no = { id: 7, name: "Never again", next_id: false, outcome: [3, "Do not call"] };
    const step = { id: 1, name: "Opening", text: "", question: "", next_id: false, answers: [no] };
    onRpc("crm.call.script", "get_choices", () => [{ id: 5, name: "First call" }]);
    onRpc("crm.call.script", "get_steps", () => [step]);
    const record = new DialedCall(PERSON);
    await mountWithCleanup(CallScriptField, { props: { name: "script_id", record } });
    await contains(".o_crm_call_step .btn-outline-primary").click();
    expect(record.data.outcome_id.id).toBe(3);
    expect(record.data.chosen_answers).toBe("7");
    await contains(".o_crm_call_step .btn-link").click();
    expect(record.data.outcome_id).toBe(false);
    expect(record.data.chosen_answers).toBe("");
    await contains(".o_crm_call_step .btn-outline-primary").click();
    record.choose({ id: 4, name: "Reached", is_reached: true });
    await contains(".o_crm_call_step .btn-link").click();
    expect(record.data.outcome_id.id).toBe(4);
});

test("durations are read and written as minutes and seconds", () => {
    expect(format(3.5)).toBe("3:30");
    expect(format(0)).toBe("0:00");
    expect(parse("3:30")).toBe(3.5);
    expect(parse("12")).toBe(12);
    expect(parse("soon")).toBe(null);
    expect(parse("3:75")).toBe(null);
});
