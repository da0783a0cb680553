import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { openOwnDeal } from "./deal_steps";

/** A deal always has a next step: it is planned, and Odoo reminds of it. */
registry.category("web_tour.tours").add("crm_core_next_step_tour", {
    url: "/odoo",
    steps: () => [
        ...openOwnDeal("Repair of the roof"),
        {
            trigger: ".o-mail-Chatter-activity",
            content: _t("What comes next? Plan it here."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=summary] input",
            content: _t("Say it in a few words."),
            tooltipPosition: "bottom",
            run: "edit Call for the answer",
        },
        {
            trigger: ".modal button[name=action_schedule_activities]",
            content: _t("On its day it stands at the top of your screen."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            trigger: ".o-mail-Activity",
        },
    ],
});
