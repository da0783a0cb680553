import { patch } from "@web/core/utils/patch";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { PipelineSwitcher } from "./pipeline_switcher";

patch(ControlPanel, {
    components: { ...ControlPanel.components, PipelineSwitcher },
});

patch(ControlPanel.prototype, {
    /**
     * The switcher shows above what one pipeline's deals are shown in, and nowhere else.
     */
    get pipelineSwitcherProps() {
        const context = this.env.searchModel?.globalContext;
        const isForm = this.env.config.viewType === "form";
        if (isForm || !context?.crm_pipeline_switch || this.env.searchModel.resModel !== "crm.lead") {
            return false;
        }
        return { currentId: context.default_pipeline_id, method: context.crm_pipeline_switch };
    },
});
