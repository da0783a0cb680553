import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

export const PERIODS = {
    today: _t("Today"),
    week: _t("This week"),
    month: _t("This month"),
    quarter: _t("This quarter"),
    year: _t("This year"),
    fiscal_year: _t("This fiscal year"),
    last_7_days: _t("Last 7 days"),
    last_30_days: _t("Last 30 days"),
    last_90_days: _t("Last 90 days"),
    last_month: _t("Last month"),
    custom: _t("From … to …"),
};

/**
 * A page of figures: what is asked for is chosen at its top, and each figure opens the records it counts.
 *
 * A page sets `asked`, `filters` (dimension -> id, 0 for all) and `state` (`page`, `isLoading`) in its `setup`, and says in
 * `askForPage` how the server is asked.
 */
export class FiguresPage extends Component {
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
    }

    /** @returns {Promise<Object>} what `state.page` becomes */
    askForPage() {
        throw new Error("askForPage has to be written by the page");
    }

    get period() {
        const { period, date_from, date_to } = this.asked;
        return { period, date_from, date_to };
    }

    get isIncomplete() {
        const { period, date_from, date_to } = this.asked;
        return period === "custom" && (!date_from || !date_to || date_to < date_from);
    }

    get chosen() {
        return Object.fromEntries(
            Object.entries(this.filters)
                .filter(([, id]) => id)
                .map(([dimension, id]) => [dimension, [id]]),
        );
    }

    async load() {
        if (this.isIncomplete) {
            return;
        }
        this.state.isLoading = true;
        try {
            this.state.page = await this.keepLast.add(this.askForPage());
        } finally {
            this.state.isLoading = false;
        }
    }

    choose(name, value) {
        this.asked[name] = value;
        return this.load();
    }

    filterBy(dimension, value) {
        this.filters[dimension] = Number(value);
        return this.load();
    }

    /**
     * @param {number} metricId
     * @param {Object} asked period and filters
     */
    async openRecords(metricId, asked) {
        const action = await this.orm.call(
            "crm.metric",
            "action_open_records",
            [[metricId]],
            asked,
        );
        return this.action.doAction(action);
    }
}
