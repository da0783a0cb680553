import { user } from "@web/core/user";
import { session } from "@web/session";

/**
 * Whether any of the chosen companies uses a feature; what nothing hides is used.
 *
 * @param {string} code
 * @returns {boolean}
 */
export function isUsed(code) {
    const hidden = session.crm_hidden_features || {};
    const companies = user.activeCompanies || [];
    return !companies.length || companies.some(({ id }) => !hidden[id]?.includes(code));
}
