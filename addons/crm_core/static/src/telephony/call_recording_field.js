import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The recording of a call, which lies elsewhere. */
export class CallRecordingField extends Component {
    static template = "crm_core.CallRecordingField";
    static props = { ...standardFieldProps };

    get url() {
        const url = this.props.record.data[this.props.name] || "";
        return /^https?:\/\//i.test(url) ? url : "";
    }
}

registry.category("fields").add("crm_call_recording", {
    component: CallRecordingField,
    displayName: _t("Recording of a Call"),
    supportedTypes: ["char"],
});
