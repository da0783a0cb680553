import { Component } from "@odoo/owl";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useSpecialData } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { getElapsed } from "./call_stopwatch_field";

const { DateTime } = luxon;
const FIELDS = ["name", "is_reached", "asks_callback", "is_do_not_call"];
const MORNING = { hour: 9, minute: 0, second: 0, millisecond: 0 };
/** what an input of the type datetime-local holds */
const INPUT = "yyyy-LL-dd'T'HH:mm";

/**
 * When somebody may be called back: later today, and in the morning of days that one works.
 *
 * @param {DateTime} now on the clock that counts
 * @param {string[]} days in the ISO form, see `crm.call.get_callback_days`
 * @returns {{key: string, label: string, moment: DateTime}[]}
 */
export function getChoices(now, days) {
    const later = now.plus({ hours: 2 }).set({ second: 0, millisecond: 0 });
    const mornings = days
        .filter((key) => key > now.toISODate())
        .map((key) => {
            const day = DateTime.fromISO(key, { zone: now.zone, locale: now.locale });
            const label = day.toLocaleString({ weekday: "short", day: "numeric", month: "short" });
            return { key, label, moment: day.set(MORNING) };
        });
    return [{ key: "later", label: _t("In 2 hours"), moment: later }, ...mornings];
}

/**
 * What came of a call, as buttons. An outcome that asks when to call back shows days: a tap on one saves the call.
 */
export class CallOutcomeField extends Component {
    static template = "crm_core.CallOutcomeField";
    static props = { ...standardFieldProps, callbackField: { type: String, optional: true } };
    static defaultProps = { callbackField: "callback_at" };

    setup() {
        this.opened = DateTime.now();
        this.days = useSpecialData((orm) => orm.call("crm.call", "get_callback_days"));
        this.outcomes = useSpecialData((orm, { record, name }) =>
            orm.searchRead(record.fields[name].relation, [], FIELDS),
        );
    }

    get chosen() {
        const value = this.props.record.data[this.props.name];
        return value && this.outcomes.data.find((outcome) => outcome.id === value.id);
    }

    get choices() {
        return getChoices(this.opened, this.days.data);
    }

    get callback() {
        const moment = this.props.record.data[this.props.callbackField];
        return moment ? moment.toFormat(INPUT) : "";
    }

    get earliest() {
        return DateTime.now().toFormat(INPUT);
    }

    getClass(outcome) {
        const isChosen = this.chosen?.id === outcome.id;
        const colour = outcome.is_do_not_call ? "danger" : outcome.is_reached ? "success" : "secondary";
        return isChosen ? `btn-${colour} active` : `btn-outline-${colour}`;
    }

    choose(outcome) {
        const { record, name, callbackField } = this.props;
        const values = { [name]: { id: outcome.id, display_name: outcome.name } };
        const elapsed = getElapsed(record);
        if (elapsed) {
            values.duration = outcome.is_reached ? Math.round(elapsed * 60) / 60 : 0;
        }
        if (!outcome.asks_callback && record.data[callbackField]) {
            values[callbackField] = false;
        }
        return record.update(values);
    }

    async callBack(moment) {
        await this.props.record.update({ [this.props.callbackField]: moment });
        const { resModel, resId, context, evalContext } = this.props.record;
        return this.env.onClickViewButton({
            clickParams: { special: "save" },
            getResParams: () => ({ resModel, resId, resIds: [], context, evalContext }),
        });
    }

    async setCallback(text) {
        const moment = text ? DateTime.fromFormat(text, INPUT) : false;
        await this.props.record.update({ [this.props.callbackField]: moment });
    }

    isOn(choice) {
        const moment = this.props.record.data[this.props.callbackField];
        return moment && serializeDateTime(moment) === serializeDateTime(choice.moment);
    }
}

registry.category("fields").add("crm_call_outcome", {
    component: CallOutcomeField,
    displayName: _t("Call Outcome"),
    supportedTypes: ["many2one"],
    extractProps: ({ options }) => ({ callbackField: options.callback_field }),
});
