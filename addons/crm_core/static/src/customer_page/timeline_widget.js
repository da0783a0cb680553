import { Component, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Timeline } from "./timeline";

/** The timeline of the record of a form; it loads when its tab is opened. */
export class TimelineWidget extends Component {
    static template = xml`<Timeline t-if="props.record.resId" resModel="props.record.resModel" resId="props.record.resId"/>`;
    static components = { Timeline };
    static props = { ...standardWidgetProps };
}

registry.category("view_widgets").add("crm_timeline", { component: TimelineWidget });
