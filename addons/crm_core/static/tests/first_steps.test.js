import { describe, expect, test } from "@odoo/hoot";

import { firstStepsItem } from "@crm_core/getting_started/user_menu";

const MENU = { id: 7, xmlid: "crm_core.crm_core_menu_onboarding" };

function makeEnv(menus) {
    return {
        services: {
            menu: { getAll: () => menus, selectMenu: ({ id }) => expect.step(`open ${id}`) },
        },
    };
}

describe.current.tags("headless");

test("the first steps are found again under one's own picture", () => {
    const item = firstStepsItem(makeEnv([{ id: 1, xmlid: "crm.crm_menu_root" }, MENU]));
    expect(item.hide).toBe(false);
    item.callback();
    expect.verifySteps(["open 7"]);
});

test("who has no first steps sees no entry", () => {
    expect(firstStepsItem(makeEnv([])).hide).toBe(true);
});
