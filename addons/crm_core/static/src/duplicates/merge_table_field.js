import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const ALL = "all";

/** Records side by side: which one stays, and whose value of what differs; on a phone one below the other. */
export class MergeTableField extends Component {
    static template = "crm_core.MergeTableField";
    static props = { ...standardFieldProps };

    get table() {
        return this.props.record.data.table || { columns: [], rows: [] };
    }

    get masterId() {
        return this.props.record.data.master_id;
    }

    get choices() {
        return this.props.record.data[this.props.name] || {};
    }

    /** Whose value is taken: as chosen, else that of the record that stays, else the first there is. */
    chosen(row) {
        const choice = this.choices[row.key];
        if (choice) {
            return choice;
        }
        if (row.combine) {
            return ALL;
        }
        const order = [this.masterId, ...this.table.columns.map((column) => column.id)];
        return order.find((id) => row.cells[id]) || this.masterId;
    }

    choose(row, choice) {
        const choices = { ...this.choices, [row.key]: choice };
        return this.props.record.update({ [this.props.name]: choices });
    }

    keep(column) {
        return this.props.record.update({ master_id: column.id });
    }
}

registry.category("fields").add("crm_merge_table", {
    component: MergeTableField,
    displayName: _t("Comparison of records"),
    supportedTypes: ["json"],
});
