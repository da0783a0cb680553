import { Component, onWillUnmount, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const PERIOD = 2000;
const WORKING = ["queued", "running", "undoing"];

/** How far an import is, kept up to date while it runs. */
export class ImportProgress extends Component {
    static template = "crm_core.ImportProgress";
    static props = { ...standardWidgetProps };

    setup() {
        useEffect(
            (isWorking) => {
                clearInterval(this.timer);
                if (isWorking) {
                    this.timer = setInterval(() => this.refresh(), PERIOD);
                }
            },
            () => [this.isWorking]
        );
        onWillUnmount(() => clearInterval(this.timer));
    }

    get data() {
        return this.props.record.data;
    }

    get isWorking() {
        return WORKING.includes(this.data.state);
    }

    get share() {
        return Math.round(this.data.progress);
    }

    async refresh() {
        if (!document.hidden && !(await this.props.record.isDirty())) {
            await this.props.record.load();
        }
    }
}

registry.category("view_widgets").add("crm_import_progress", {
    component: ImportProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "progress", type: "float" },
        { name: "undone_count", type: "integer" },
    ],
});
