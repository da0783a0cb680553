import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

/** A salesperson's first deal: entered, moved on, won. */
registry.category("web_tour.tours").add("crm_core_deal_tour", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='crm.crm_menu_root']",
            content: _t("Your deals are here."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_opportunity_kanban .o_kanban_renderer",
        },
        {
            trigger: ".o-kanban-button-new",
            content: _t("Enter a first deal."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=name] input",
            content: _t("What is it about?"),
            tooltipPosition: "right",
            run: "edit Solar panels",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=expected_revenue] input",
            content: _t("What is it worth?"),
            tooltipPosition: "right",
            run: "edit 2500000",
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_add",
            content: _t("Add it to the pipeline."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            isActive: ["auto"],
            trigger: ".o_kanban_record:contains('Solar panels')",
        },
        {
            trigger: ".o_kanban_group:first .o_kanban_record:last-of-type",
            content: _t("Drag it to the next stage when the customer has taken a step."),
            tooltipPosition: "right",
            run: "drag_and_drop(.o_kanban_group:eq(1))",
        },
        {
            trigger: ".o_kanban_group:eq(1) .o_kanban_record",
            content: _t("Open it: this is where everything about it is kept."),
            tooltipPosition: "right",
            run: "click",
        },
        {
            trigger: "button[name=action_set_won_rainbowman]",
            content: _t("Signed? Mark it as won."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .ribbon",
        },
    ],
});
