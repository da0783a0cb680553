import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const PERIODS = {
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
const COMPARISONS = {
    previous: _t("the period before"),
    last_year: _t("a year ago"),
    "": _t("nothing"),
};
const DIMENSIONS = {
    team: _t("Every team"),
    salesperson: _t("Every salesperson"),
    pipeline: _t("Every pipeline"),
};

/**
 * The figures of a team: tiles, a chart and a ranking, each of which opens the records it counts.
 */
export class TeamFigures extends Component {
    static template = "crm_core.TeamFigures";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.canvas = useRef("canvas");
        this.periods = PERIODS;
        this.comparisons = COMPARISONS;
        this.dimensions = DIMENSIONS;
        this.display = { controlPanel: {} };
        this.asked = useState({
            category: "sales",
            period: "month",
            compare: "previous",
            date_from: false,
            date_to: false,
            chart_id: false,
            ...this.props.state?.asked,
        });
        this.filters = useState({ team: 0, salesperson: 0, pipeline: 0, ...this.props.state?.filters });
        this.state = useState({ page: null, isLoading: false });
        this.env.config.setDisplayName(_t("Team's Figures"));
        onWillStart(async () => {
            await loadBundle("web.chartjs_lib");
            await this.load();
        });
        useEffect(
            (page) => this.drawChart(page?.chart),
            () => [this.state.page],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get period() {
        const { period, date_from, date_to } = this.asked;
        return { period, date_from, date_to };
    }

    get chosen() {
        return Object.fromEntries(
            Object.entries(this.filters)
                .filter(([, id]) => id)
                .map(([dimension, id]) => [dimension, [id]]),
        );
    }

    get isIncomplete() {
        const { period, date_from, date_to } = this.asked;
        return period === "custom" && (!date_from || !date_to || date_to < date_from);
    }

    async load() {
        if (this.isIncomplete) {
            return;
        }
        this.state.isLoading = true;
        try {
            this.state.page = await this.keepLast.add(
                this.orm.call("crm.metric", "get_team_page", [], {
                    ...this.asked,
                    filters: this.chosen,
                }),
            );
        } finally {
            this.state.isLoading = false;
        }
    }

    choose(name, value) {
        this.asked[name] = name === "chart_id" ? Number(value) : value;
        return this.load();
    }

    filterBy(dimension, value) {
        this.filters[dimension] = Number(value);
        return this.load();
    }

    async open(metricId, filters = {}) {
        const action = await this.orm.call("crm.metric", "action_open_records", [[metricId]], {
            ...this.period,
            filters: { ...this.chosen, ...filters },
        });
        return this.action.doAction(action);
    }

    toneClass(tile) {
        return { good: "text-success", danger: "text-danger" }[tile.tone] || "text-muted";
    }

    toneIcon(tile) {
        return tile.delta > 0 ? "fa-arrow-up" : tile.delta < 0 ? "fa-arrow-down" : "fa-minus";
    }

    drawChart(chart) {
        this.chart?.destroy();
        this.chart = null;
        if (!chart || !this.canvas.el) {
            return;
        }
        const color = getColor(1, cookie.get("color_scheme"), "odoo");
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: chart.labels,
                datasets: [{ label: chart.name, data: chart.values, backgroundColor: color }],
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                locale: user.lang,
                plugins: {
                    legend: { display: false },
                    tooltip: { callbacks: { label: (item) => chart.formatted[item.dataIndex] } },
                },
                scales: { x: { grid: { display: false } }, y: { beginAtZero: true } },
            },
        });
    }
}

registry.category("actions").add("crm_core.team_figures", TeamFigures);
