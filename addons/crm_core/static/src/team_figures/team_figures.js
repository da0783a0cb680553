import { onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { getColor } from "@web/core/colors/colors";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";

import { FiguresPage, PERIODS } from "../figures_page/figures_page";

const COMPARISONS = {
    previous: _t("the period before"),
    last_year: _t("a year ago"),
    "": _t("nothing"),
};
const DIMENSIONS = {
    team: _t("Every team"),
    salesperson: _t("Everybody"),
    pipeline: _t("Every pipeline"),
};

/**
 * The figures of a team: tiles, a chart and a ranking, each of which opens the records it counts.
 */
export class TeamFigures extends FiguresPage {
    static template = "crm_core.TeamFigures";

    setup() {
        super.setup();
        this.canvas = useRef("canvas");
        this.periods = PERIODS;
        this.comparisons = COMPARISONS;
        this.dimensions = DIMENSIONS;
        this.asked = useState({
            category: this.props.action.params?.category || "sales",
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

    askForPage() {
        return this.orm.call("crm.metric", "get_team_page", [], {
            ...this.asked,
            filters: this.chosen,
        });
    }

    choose(name, value) {
        return super.choose(name, name === "chart_id" ? Number(value) : value);
    }

    open(metricId, filters = {}) {
        return this.openRecords(metricId, {
            ...this.period,
            filters: { ...this.chosen, ...filters },
        });
    }

    async openLeftOut(metricId) {
        const asked = { ...this.period, filters: this.chosen };
        const action = await this.orm.call("crm.metric", "action_open_left_out", [[metricId]], asked);
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
