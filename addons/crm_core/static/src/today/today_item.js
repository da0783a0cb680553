import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { TodayPanel } from "./today_panel";

export const LABELS = {
    call: _t("Call"),
    reply: _t("Reply"),
    write: _t("Write"),
    done: _t("Done"),
    plan: _t("Plan the Next Step"),
    meeting: _t("Open the Meeting"),
    approve: _t("Approve"),
    refuse: _t("Refuse"),
    open: _t("Open"),
};
const ICONS = {
    call: "fa-phone",
    reply: "fa-reply",
    write: "fa-pencil-square-o",
    done: "fa-check",
    plan: "fa-calendar-plus-o",
    meeting: "fa-calendar",
    approve: "fa-thumbs-up",
    refuse: "fa-thumbs-down",
    open: "fa-external-link",
};

/** The item somebody is at: why, what to know, and the buttons. */
export class TodayItem extends Component {
    static template = "crm_core.TodayItem";
    static components = { TodayPanel };
    static props = {
        item: Object,
        isOwn: Boolean,
        panel: String,
        draft: Object,
        days: Array,
        onPress: Function,
        onCalled: Function,
        onSubmit: Function,
        onSkip: Function,
        onNext: Function,
        onOpen: Function,
        onOpenCustomer: Function,
        onClosePanel: Function,
    };

    setup() {
        this.icons = ICONS;
    }

    /** The buttons: the main one first. */
    get buttons() {
        const { item } = this.props;
        return [item.main, ...item.others].map((name) => ({ name, label: this.getLabel(name) }));
    }

    getLabel(name) {
        const { item } = this.props;
        return name === "meeting" && item.url ? _t("Join the Meeting") : LABELS[name];
    }

    get facts() {
        const { item } = this.props;
        return [
            { id: "stage", label: _t("Stage"), value: item.stage },
            { id: "amount", label: _t("Amount"), value: item.amount },
            { id: "last_contact", label: _t("Last contact"), value: item.last_contact },
            { id: "next_step", label: _t("Next step"), value: item.next_step },
        ].filter((fact) => fact.value);
    }

    get stars() {
        return "★".repeat(this.props.item.priority);
    }
}
