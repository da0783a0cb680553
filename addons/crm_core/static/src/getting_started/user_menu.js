import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const MENU = "crm_core.crm_core_menu_onboarding";

/** The way back to the first steps, also where they were put away: in the menu under one's own picture. */
export function firstStepsItem(env) {
    const menu = env.services.menu.getAll().find(({ xmlid }) => xmlid === MENU);
    return {
        type: "item",
        id: "crm_first_steps",
        description: _t("Getting started"),
        hide: !menu,
        callback: () => env.services.menu.selectMenu(menu),
        sequence: 25,
    };
}

registry.category("user_menuitems").add("crm_first_steps", firstStepsItem);
