import { Component, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const { DateTime } = luxon;

/** A stopwatch that ran longer was forgotten. */
const LONGEST = 240;

/** Minutes since a call began that still goes on, 0 for others. */
export function getElapsed(record) {
    const { date, outcome_id } = record.data;
    const isRunning = record.context.crm_call_is_running && !outcome_id;
    const minutes = isRunning && date ? DateTime.now().diff(date, "minutes").minutes : 0;
    return minutes > 0 && minutes < LONGEST ? minutes : 0;
}

export function format(minutes) {
    const seconds = Math.round((minutes || 0) * 60);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Read "3:20" as minutes and seconds, "3" as minutes; null when it is neither. */
export function parse(text) {
    const match = /^\s*(\d{1,4})(?::([0-5]?\d))?\s*$/.exec(text);
    return match ? Number(match[1]) + Number(match[2] || 0) / 60 : null;
}

/** How long a call took: runs from the tap on the number until an outcome is chosen, and can be corrected. */
export class CallStopwatchField extends Component {
    static template = "crm_core.CallStopwatchField";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ now: 0, isWrong: false });
        const timer = browser.setInterval(() => this.state.now++, 1000);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    get isRunning() {
        return this.state.now >= 0 && getElapsed(this.props.record) > 0;
    }

    get text() {
        const { record, name } = this.props;
        return format(getElapsed(record) || record.data[name]);
    }

    change(text) {
        const minutes = parse(text);
        this.state.isWrong = minutes === null;
        if (minutes !== null) {
            return this.props.record.update({ [this.props.name]: minutes });
        }
    }
}

registry.category("fields").add("crm_call_stopwatch", {
    component: CallStopwatchField,
    displayName: _t("Stopwatch"),
    supportedTypes: ["float"],
});
