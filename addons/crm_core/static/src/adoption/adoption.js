import { onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { FiguresPage, PERIODS } from "../figures_page/figures_page";

const GROUPS = { salesperson: _t("By person"), team: _t("By team") };
const HEADS = { salesperson: _t("Person"), team: _t("Team") };
const WORK = {
    days: _t("Active days"),
    touched: _t("Deals touched"),
    calls: _t("Calls"),
    meetings: _t("Meetings"),
    messages: _t("Messages"),
    notes: _t("With a note"),
    done: _t("Activities done"),
};
const STANDING = {
    planned: _t("Planned"),
    overdue: _t("Overdue"),
    open: _t("Open deals"),
    without: _t("Without next step"),
    share: _t("With next step"),
    untouched: _t("Untouched"),
};
const HELP = {
    days: _t("Days on which something was done on a deal; of a team, those of its busiest person."),
    touched: _t("Deals in whose history the person left something: a note, a message, a move, a call."),
    notes: _t("Deals on which the person wrote a note."),
    share: _t("Of 100 open deals, how many have something planned."),
};
/** Told by the history of deals; the rest are metrics. */
const TOUCHES = ["days", "touched", "notes"];
/** A figure that is worth a look when it is not zero. */
const TO_DO = ["overdue", "without", "untouched"];

/**
 * Who works with the CRM, and which deals are left alone: each figure opens its records.
 */
export class Adoption extends FiguresPage {
    static template = "crm_core.Adoption";

    setup() {
        super.setup();
        Object.assign(this, { periods: PERIODS, groups: GROUPS, heads: HEADS });
        this.standing = STANDING;
        this.asked = useState({
            period: "month",
            group_by: "salesperson",
            team_id: false,
            date_from: false,
            date_to: false,
        });
        this.filters = {};
        this.state = useState({ page: null, isLoading: false });
        this.env.config.setDisplayName(_t("Adoption"));
        onWillStart(() => this.load());
    }

    askForPage() {
        return this.orm.call("crm.adoption", "get_page", [], { ...this.asked });
    }

    /** What is done: of a part that the company hides, nothing. */
    get work() {
        const shown = ([column]) => TOUCHES.includes(column) || column in this.state.page.metrics;
        return Object.fromEntries(Object.entries(WORK).filter(shown));
    }

    get columns() {
        return { ...this.work, ...this.standing };
    }

    help(column) {
        return HELP[column] || this.state.page.metrics[column]?.definition;
    }

    format(row, column) {
        if (column !== "share") {
            return row[column].toLocaleString();
        }
        return row.share === null ? "–" : _t("%s %", row.share);
    }

    /** Days are no records; every other figure opens what it counts. */
    isOpenable(row, column) {
        return Boolean(row[column]) && column !== "days";
    }

    isToDo(row, column) {
        return TO_DO.includes(column) && row[column] > 0;
    }

    async open(row, column) {
        const { metrics } = this.state.page;
        if (column in metrics || column === "share") {
            return this.openRecords((metrics[column] || metrics.open).id, {
                ...this.period,
                filters: { salesperson: row.people },
            });
        }
        const action = await this.orm.call("crm.adoption", "open_touched", [row.people], {
            ...this.period,
            with_notes: column === "notes",
        });
        return this.action.doAction(action);
    }
}

registry.category("actions").add("crm_core.adoption", Adoption);
