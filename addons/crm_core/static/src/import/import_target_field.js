import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What a column of a file goes to: one of the fields that its kind of record takes, or nothing. */
export class ImportTargetField extends Component {
    static template = "crm_core.ImportTargetField";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get options() {
        return this.props.record.data.target_options || [];
    }

    get label() {
        const found = this.options.find(([name]) => name === this.value);
        return found ? found[1] : _t("Left out");
    }

    onChange(ev) {
        this.props.record.update({ [this.props.name]: ev.target.value || false });
    }
}

registry.category("fields").add("crm_import_target", {
    component: ImportTargetField,
    displayName: _t("Target of an import column"),
    supportedTypes: ["char"],
    fieldDependencies: [{ name: "target_options", type: "json" }],
});
