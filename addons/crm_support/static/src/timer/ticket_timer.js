import { Component, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The seconds of a timer, which go on while it runs. The server counts; between two answers of it this screen does. */
export class TicketTimer extends Component {
    static template = "crm_support.TicketTimer";
    static props = { ...standardFieldProps };

    setup() {
        this.state = useState({ seconds: 0, isRunning: false });
        useRecordObserver((record) => {
            this.known = record.data[this.props.name];
            this.knownAt = browser.performance.now();
            this.state.isRunning = record.data.timer_state === "running";
            this.tick();
        });
        const ticking = browser.setInterval(() => this.tick(), 1000);
        onWillUnmount(() => browser.clearInterval(ticking));
    }

    tick() {
        const since = this.state.isRunning ? (browser.performance.now() - this.knownAt) / 1000 : 0;
        this.state.seconds = Math.floor(this.known + since);
    }

    get text() {
        const pad = (number) => String(number).padStart(2, "0");
        const { seconds } = this.state;
        return `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
    }
}

registry.category("fields").add("crm_ticket_timer", {
    component: TicketTimer,
    supportedTypes: ["integer"],
    fieldDependencies: [{ name: "timer_state", type: "selection" }],
});
