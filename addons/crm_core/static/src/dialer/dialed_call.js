import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";

import { getElapsed } from "../calls/call_stopwatch_field";

const { DateTime } = luxon;
const DRAFT = "crm_dialer_draft";
/** what an input of the type datetime-local holds */
export const INPUT = "yyyy-LL-dd'T'HH:mm";

/**
 * The call to the person on the screen, before it is saved. Fields of the dialog of a call can write on it as on a record.
 */
export class DialedCall {
    resModel = "crm.call";
    isNew = true;
    context = { crm_call_is_running: true };

    /** @param {Object} person as `crm.dialer` hands them out */
    constructor(person) {
        this.lineId = person.line_id;
        const draft = this.read();
        this.data = {
            res_model: person.model,
            res_id: person.id,
            script_id: person.script && { id: person.script.id, display_name: person.script.name },
            chosen_answers: "",
            outcome_id: false,
            duration: 0,
            date: draft.date ? deserializeDateTime(draft.date) : false,
            note: draft.note || "",
            callback_at: false,
        };
    }

    /** Minutes since the number was tapped, until an outcome is chosen. */
    get elapsed() {
        return getElapsed(this);
    }

    /** Whether anything was done that would be lost with this call. */
    get isBegun() {
        const { date, note, outcome_id, chosen_answers } = this.data;
        return Boolean(date || note || outcome_id || chosen_answers);
    }

    /** @returns {Object} the values of the call, as the server reads them */
    get values() {
        const { outcome_id, script_id, date, callback_at, duration, note, chosen_answers } = this.data;
        return {
            outcome_id: outcome_id.id,
            script_id: script_id ? script_id.id : false,
            date: date ? serializeDateTime(date) : false,
            callback_at: callback_at ? serializeDateTime(callback_at) : false,
            duration,
            note,
            chosen_answers,
        };
    }

    async update(values) {
        Object.assign(this.data, values);
    }

    begin() {
        this.data.date = DateTime.now();
        this.data.outcome_id = false;
        this.keep();
    }

    /** @param {Object|null} outcome none to choose again */
    choose(outcome) {
        if (!outcome) {
            this.data.outcome_id = this.data.callback_at = false;
            return;
        }
        const { elapsed } = this;
        if (elapsed) {
            this.data.duration = Math.round(elapsed * 60) / 60;
        }
        if (!outcome.is_reached) {
            this.data.duration = 0;
        }
        if (!outcome.asks_callback) {
            this.data.callback_at = false;
        }
        this.data.outcome_id = { id: outcome.id, display_name: outcome.name };
    }

    setNote(text) {
        this.data.note = text;
        this.keep();
    }

    // what was typed outlives a reload of the page and who is called in between, in this tab

    get draftKey() {
        return `${DRAFT}_${this.lineId}`;
    }

    keep() {
        const { note, date } = this.data;
        const draft = { note, date: date ? serializeDateTime(date) : false };
        browser.sessionStorage.setItem(this.draftKey, JSON.stringify(draft));
    }

    read() {
        return JSON.parse(browser.sessionStorage.getItem(this.draftKey) || "{}");
    }

    forget() {
        browser.sessionStorage.removeItem(this.draftKey);
    }
}
