import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { openOwnDeal } from "./deal_steps";

/** A call is written down: what came of it, and nothing else has to be typed. */
registry.category("web_tour.tours").add("crm_core_call_tour", {
    url: "/odoo",
    steps: () => [
        ...openOwnDeal("Quote for ten chairs"),
        {
            trigger: "button[name=action_log_call]",
            content: _t("You called? Write it down here. A click on the phone number does the same."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_call_outcomes button:first",
            content: _t("What came of it?"),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save, .modal footer .btn-primary",
            content: _t("That is all. The call is in the deal's history."),
            tooltipPosition: "top",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
