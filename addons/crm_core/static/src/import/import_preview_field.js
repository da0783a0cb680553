import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The first rows of a file as they will be read; cells that cannot be read stand out. */
export class ImportPreviewField extends Component {
    static template = "crm_core.ImportPreviewField";
    static props = { ...standardFieldProps };

    get preview() {
        return this.props.record.data[this.props.name] || { headers: [], rows: [] };
    }
}

registry.category("fields").add("crm_import_preview", {
    component: ImportPreviewField,
    displayName: _t("Preview of an import"),
    supportedTypes: ["json"],
});
