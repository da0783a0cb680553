import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Says what is there already that looks like the record being typed, and offers to use it instead. */
export class DuplicateHintField extends Component {
    static template = "crm_core.DuplicateHintField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get hints() {
        return this.props.record.data[this.props.name] || [];
    }

    /** A new contact that is there already needs no second record: it is left for the one there is. */
    canUse(hint) {
        return hint.id && (hint.use ? !this.props.record.data[hint.use] : this.isNew(hint));
    }

    isNew(hint) {
        return this.props.record.isNew && hint.model === this.props.record.resModel;
    }

    async use(hint) {
        if (hint.use) {
            await this.props.record.update({
                [hint.use]: { id: hint.id, display_name: hint.name },
            });
            return;
        }
        await this.props.record.discard();
        await this.open(hint);
    }

    open(hint) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: hint.model,
            res_id: hint.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("fields").add("crm_duplicate_hint", {
    component: DuplicateHintField,
    displayName: _t("Hint at duplicates"),
    supportedTypes: ["json"],
});
