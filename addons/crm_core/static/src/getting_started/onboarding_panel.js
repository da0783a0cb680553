import { Component, onMounted, useState } from "@odoo/owl";
import { crmKanbanView } from "@crm/views/crm_kanban/crm_kanban_view";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { getNext, isPutAway, putAway, useFirstSteps } from "./first_steps";

/**
 * One line above the board: how far one has got, and the next first step. It asks for itself once the board is there.
 */
export class OnboardingPanel extends Component {
    static template = "crm_core.OnboardingPanel";
    static props = {};

    setup() {
        this.action = useService("action");
        this.state = useState({ panel: null, isPutAway: isPutAway() });
        this.steps = useFirstSteps(this.state);
        onMounted(() => !this.state.isPutAway && this.steps.load());
    }

    get next() {
        return getNext(this.state.panel);
    }

    get isShown() {
        const { panel, isPutAway } = this.state;
        return panel && !isPutAway && panel.done < panel.total;
    }

    showAll() {
        return this.action.doAction("crm_core.crm_onboarding_action");
    }

    putAway() {
        this.state.isPutAway = true;
        return putAway(true);
    }
}

const BoardController = crmKanbanView.Controller;
BoardController.template = "crm_core.DealBoard";
BoardController.components = { ...BoardController.components, OnboardingPanel };

patch(BoardController.prototype, {
    /** On the board of a pipeline alone, not on every kanban of leads. */
    get showsFirstSteps() {
        return Boolean(this.env.searchModel?.globalContext?.crm_pipeline_switch) && !isPutAway();
    },
});
