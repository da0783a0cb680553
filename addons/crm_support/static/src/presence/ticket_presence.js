import { Component, onMounted, onWillUnmount, useExternalListener, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** How often a screen says that it still shows the ticket; who is not heard of for three times as long has gone. */
const REPEAT = 15000;
const COMPOSER = ".o-mail-Composer-input, .o-mail-Composer .odoo-editor-editable";

/** Who else has this ticket open, and whether they are writing an answer: told before two people answer the same customer. */
export class TicketPresence extends Component {
    static template = "crm_support.TicketPresence";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.bus = useService("bus_service");
        this.state = useState({ people: [] });
        this.onBus = this.onBus.bind(this);
        this.saidWriting = false;
        this.ticketId = false;
        useRecordObserver((record) => this.follow(record.resId));
        useExternalListener(document, "input", this.onInput);
        useExternalListener(window, "pagehide", this.onPageHide);
        onMounted(() => {
            this.bus.subscribe("crm_ticket_presence", this.onBus);
            this.timer = browser.setInterval(() => this.announce(), REPEAT);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe("crm_ticket_presence", this.onBus);
            browser.clearInterval(this.timer);
            this.leave();
        });
    }

    get text() {
        const writing = this.state.people.filter((person) => person.is_writing);
        if (writing.length) {
            return _t("%s is writing an answer", writing.map((person) => person.name).join(", "));
        }
        const names = this.state.people.map((person) => person.name).join(", ");
        return this.state.people.length === 1
            ? _t("%s has this ticket open too", names)
            : _t("%s have this ticket open too", names);
    }

    get hasWriter() {
        return this.state.people.some((person) => person.is_writing);
    }

    onBus({ ticket_id, people }) {
        if (ticket_id === this.ticketId) {
            this.state.people = people;
        }
    }

    follow(id) {
        if (id !== this.ticketId) {
            this.leave();
            this.ticketId = id;
            this.state.people = [];
            this.announce();
        }
    }

    /** Say at once that an answer was begun, or that its box is empty again. */
    onInput(ev) {
        if (ev.target.closest?.(COMPOSER) && this.readWriting() !== this.saidWriting) {
            this.announce();
        }
    }

    /** Whether something is in the box of answers on this screen. */
    readWriting() {
        return [...document.querySelectorAll(COMPOSER)].some((box) => (box.value ?? box.textContent).trim());
    }

    async announce() {
        const id = this.ticketId;
        if (!id) {
            return;
        }
        this.saidWriting = this.readWriting();
        try {
            const people = await this.orm.silent.call("crm.ticket", "announce_presence", [[id]], {
                is_writing: this.saidWriting,
            });
            if (id === this.ticketId) {
                this.state.people = people;
            }
        } catch {
            this.state.people = []; // without a connection nobody is known of; it is tried again
        }
    }

    /** Leave from a window that is closed: the request outlives it. */
    onPageHide() {
        if (this.ticketId) {
            const params = { model: "crm.ticket", method: "announce_leaving", args: [[this.ticketId]], kwargs: {} };
            browser.fetch("/web/dataset/call_kw/crm.ticket/announce_leaving", {
                method: "POST",
                headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
                keepalive: true,
            });
        }
    }

    leave() {
        if (this.ticketId) {
            this.orm.silent.call("crm.ticket", "announce_leaving", [[this.ticketId]]).catch(() => {});
        }
    }
}

registry.category("view_widgets").add("crm_ticket_presence", { component: TicketPresence });
