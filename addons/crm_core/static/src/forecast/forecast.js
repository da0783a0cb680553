import { onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { FiguresPage } from "../figures_page/figures_page";

const UNITS = { month: _t("Month"), quarter: _t("Quarter"), year: _t("Year") };
const GROUPS = {
    salesperson: _t("By salesperson"),
    team: _t("By team"),
    pipeline: _t("By pipeline"),
    month: _t("By month"),
};
const KINDS = { amount: _t("Revenue"), deals: _t("Number of deals") };
const FILTERS = { team: _t("Every team"), pipeline: _t("Every pipeline") };
const COLUMNS = {
    closed: _t("Won"),
    commit: _t("Commit"),
    forecast: _t("Forecast"),
    best_case: _t("Best case"),
    pipeline: _t("Pipeline"),
    quota: _t("Quota"),
    gap: _t("Missing"),
};

/**
 * What a period will bring, against the quota: each figure opens the deals it is made of.
 */
export class Forecast extends FiguresPage {
    static template = "crm_core.Forecast";

    setup() {
        super.setup();
        Object.assign(this, { units: UNITS, groups: GROUPS, kinds: KINDS, columns: COLUMNS });
        this.dimensions = FILTERS;
        this.asked = useState({ unit: "month", shift: 0, group_by: "salesperson", kind: "amount" });
        this.filters = useState({ team: 0, pipeline: 0 });
        this.state = useState({ page: null, isLoading: false, maySetQuotas: false });
        this.env.config.setDisplayName(_t("Forecast and Quotas"));
        onWillStart(async () => {
            this.state.maySetQuotas = await user.hasGroup("crm_core.group_crm_core_team_lead");
            await this.load();
        });
    }

    askForPage() {
        return this.orm.call("crm.forecast", "get_page", [], {
            ...this.asked,
            filters: this.chosen,
        });
    }

    choose(name, value) {
        if (name === "unit") {
            this.asked.shift = 0;
        }
        return super.choose(name, value);
    }

    isOpenable(column) {
        return column in this.state.page.metrics;
    }

    /** Show the records of a figure: of a row, or of all rows. */
    async open(column, row) {
        const { metrics, date_from, date_to } = this.state.page;
        const filters = { ...this.chosen };
        if (row && this.asked.group_by !== "month") {
            filters[this.asked.group_by] = [row.id];
        }
        return this.openRecords(metrics[column], {
            period: "custom",
            date_from: row?.date_from || date_from,
            date_to: row?.date_to || date_to,
            filters,
        });
    }

    /** Show what no row counts: `overdue`, `undated` or `lost` deals. */
    openAside(name) {
        const { metric, date_from, date_to } = this.state.page[name];
        return this.openRecords(metric, {
            period: "custom",
            date_from,
            date_to,
            filters: this.chosen,
        });
    }

    setQuotas() {
        return this.action.doAction("crm_core.crm_quota_wizard_action", {
            onClose: () => this.load(),
        });
    }

    /** The bar of a row: won, and what is promised on top of it, as shares of the quota. */
    barWidths(row) {
        const won = Math.min(row.attainment, 100);
        return { won, promised: Math.min(row.expected, 100) - won };
    }
}

registry.category("actions").add("crm_core.forecast", Forecast);
