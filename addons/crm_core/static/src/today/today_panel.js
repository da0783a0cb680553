import { Component, onMounted, useRef, useState } from "@odoo/owl";

/** What is asked before a button is carried out: a note, what comes next, or a day. */
export class TodayPanel extends Component {
    static template = "crm_core.TodayPanel";
    static props = {
        kind: { validate: (kind) => ["done", "later", "plan"].includes(kind) },
        draft: Object,
        days: Array,
        activity: String,
        onSubmit: Function,
        onClose: Function,
    };

    setup() {
        // kept by the page: what was typed survives a failed attempt
        this.draft = useState(this.props.draft);
        const first = useRef("first");
        onMounted(() => first.el?.focus());
    }

    /** A tap on a day saves at once, unless a note may still follow. */
    chooseDay(date) {
        this.draft.day = this.draft.day === date && this.props.kind === "done" ? "" : date;
        if (this.props.kind === "later") {
            this.submit();
        }
    }

    get canSubmit() {
        return this.props.kind === "done" || Boolean(this.draft.day);
    }

    submit() {
        if (this.canSubmit) {
            this.props.onSubmit({ ...this.draft });
        }
    }

    onKeydown(ev) {
        if (ev.key === "Escape") {
            ev.stopPropagation();
            this.props.onClose();
        } else if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey || ev.target.tagName === "INPUT")) {
            ev.preventDefault();
            this.submit();
        }
    }
}
