import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";

const PUT_AWAY = "crm_onboarding_hidden";

/** Whether somebody has put the first steps away from the board. */
export function isPutAway() {
    return Boolean(user.settings[PUT_AWAY]);
}

/** @param {boolean} value */
export function putAway(value) {
    return user.setUserSettings(PUT_AWAY, value);
}

/**
 * The first step that is neither done nor unneeded.
 *
 * @param {Object} panel
 * @returns {Object|undefined}
 */
export function getNext(panel) {
    const steps = panel.roles.flatMap((role) => role.steps);
    return steps.find((step) => !step.is_done && !step.is_skipped);
}

/**
 * What panel and page of the first steps do alike: ask for them, and lead to where one is done.
 *
 * @param {Object} state whose `panel` they are
 */
export function useFirstSteps(state) {
    const orm = useService("orm");
    const action = useService("action");
    const tours = useService("tour_service");
    return {
        async load() {
            state.panel = await orm.silent.call("crm.onboarding.step", "get_panel", []);
        },
        async open(step) {
            const target = await orm.call("crm.onboarding.step", "action_open", [[step.id]]);
            return action.doAction(target, { onClose: () => this.load() });
        },
        showHow(step) {
            return tours.startTour(step.tour, {
                mode: "manual",
                rainbowManMessage: _t("Well done. Now you know how."),
            });
        },
        async skip(step) {
            const method = step.is_skipped ? "action_unskip" : "action_skip";
            await orm.call("crm.onboarding.step", method, [[step.id]]);
            return this.load();
        },
        async stopTour() {
            await orm.call("res.users", "switch_tour_enabled", [false]);
            browser.location.reload();
        },
    };
}
