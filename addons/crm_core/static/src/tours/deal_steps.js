import { _t } from "@web/core/l10n/translation";
import { stepUtils } from "@web_tour/tour_utils";

/**
 * The way into a deal of one's own, with which tours begin that show something on it.
 *
 * @param {string} name what the deal is called where nobody types
 */
export function openOwnDeal(name) {
    return [
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
            content: _t("Enter a deal to try it on."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=name] input",
            content: _t("What is it about?"),
            tooltipPosition: "right",
            run: `edit ${name}`,
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_edit",
            content: _t("Open it: this is where everything about it is kept."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=stage_id]",
        },
    ];
}
