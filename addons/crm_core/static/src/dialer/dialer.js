import { Component, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { getChoices } from "../calls/call_outcome_field";
import { CallScriptField } from "../calls/call_script_field";
import { format } from "../calls/call_stopwatch_field";
import { DialedCall, INPUT } from "./dialed_call";

const { DateTime } = luxon;
const SECOND = 1000;
/** The lease lasts a quarter of an hour: see `crm.call.list.line`. */
const SIGN_OF_LIFE = 120 * SECOND;
const LOOK_AGAIN = 60 * SECOND;
const WRITING = "input, textarea, select, [contenteditable=true]";
const DIGIT = /^(?:Digit|Numpad)([1-9])$/;

/**
 * One person after the other: whom to call on the left, what to say in the middle, what came of it on the right.
 */
export class Dialer extends Component {
    static template = "crm_core.Dialer";
    static components = { Layout, CallScriptField };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: this.ui.isSmall ? false : {} };
        this.root = useRef("root");
        this.formatDuration = format;
        this.state = useState({ screen: null, figures: null, call: null, isBusy: false, isPaused: false, now: 0 });
        this.env.config.setDisplayName(_t("Dialer"));
        this.timers = [
            browser.setInterval(() => this.state.now++, SECOND),
            browser.setInterval(() => this.keep(), SIGN_OF_LIFE),
            browser.setInterval(() => this.lookAgain(), LOOK_AGAIN),
        ];
        useExternalListener(window, "keydown", (ev) => this.onKey(ev));
        onWillStart(async () => {
            const chosen = this.props.action.context?.crm_call_list_id;
            const days = this.orm.call("crm.call", "get_callback_days");
            await this.ask("begin", chosen || false);
            this.days = await days;
        });
        onWillUnmount(() => {
            this.timers.forEach((timer) => browser.clearInterval(timer));
            if (this.person) {
                this.orm.silent.call("crm.dialer", "release", [this.person.line_id]);
            }
        });
    }

    get screen() {
        return this.state.screen;
    }

    get person() {
        return this.screen?.person;
    }

    get call() {
        return this.state.call;
    }

    get outcome() {
        const chosen = this.call?.data.outcome_id;
        return chosen && this.screen.outcomes.find(({ id }) => id === chosen.id);
    }

    /** What time it is for whom one calls: a promise to call back is kept on his clock. */
    get there() {
        const there = DateTime.now().setZone(this.person.zone);
        return there.isValid ? there : DateTime.now();
    }

    get isElsewhere() {
        return this.there.offset !== DateTime.now().offset;
    }

    get choices() {
        return getChoices(this.there, this.days);
    }

    get earliest() {
        return this.there.toFormat(INPUT);
    }

    get maySave() {
        const { data } = this.call;
        return this.outcome && !this.state.isBusy && (!this.outcome.asks_callback || data.callback_at);
    }

    get done() {
        const { line_count, to_call_count } = this.state.figures || {};
        return line_count ? Math.round((100 * (line_count - to_call_count)) / line_count) : 0;
    }

    get tel() {
        return `tel:${this.person.number.replace(/[^\d+]/g, "")}`;
    }

    get elapsed() {
        return this.state.now >= 0 && format(this.call.elapsed || this.call.data.duration);
    }

    // -- The server ---

    /** Ask the server for whom to call; what was typed for the same person stays. */
    async ask(method, ...args) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            this.show(await this.orm.call("crm.dialer", method, args));
        } finally {
            this.state.isBusy = false;
        }
    }

    show(screen) {
        const before = this.person?.line_id;
        this.state.screen = screen;
        if (!screen.person) {
            this.state.call = null;
        } else if (screen.person.line_id !== before || !this.state.call) {
            this.state.call = new DialedCall(screen.person);
            this.root.el?.scrollTo({ top: 0 });
        }
        this.count();
    }

    /** Ask how far the list is, while the person is on the screen already. */
    async count() {
        const list = this.screen.list;
        if (list?.id !== this.state.figures?.id) {
            this.state.figures = null;
        }
        if (list) {
            const figures = await this.orm.silent.call("crm.dialer", "get_figures", [list.id]).catch(() => null);
            if (figures && this.screen.list?.id === list.id) {
                this.state.figures = figures;
            }
        }
    }

    async keep() {
        const { person, call } = this;
        if (!person || this.state.isBusy) {
            return;
        }
        const isMine = await this.orm.silent.call("crm.dialer", "keep", [
            person.line_id,
            Boolean(call.data.date),
        ]);
        if (!isMine && this.person === person) {
            await this.lose(call);
        }
    }

    /** Go on to somebody else, unless a call is on the screen that is not written down yet. */
    async lose(call) {
        if (!call.isBegun) {
            this.notification.add(_t("Somebody else took over: this page was silent for too long."), {
                type: "warning",
            });
            await this.ask("go_on", this.screen.list.id);
        } else if (!call.isLost) {
            call.isLost = true;
            this.notification.add(
                _t("This person is not reserved for you any more. You can still write this call down."),
                { type: "warning" },
            );
        }
    }

    lookAgain() {
        if (this.screen?.list && !this.person && !this.state.isPaused && !document.hidden) {
            return this.ask("go_on", this.screen.list.id);
        }
    }

    // -- What people do ---

    chooseList(id) {
        return this.ask("begin", id);
    }

    dial() {
        this.call.begin();
        this.orm.silent.call("crm.dialer", "keep", [this.person.line_id, true]);
    }

    choose(outcome) {
        this.call.choose(outcome);
    }

    callBack(moment) {
        this.call.data.callback_at = moment;
        return this.save();
    }

    setCallback(text) {
        const { zone } = this.there;
        this.call.data.callback_at = text ? DateTime.fromFormat(text, INPUT, { zone }) : false;
    }

    setNote(text) {
        this.call.setNote(text);
    }

    async save() {
        if (this.maySave) {
            const { line_id, made } = this.person;
            const { call } = this;
            await this.ask("log", line_id, call.values, made);
            call.forget();
        }
    }

    skip() {
        return this.ask("skip", this.person.line_id);
    }

    async pause() {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            await this.orm.call("crm.dialer", "release", [this.person.line_id]);
        } finally {
            this.state.isBusy = false;
        }
        this.state.isPaused = true;
        this.screen.person = false;
        this.state.call = null;
    }

    goOn() {
        this.state.isPaused = false;
        return this.ask("go_on", this.screen.list.id);
    }

    openLists() {
        return this.action.doAction("crm_core.crm_call_list_action", { clearBreadcrumbs: true });
    }

    /** Digits choose the outcome, letters do the rest; never while somebody writes, or in a dialog. */
    onKey(ev) {
        const isOther = ev.ctrlKey || ev.altKey || ev.metaKey || ev.repeat || ev.defaultPrevented;
        const isElsewhere = this.ui.activeElement !== document || ev.target.closest?.(WRITING);
        if (isOther || isElsewhere || this.state.isBusy) {
            if (ev.key === "Escape" && this.root.el?.contains(ev.target)) {
                ev.target.blur();
            }
            return;
        }
        const done = this.person ? this.press(ev.code, ev.key.toLowerCase()) : false;
        if (done) {
            ev.preventDefault();
        }
    }

    /** @returns {boolean} whether the key meant anything */
    press(code, letter) {
        const digit = DIGIT.exec(code);
        if (digit) {
            const outcome = this.screen.outcomes[Number(digit[1]) - 1];
            if (outcome) {
                this.choose(outcome);
            }
            return Boolean(outcome);
        }
        const actions = {
            n: () => this.save(),
            s: () => this.skip(),
            p: () => this.pause(),
            c: () => this.root.el.querySelector(".o_crm_dialer_number").click(),
        };
        actions[letter]?.();
        return letter in actions;
    }

    // -- Words ---

    formatDay(text) {
        return deserializeDateTime(text).toLocaleString({ day: "numeric", month: "short", year: "numeric" });
    }

    formatMoment(text) {
        return deserializeDateTime(text).toLocaleString(DateTime.DATETIME_MED);
    }

    getClass(outcome) {
        const colour = outcome.is_do_not_call ? "danger" : outcome.is_reached ? "success" : "secondary";
        return this.outcome?.id === outcome.id ? `btn-${colour} active` : `btn-outline-${colour}`;
    }

    isOn(choice) {
        const moment = this.call.data.callback_at;
        return moment && moment.toMillis() === choice.moment.toMillis();
    }

    get callback() {
        const moment = this.call.data.callback_at;
        return moment ? moment.setZone(this.there.zone).toFormat(INPUT) : "";
    }
}

registry.category("actions").add("crm_core.dialer", Dialer);
