import { Component, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

const BUS_EVENT = "crm_telephony_call";
const CLOSED_KEY = "crm_core.closed_call";
/** How long somebody else's answer stays to be read. */
const TAKEN_MILLISECONDS = 5000;
const MOST_CALLS = 3;

/** The calls that ring at one's telephone: who it is, and what one may do about it. */
export class IncomingCalls extends Component {
    static template = "crm_core.IncomingCalls";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ calls: [], folded: {}, logged: null });
        const bus = useService("bus_service");
        const onEvent = (event) => this.onEvent(event);
        const onStorage = ({ key, newValue }) => key === CLOSED_KEY && this.remove(Number(newValue));
        bus.subscribe(BUS_EVENT, onEvent);
        browser.addEventListener("storage", onStorage);
        onWillUnmount(() => {
            bus.unsubscribe(BUS_EVENT, onEvent);
            browser.removeEventListener("storage", onStorage);
        });
        this.asked = {};
        this.closed = new Set();
    }

    /** Show a call that begins to ring, and keep the one that is shown up to date. */
    async onEvent({ id, state, card }) {
        const isShown = this.state.calls.some((call) => call.id === id);
        if (this.closed.has(id) || (!isShown && state !== "ringing" && state !== "connected")) {
            return;
        }
        if (card) {
            this.closed.delete(id);
            return this.show(card);
        }
        const turn = (this.asked[id] = (this.asked[id] || 0) + 1);
        const fresh = await this.orm.silent.call("crm.call", "get_popup", [[id]]);
        if (turn === this.asked[id] && !this.closed.has(id)) {
            this.show(fresh);
        }
    }

    show(call) {
        const place = this.state.calls.findIndex((shown) => shown.id === call.id);
        if (place >= 0) {
            this.state.calls[place] = call;
        } else if (!this.isTaken(call)) {
            this.state.calls.unshift(call);
            this.state.calls.splice(MOST_CALLS);
        }
        if (this.isTaken(call)) {
            browser.setTimeout(() => this.remove(call.id), TAKEN_MILLISECONDS);
        }
    }

    isTaken(call) {
        return call.taken_by && !call.is_mine;
    }

    getTitle(call) {
        if (this.isTaken(call)) {
            return _t("%s took the call", call.taken_by);
        }
        return {
            ringing: _t("Incoming call"),
            connected: _t("On the line"),
            missed: _t("Missed call"),
            done: _t("Call ended"),
        }[call.state];
    }

    getColour(call) {
        return { ringing: "primary", connected: "success", missed: "danger" }[call.state] || "secondary";
    }

    canLog(call) {
        return call.id && call.state !== "missed" && !this.isTaken(call) && !call.is_logged;
    }

    get shown() {
        return this.state.calls.filter((call) => call.id !== this.state.logged);
    }

    fold(call) {
        this.state.folded[call.id] = !this.state.folded[call.id];
    }

    /** Open a page; on a phone the panel makes room for it. */
    open(call, model, id) {
        this.state.folded[call.id] = this.env.isSmall;
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async log(call) {
        const dialog = await this.orm.call("crm.call", "action_log_outcome", [[call.id]]);
        this.state.logged = call.id;
        return this.action.doAction(
            { ...dialog, views: [[dialog.view_id[0], "form"]] },
            {
                onClose: () => {
                    this.state.logged = null;
                    return this.refresh(call.id);
                },
            },
        );
    }

    /** A call of which the outcome is written down is done with. */
    async refresh(id) {
        const fresh = await this.orm.silent.call("crm.call", "get_popup", [[id]]);
        return fresh.is_logged ? this.close(id) : this.show(fresh);
    }

    async createLead(call) {
        const form = await this.orm.call("crm.call", "action_create_lead", [[call.id]]);
        this.state.folded[call.id] = this.env.isSmall;
        await this.action.doAction(form);
        return this.refresh(call.id);
    }

    /** Close it here, and in the other tabs. */
    close(id) {
        this.remove(id);
        if (id) {
            browser.localStorage.setItem(CLOSED_KEY, id);
        }
    }

    remove(id) {
        this.closed.add(id);
        this.state.calls = this.state.calls.filter((call) => call.id !== id);
    }
}

registry.category("main_components").add("crm_core.IncomingCalls", { Component: IncomingCalls });
