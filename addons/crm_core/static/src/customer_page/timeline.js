import { Component, onWillStart, onWillUpdateProps, toRaw, useEffect, useRef, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

const { DateTime } = luxon;
const TYPING_PAUSE = 350;
const LONG_EXCERPT = 120;
const PERIODS = { week: { days: 7 }, month: { days: 30 }, year: { years: 1 } };
const DIRECTIONS = { in: "fa-arrow-down", out: "fa-arrow-up" };

export function emptyFilters() {
    return { channels: [], personId: 0, period: "", from: "", to: "", text: "" };
}

/** What happened with a customer, the newest first, loaded as far as one scrolls. */
export class Timeline extends Component {
    static template = "crm_core.Timeline";
    static props = {
        resModel: String,
        resId: Number,
        state: { type: Object, optional: true },
        exposeState: { type: Function, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.end = useRef("end");
        this.request = 0;
        this.state = useState({
            status: "loading",
            reason: "",
            isLoadingMore: false,
            hasMoreFailed: false,
            rows: [],
            cursor: null,
            filters: emptyFilters(),
            options: { channels: [], people: [] },
            unfolded: {},
            ...this.props.state,
        });
        this.props.exposeState?.(() => this.keptState);
        this.searchSoon = useDebounced(() => this.reload(), TYPING_PAUSE);
        onWillStart(() => {
            if (!this.props.state) {
                this.loadOptions();
                this.reload();
            }
        });
        onWillUpdateProps((props) => {
            if (props.resId !== this.props.resId || props.resModel !== this.props.resModel) {
                this.state.filters = emptyFilters();
                this.loadOptions(props);
                this.reload(props);
            }
        });
        useEffect(
            (end) => {
                if (!end) {
                    return;
                }
                const observer = new IntersectionObserver(
                    (entries) => entries.some((entry) => entry.isIntersecting) && this.loadMore(),
                    { rootMargin: "300px" }
                );
                observer.observe(end);
                return () => observer.disconnect();
            },
            () => [this.end.el, this.state.rows.length]
        );
    }

    /** What a page needs to show the same rows when one comes back to it. */
    get keptState() {
        const { status, rows, cursor, filters, options, unfolded } = toRaw(this.state);
        return status === "ready" ? { status, rows, cursor, filters, options, unfolded } : undefined;
    }

    // -- What is shown ---

    get days() {
        const days = [];
        for (const row of this.state.rows) {
            const date = deserializeDateTime(row.date);
            const key = date.toISODate();
            if (days.at(-1)?.key !== key) {
                days.push({ key, label: this.labelOf(date), rows: [] });
            }
            days.at(-1).rows.push(row);
        }
        return days;
    }

    labelOf(date) {
        const today = DateTime.local({ zone: date.zone }).startOf("day");
        const age = today.diff(date.startOf("day"), "days").days;
        if (Math.round(age) === 0) {
            return _t("Today");
        }
        if (Math.round(age) === 1) {
            return _t("Yesterday");
        }
        return date.toLocaleString({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    }

    timeOf(row) {
        return deserializeDateTime(row.date).toLocaleString(DateTime.TIME_SIMPLE);
    }

    channelOf(row) {
        const { channels } = this.state.options;
        return channels.find((channel) => channel.code === row.channel) || { label: row.channel, icon: "fa-circle-o" };
    }

    directionIcon(row) {
        return DIRECTIONS[row.direction];
    }

    directionLabel(row) {
        return { in: _t("Received"), out: _t("Sent"), internal: _t("Internal") }[row.direction] || "";
    }

    badgeClass(row) {
        const tones = { failed: "danger", missed: "danger", bounced: "danger", paid: "success", opened: "success", replied: "success" };
        return `text-bg-${tones[row.state] || "secondary"}`;
    }

    isLong(row) {
        return row.excerpt.length > LONG_EXCERPT;
    }

    canReply(row) {
        return row.channel === "email" && Boolean(row.message_id);
    }

    get hasFilters() {
        const { channels, personId, period, text } = this.state.filters;
        return Boolean(channels.length || personId || period || text);
    }

    // -- Loading ---

    async loadOptions(props = this.props) {
        try {
            this.state.options = await this.orm.silent.call("crm.interaction", "get_filters", [props.resModel, props.resId]);
        } catch {
            this.state.options = { channels: [], people: [] };
        }
    }

    /** Load the first page again, with the filters as they stand. */
    async reload(props = this.props) {
        this.state.status = "loading";
        this.state.hasMoreFailed = false;
        const number = ++this.request;
        try {
            const page = await this.fetchPage(props, null);
            if (number === this.request) {
                Object.assign(this.state, { rows: page.rows, cursor: page.next_cursor, status: "ready", isLoadingMore: false });
            }
        } catch (error) {
            if (number === this.request) {
                this.state.status = "error";
                // what the server says to the reader, such as a search that takes too long
                this.state.reason = error.exceptionName === "odoo.exceptions.UserError" ? error.data.message : "";
            }
        }
    }

    async loadMore() {
        if (!this.state.cursor || this.state.isLoadingMore || this.state.status !== "ready" || this.state.hasMoreFailed) {
            return;
        }
        this.state.isLoadingMore = true;
        const number = this.request;
        try {
            const page = await this.fetchPage(this.props, this.state.cursor);
            if (number === this.request) {
                this.state.rows.push(...page.rows);
                this.state.cursor = page.next_cursor;
            }
        } catch {
            this.state.hasMoreFailed = number === this.request;
        }
        this.state.isLoadingMore = false;
    }

    retryMore() {
        this.state.hasMoreFailed = false;
        this.loadMore();
    }

    fetchPage(props, cursor) {
        const { channels, personId, text } = this.state.filters;
        return this.orm.silent.call("crm.interaction", "get_page", [props.resModel, props.resId], {
            channels: channels.length ? [...channels] : null,
            person_id: personId || null,
            ...this.period,
            text: text.trim(),
            cursor,
        });
    }

    get period() {
        const { period, from, to } = this.state.filters;
        if (period === "custom") {
            return { date_from: from || null, date_to: to || null };
        }
        const length = PERIODS[period];
        return { date_from: length ? DateTime.local().minus(length).toISODate() : null, date_to: null };
    }

    // -- Filters ---

    toggleChannel(code) {
        const { channels } = this.state.filters;
        const index = channels.indexOf(code);
        if (index < 0) {
            channels.push(code);
        } else {
            channels.splice(index, 1);
        }
        this.reload();
    }

    setFilter(name, value) {
        this.state.filters[name] = value;
        this.reload();
    }

    onPerson(ev) {
        this.setFilter("personId", Number(ev.target.value));
    }

    onType(ev) {
        this.state.filters.text = ev.target.value;
        this.searchSoon();
    }

    clearFilters() {
        this.state.filters = emptyFilters();
        this.reload();
    }

    // -- Rows ---

    toggleExcerpt(row) {
        this.state.unfolded[row.id] = !this.state.unfolded[row.id];
    }

    open(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.res_id,
            views: [[false, "form"]],
        });
    }

    reply(row) {
        const context = {
            default_parent_id: row.message_id,
            default_model: row.model,
            default_res_ids: [row.res_id],
            default_composition_mode: "comment",
        };
        if (row.direction === "in" && row.author?.id) {
            context.default_partner_ids = [row.author.id];
        }
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Reply"),
                res_model: "mail.compose.message",
                views: [[false, "form"]],
                target: "new",
                context,
            },
            { onClose: () => this.reload() }
        );
    }
}
