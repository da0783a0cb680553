import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatInteger } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const BUS_EVENT = "crm_support/wallboard";
/** The figures are asked for at most so often, however much happens. */
const PAUSE = 3000;
/** In case no message arrives: a deadline passed, or the connection was lost. */
const SAFETY = 60000;
/** How often waits are counted on between two answers of the server. */
const TICK = 10000;
const { DateTime } = luxon;

const COLUMNS = {
    open: _t("Open tickets"),
    waiting: _t("Waiting"),
    longest: _t("Longest wait"),
    risk: _t("SLA at risk"),
    breached: _t("SLA breached"),
};
const TILES = [
    { name: "waiting", label: _t("Waiting for a reply"), filters: ["waits_for_us"], tone: "warning" },
    { name: "longest", label: _t("Longest wait"), filters: ["waits_for_us"], tone: "" },
    { name: "risk", label: _t("SLA at risk"), filters: ["sla_risk"], tone: "warning" },
    { name: "breached", label: _t("SLA breached"), filters: ["sla_breached"], tone: "danger" },
    { name: "unassigned", label: _t("Unassigned"), filters: ["unassigned"], tone: "warning" },
    { name: "open", label: _t("Open tickets"), filters: [], tone: "" },
];

/** How the open tickets of a team stand, in figures that are read across a room; the bus keeps them fresh. */
export class Wallboard extends Component {
    static template = "crm_support.Wallboard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.bus = useService("bus_service");
        this.notification = useService("notification");
        this.root = useRef("root");
        this.keepLast = new KeepLast();
        this.display = { controlPanel: {} };
        this.columns = COLUMNS;
        this.tiles = TILES;
        this.canFill = Boolean(document.fullscreenEnabled);
        this.readAt = 0;
        this.askedAt = 0;
        const teamId = Number(this.props.action.context?.active_id) || false;
        this.state = useState({ page: null, teamId, isStale: false, now: Date.now() });
        this.env.config.setDisplayName(_t("Wallboard"));
        onWillStart(() => this.begin());
        this.refreshBySelf();
    }

    refreshBySelf() {
        const onChange = ({ team_id }) => this.isShown(team_id) && this.ask();
        const onReconnect = () => this.ask();
        let timers = [];
        onMounted(() => {
            this.bus.subscribe(BUS_EVENT, onChange);
            this.bus.addEventListener("BUS:RECONNECT", onReconnect);
            timers = [
                browser.setInterval(() => this.watch().then(() => this.ask()), SAFETY),
                browser.setInterval(() => (this.state.now = Date.now()), TICK),
            ];
        });
        onWillUnmount(() => {
            this.bus.unsubscribe(BUS_EVENT, onChange);
            this.bus.removeEventListener("BUS:RECONNECT", onReconnect);
            timers.forEach((timer) => browser.clearInterval(timer));
            browser.clearTimeout(this.due);
        });
    }

    /** Ask to be told of changes: the server tells of them only while a screen is open. */
    async watch() {
        try {
            await this.orm.silent.call("crm.ticket.team", "watch_wallboard", []);
        } catch {
            // the figures are asked for every minute all the same
        }
    }

    /** Read the first figures; of all teams when the one of the address is gone. */
    async begin() {
        await this.watch();
        try {
            await this.read();
        } catch (error) {
            if (!this.state.teamId) {
                throw error;
            }
            this.state.teamId = false;
            await this.read();
            this.notification.add(_t("That team is gone, or its tickets are not for you to see. These are all of yours."), { type: "warning" });
        }
    }

    async read() {
        this.askedAt = Date.now();
        const page = await this.keepLast.add(
            this.orm.silent.call("crm.ticket.team", "get_wallboard", [this.state.teamId]),
        );
        this.readAt = Date.now();
        Object.assign(this.state, { page, isStale: false, now: this.readAt });
    }

    /** Read soon: at once when nothing was read lately, else when the pause is over; many changes are one question. */
    ask() {
        this.due ??= browser.setTimeout(
            () => {
                this.due = undefined;
                return this.load();
            },
            Math.max(this.askedAt + PAUSE - Date.now(), 0),
        );
    }

    async load() {
        try {
            await this.read();
        } catch {
            this.state.isStale = true; // the figures stay, with their time; they are asked for again
        }
    }

    isShown(teamId) {
        const { page, teamId: chosen } = this.state;
        return chosen ? chosen === teamId : page.teams.some((team) => team.id === teamId);
    }

    choose(teamId) {
        this.state.teamId = Number(teamId) || false;
        this.props.updateActionState?.({ active_id: this.state.teamId });
        return this.load();
    }

    get title() {
        const { page } = this.state;
        return page.teams.find((team) => team.id === page.team_id)?.name || _t("All teams");
    }

    get readText() {
        return _t("As of %s", DateTime.fromMillis(this.readAt).toLocaleString(DateTime.TIME_WITH_SECONDS));
    }

    get showsTeams() {
        return !this.state.page.team_id && this.state.page.by_team.length > 1;
    }

    /** A figure in the reader's words; waits go on between two answers. */
    format(row, name) {
        if (name !== "longest") {
            return formatInteger(row[name]);
        }
        return row.longest === null ? "–" : this.formatWait(row.longest + (this.state.now - this.readAt) / 1000);
    }

    formatWait(seconds) {
        const minutes = Math.max(Math.floor(seconds / 60), 0);
        const hours = Math.floor(minutes / 60);
        if (hours >= 24) {
            return _t("%(days)s d %(hours)s h", { days: Math.floor(hours / 24), hours: hours % 24 });
        }
        return hours
            ? _t("%(hours)s h %(minutes)s min", { hours, minutes: minutes % 60 })
            : _t("%s min", minutes);
    }

    tone(name, value) {
        const tone = { risk: "warning", waiting: "warning", unassigned: "warning", breached: "danger" }[name];
        return tone && value ? `o_crm_wallboard_${tone}` : "";
    }

    /**
     * Show the tickets of a figure.
     *
     * @param {string[]} filters names of filters of the tickets' search
     * @param {Object} [by] `user_id` or `team_id`
     */
    open(filters, by = {}) {
        const chosen = { team_id: this.state.page.team_id, not_closed: 1, ...by };
        for (const name of filters) {
            chosen[name] = 1;
        }
        const context = {};
        for (const [name, value] of Object.entries(chosen)) {
            if (value) {
                context[`search_default_${name}`] = value;
            }
        }
        return this.action.doAction("crm_support.crm_ticket_action", { additionalContext: context });
    }

    /** Fill the screen, and keep it from sleeping while it is filled where the browser can. */
    async fill() {
        if (document.fullscreenElement) {
            return document.exitFullscreen();
        }
        await this.root.el.requestFullscreen();
        try {
            await browser.navigator.wakeLock?.request("screen");
        } catch {
            // a browser that saves power may refuse
        }
    }
}

registry.category("actions").add("crm_support.wallboard", Wallboard);
