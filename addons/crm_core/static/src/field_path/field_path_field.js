import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ModelFieldSelector } from "@web/core/model_field_selector/model_field_selector";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Chooses a field of the model that another field of the form names, or a field of a record it leads to.
 */
export class FieldPathField extends Component {
    static template = "crm_core.FieldPathField";
    static components = { ModelFieldSelector };
    static props = { ...standardFieldProps, modelField: { type: String, optional: true } };
    static defaultProps = { modelField: "model_name" };

    get path() {
        return this.props.record.data[this.props.name] || "";
    }

    get resModel() {
        return this.props.record.data[this.props.modelField];
    }

    filter(field) {
        return field.store && !["one2many", "many2many", "properties", "binary", "html"].includes(field.type);
    }

    update(path) {
        return this.props.record.update({ [this.props.name]: path || false });
    }
}

registry.category("fields").add("crm_field_path", {
    component: FieldPathField,
    displayName: _t("Field of other records"),
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ modelField: options.model_field }),
});
