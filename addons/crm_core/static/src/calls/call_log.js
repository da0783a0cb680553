import { serializeDateTime } from "@web/core/l10n/dates";
import { user } from "@web/core/user";

import { isUsed } from "../features/features";

const { DateTime } = luxon;
/** Who may write calls down; other add-ons add their groups. */
export const CALLERS = ["sales_team.group_sale_salesman"];
/** Models whose phone numbers are those of people one calls, to which other add-ons add theirs; others name their contact. */
export const PLACES = ["crm.lead", "res.partner"];
const WITH_CONTACT = ["crm.deal.contact", "crm.call"];

/**
 * Whom a record's phone number belongs to.
 *
 * @param {Object} record of a view
 * @returns {{model: string, id: number}|null}
 */
export function getCallee(record) {
    if (PLACES.includes(record.resModel)) {
        return record.resId ? { model: record.resModel, id: record.resId } : null;
    }
    if (!WITH_CONTACT.includes(record.resModel)) {
        return null;
    }
    const { lead_id, partner_id } = record.data;
    if (record.resModel === "crm.call" && lead_id) {
        return { model: "crm.lead", id: lead_id.id };
    }
    return partner_id ? { model: "res.partner", id: partner_id.id } : null;
}

/**
 * Offer to write down a call that begins now: its stopwatch runs until an outcome is chosen.
 *
 * @param {Object} env
 * @param {{model: string, id: number}} callee
 * @param {string} number
 * @param {function} [onLogged]
 */
export async function offerLog(env, callee, number, onLogged = () => {}) {
    const started = serializeDateTime(DateTime.now());
    const groups = await Promise.all(CALLERS.map((group) => user.hasGroup(group)));
    if (!isUsed("calls") || !groups.includes(true)) {
        return;
    }
    return env.services.action.doAction("crm_core.crm_call_action_log", {
        additionalContext: {
            default_res_model: callee.model,
            default_res_id: callee.id,
            default_number: number,
            default_date: started,
            crm_call_is_running: true,
        },
        onClose: onLogged,
    });
}
