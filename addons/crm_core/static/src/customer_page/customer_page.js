import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CustomerDocuments } from "./customer_documents";
import { Timeline } from "./timeline";

/** The customer page: who it is, key figures, what to do next, what happened, the documents. */
export class CustomerPage extends Component {
    static template = "crm_core.CustomerPage";
    static components = { CustomerDocuments, Layout, Timeline };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.rootRef = useRef("root");
        this.display = { controlPanel: {} };
        const kept = this.props.state || {};
        this.keptTimeline = kept.timeline;
        this.state = useState({ page: null, error: "", tab: kept.tab || "timeline", showAll: false });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ tab: this.state.tab, timeline: this.getTimelineState?.() }),
        });
        onWillStart(() => this.load());
    }

    get resModel() {
        return this.props.action.params?.res_model || "res.partner";
    }

    get resId() {
        return this.props.action.context.active_id;
    }

    async load() {
        this.state.error = "";
        try {
            this.state.page = await this.orm.call(this.resModel, "get_customer_page", [[this.resId]]);
            this.env.config.setDisplayName(this.state.page.header.name);
            if (!this.tabs.some(({ id }) => id === this.state.tab)) {
                this.state.tab = this.tabs[0]?.id;
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    get tabs() {
        const { has_timeline, has_documents, relations } = this.state.page;
        return [
            has_timeline && { id: "timeline", label: _t("Timeline") },
            has_documents && { id: "documents", label: _t("Documents") },
            // beside the tabs where there is room
            this.env.isSmall && relations.length && { id: "relations", label: _t("Relations") },
        ].filter(Boolean);
    }

    get nextActions() {
        return this.state.showAll ? this.state.page.next_actions : this.state.page.next_actions.slice(0, 1);
    }

    get initials() {
        const words = this.state.page.header.name.split(/\s+/);
        return words.slice(0, 2).map((word) => word[0]).join("").toUpperCase();
    }

    setTab(tab) {
        this.keptTimeline = this.getTimelineState?.();
        this.getTimelineState = null;
        this.state.tab = tab;
    }

    onTabKey(ev) {
        if (["ArrowLeft", "ArrowRight"].includes(ev.key)) {
            const tabs = [...ev.currentTarget.querySelectorAll("[role=tab]")];
            const step = (ev.key === "ArrowRight") === (localization.direction !== "rtl") ? 1 : tabs.length - 1;
            const other = tabs[(tabs.indexOf(ev.target) + step) % tabs.length];
            other.click();
            other.focus();
        }
    }

    exposeTimeline(getState) {
        this.getTimelineState = getState;
    }

    /** Do something in a dialog or on a page of its own; the figures are read again when a dialog closes. */
    doAction(action) {
        return this.action.doAction(action, { onClose: () => this.load() });
    }

    open(model, resId) {
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: resId, views: [[false, "form"]] });
    }

    async reachOut() {
        this.doAction(await this.orm.call(this.resModel, "action_compose_message", [[this.resId]]));
    }

    async openCustomer(record) {
        if (record.model !== "res.partner") {
            return this.open(record.model, record.id);
        }
        this.action.doAction(await this.orm.call(record.model, "action_view_customer_page", [[record.id]]));
    }

    logCall() {
        return this.doAction({
            type: "ir.actions.act_window",
            name: _t("Log or plan a call"),
            res_model: "mail.activity.schedule",
            views: [[false, "form"]],
            target: "new",
            context: {
                active_model: this.resModel,
                active_id: this.resId,
                active_ids: [this.resId],
                default_activity_type_id: this.state.page.call_activity_type_id,
            },
        });
    }
}

registry.category("actions").add("crm_core.customer_page", CustomerPage);
