import { Component, onWillStart, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { useService } from "@web/core/utils/hooks";

/**
 * Switches the board, list, pivot or forecast of deals to another pipeline, in the same view.
 */
export class PipelineSwitcher extends Component {
    static template = "crm_core.PipelineSwitcher";
    static components = { Dropdown, DropdownItem };
    static props = {
        currentId: Number,
        method: String,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ pipelines: [] });
        onWillStart(async () => {
            this.state.pipelines = await this.orm.call("crm.pipeline", "get_switcher_entries", []);
        });
    }

    async switchTo(pipeline) {
        if (pipeline.id === this.props.currentId) {
            return;
        }
        const action = await this.orm.call("crm.pipeline", this.props.method, [[pipeline.id]]);
        await this.action.doAction(action, {
            clearBreadcrumbs: true,
            viewType: this.env.config.viewType,
        });
    }
}
