import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { tourState } from "@web_tour/js/tour_state";

import { getNext, isPutAway, putAway, useFirstSteps } from "./first_steps";

/** All first steps of one's roles: each is done by itself as soon as the data says so. */
export class GettingStarted extends Component {
    static template = "crm_core.GettingStarted";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.display = { controlPanel: {} };
        this.env.config.setDisplayName(_t("Getting Started"));
        this.state = useState({ panel: null, isPutAway: isPutAway() });
        this.steps = useFirstSteps(this.state);
        this.runningTour = tourState.getCurrentTour();
        onWillStart(() => this.steps.load());
    }

    get share() {
        const { done, total } = this.state.panel;
        return total ? Math.round((100 * done) / total) : 100;
    }

    get nextId() {
        return getNext(this.state.panel)?.id;
    }

    canShow(step) {
        return (
            step.tour && !this.env.isSmall && registry.category("web_tour.tours").contains(step.tour)
        );
    }

    stopTour() {
        tourState.clear();
        return this.steps.stopTour();
    }

    async showOnBoard(ev) {
        this.state.isPutAway = !ev.target.checked;
        return putAway(this.state.isPutAway);
    }
}

registry.category("actions").add("crm_core.getting_started", GettingStarted);
