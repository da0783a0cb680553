import { Component, onWillStart, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { makeAgenda } from "./today_agenda";
import { TodayItem } from "./today_item";
import { TodayList } from "./today_list";

const { DateTime } = luxon;
/** how old a page may get before it is asked for again when somebody comes back to it */
const FRESH = 30_000;
const OFTEN = 5 * 60_000;
const SOON = 2000;
const JUST_NOW = 5000;

/**
 * What somebody does now, one thing after the other; the evening shows what was done. One request brings the page, one carries
 * out a button and brings the page as it is then. Panels of other parts stand above: the registry "crm_today_panels" holds
 * `{ Component, isDisplayed(page), getProps(page) }`.
 */
export class Today extends Component {
    static template = "crm_core.Today";
    static components = { Layout, TodayItem, TodayList };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.ui = useService("ui");
        this.display = { controlPanel: {} };
        const kept = this.props.state || {};
        this.agenda = useState(makeAgenda(kept));
        this.state = useState({ error: "", isLoading: false, person: kept.person || false, panel: "" });
        this.drafts = {};
        this.asked = 0;
        this.shown = 0;
        this.env.config.setDisplayName(_t("Today"));
        useSetupAction({
            getLocalState: () => ({ key: this.agenda.current?.key, person: this.state.person }),
        });
        this.refreshBySelf();
        this.useKeys();
        onWillStart(() => this.load());
    }

    /** Ask again when somebody comes back, when an activity changed elsewhere, and every few minutes while it is looked at. */
    refreshBySelf() {
        const comeBack = () => {
            if (document.visibilityState === "visible" && Date.now() - this.loadedAt > FRESH) {
                this.load();
            }
        };
        useExternalListener(window, "focus", comeBack);
        useExternalListener(document, "visibilitychange", comeBack);
        const bus = useService("bus_service");
        // what one did oneself is on the page already
        const isOwn = () => this.agenda.leaving.size || Date.now() - this.loadedAt < JUST_NOW;
        const onChange = () => {
            browser.clearTimeout(this.soon);
            this.soon = browser.setTimeout(() => isOwn() || this.load(), SOON);
        };
        bus.subscribe("mail.activity/updated", onChange);
        const timer = browser.setInterval(comeBack, OFTEN);
        onWillUnmount(() => {
            bus.unsubscribe("mail.activity/updated", onChange);
            browser.clearInterval(timer);
            browser.clearTimeout(this.soon);
        });
    }

    useKeys() {
        const keys = {
            n: () => this.next(),
            arrowright: () => this.next(),
            arrowleft: () => this.agenda.move(-1),
            d: () => this.press("done"),
            c: () => this.press("call"),
            r: () => this.press("later"),
            s: () => this.skip(),
            o: () => this.open(),
        };
        for (const [key, press] of Object.entries(keys)) {
            useHotkey(key, press, {
                isAvailable: (target) => this.canAct && !target?.closest("select, [role=tab], .o_crm_today_panel"),
            });
        }
    }

    get page() {
        return this.agenda.page;
    }

    get current() {
        return this.agenda.current;
    }

    get canAct() {
        return Boolean(this.page?.is_own && this.current);
    }

    get panels() {
        return registry
            .category("crm_today_panels")
            .getEntries()
            .map(([id, panel]) => ({ id, ...panel }))
            .filter((panel) => this.page.is_own && (panel.isDisplayed?.(this.page) ?? true));
    }

    get progress() {
        const done = this.page.done.length;
        const left = this.agenda.items.length;
        return { done, left, share: done + left ? Math.round((100 * done) / (done + left)) : 0 };
    }

    get overdueCount() {
        return this.page.items.filter((item) => item.section === "overdue").length;
    }

    // -- Asking ------------------------------------------------------------------------------------

    async load() {
        this.state.isLoading = true;
        try {
            await this.ask("get_page", this.state.person ? [this.state.person] : []);
            this.state.error = "";
        } catch (error) {
            this.state.error = this.say(error);
        } finally {
            this.state.isLoading = false;
        }
    }

    /** Ask the server; an answer that was overtaken by a later one shows nothing. */
    async ask(method, args) {
        const number = ++this.asked;
        const page = await this.orm.call("crm.today", method, args);
        this.loadedAt = Date.now();
        if (number > this.shown) {
            this.shown = number;
            this.agenda.show(page);
        }
    }

    say(error) {
        return error.data?.message || error.message || _t("There is no connection.");
    }

    /**
     * Carry out a button: the next item shows at once. What fails says so, and comes back with what was typed.
     *
     * @param {Object} item
     * @param {string} method of crm.today
     * @param {Array} args
     */
    async save(item, method, args) {
        this.state.panel = "";
        this.agenda.leave(item);
        try {
            await this.ask(method, args);
            delete this.drafts[item.key];
        } catch (error) {
            this.notification.add(_t("“%(title)s” was not saved. %(reason)s", { title: item.title, reason: this.say(error) }), {
                type: "danger",
                sticky: true,
            });
            this.agenda.comeBack(item);
            this.load();
        } finally {
            this.agenda.forget(item);
        }
    }

    getDraft(item) {
        this.drafts[item.key] ??= { note: "", summary: "", day: "" };
        return this.drafts[item.key];
    }

    // -- The buttons -------------------------------------------------------------------------------

    next() {
        this.state.panel = "";
        this.agenda.move(1);
    }

    skip() {
        this.state.panel = "";
        this.agenda.skip(this.current);
    }

    choose(item) {
        this.state.panel = "";
        this.agenda.key = item.key;
        if (this.ui.isSmall) {
            document.querySelector(".o_crm_today_current")?.scrollIntoView({ block: "start" });
        }
    }

    /** What a button does, by its name; those that ask something open a panel. */
    press(name) {
        const item = this.current;
        const isThere = [item.main, ...item.others].includes(name);
        if (name === "later" ? item.activity_id : isThere) {
            const panels = ["done", "later", "plan"];
            return panels.includes(name) ? this.togglePanel(name) : this[name](item);
        }
    }

    togglePanel(name) {
        this.state.panel = this.state.panel === name ? "" : name;
    }

    call(item, isDialled = false) {
        if (!isDialled) {
            browser.location.href = `tel:${item.phone}`;
        }
        if (!this.page.logs_calls) {
            return;
        }
        return this.action.doAction("crm_core.crm_call_action_log", {
            additionalContext: {
                default_res_model: item.model,
                default_res_id: item.id,
                default_number: item.phone,
                default_date: serializeDateTime(DateTime.now()),
                ...(item.call_activity_id ? { default_activity_id: item.call_activity_id } : {}),
                crm_call_is_running: true,
            },
            onClose: () => this.load(),
        });
    }

    reply(item) {
        return this.action.doAction(item.reply, { onClose: () => this.load() });
    }

    write(item) {
        return this.action.doAction(item.compose, { onClose: () => this.load() });
    }

    meeting(item) {
        return item.url ? browser.open(item.url, "_blank") : this.openRecord("calendar.event", item.meeting_id);
    }

    approve(item) {
        return this.save(item, "decide", [item.approval_id, true]);
    }

    refuse(item) {
        return this.save(item, "decide", [item.approval_id, false]);
    }

    /** Save what a panel asked. */
    submit(item, panel, { note, summary, day }) {
        if (panel === "done") {
            return this.save(item, "mark_done", [item.activity_id, note, day || null, summary]);
        }
        return panel === "later"
            ? this.save(item, "reschedule", [item.activity_id, day])
            : this.save(item, "plan_next", [item.id, summary, day]);
    }

    open(item = this.current) {
        return this.openRecord(item.model, item.id);
    }

    openRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openCustomer(item) {
        return this.action.doAction("crm_core.res_partner_action_customer_page", {
            additionalContext: { active_id: item.partner_id, active_model: "res.partner" },
        });
    }

    openPipeline() {
        return this.action.doAction("crm.action_your_pipeline", { clearBreadcrumbs: true });
    }

    lookAt(id) {
        this.state.person = Number(id) === user.userId ? false : Number(id);
        this.state.panel = "";
        return this.load();
    }

    async toggleHome() {
        const isHome = await this.orm.call("crm.today", "make_home", [!this.page.is_home]);
        this.page.is_home = isHome;
        this.notification.add(
            isHome ? _t("From now on this page opens when you log in.") : _t("This page no longer opens when you log in."),
            { type: "success" },
        );
    }
}

registry.category("actions").add("crm_core.today", Today);
