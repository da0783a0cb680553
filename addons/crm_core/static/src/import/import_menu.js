import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

const MODELS = ["crm.lead", "res.partner"];

/** An entry of the gear menu of deals and contacts that leads to the import. */
export class ImportMenu extends Component {
    static template = "crm_core.ImportMenu";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    open() {
        this.action.doAction("crm_core.crm_import_action_new");
    }
}

registry.category("cogMenu").add(
    "crm-import-menu",
    {
        Component: ImportMenu,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async ({ config, searchModel }) =>
            MODELS.includes(searchModel.resModel) &&
            ["kanban", "list"].includes(config.viewType) &&
            (await user.hasGroup("crm_core.group_crm_core_import")),
    },
    { sequence: 2 }
);
