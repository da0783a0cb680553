import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { PhoneField } from "@web/views/fields/phone/phone_field";

import { getCallee } from "../calls/call_log";

/**
 * Let the telephone system call somebody, and open the dialog of that call.
 *
 * @param {Object} env
 * @param {{model: string, id: number}} callee
 * @param {string} number
 * @param {function} [onLogged]
 * @returns {Promise<boolean>} whether the telephone system took the call
 */
export async function dial(env, callee, number, onLogged = () => {}) {
    const { action, notification, orm } = env.services;
    const close = notification.add(_t("Your telephone rings. Lift it to call %s.", number), { type: "info" });
    const answer = await orm.silent
        .call("crm.telephony.extension", "dial", [callee.model, callee.id, number])
        .catch(() => ({ error: _t("The telephone system could not be asked.") }));
    if (answer.error) {
        close();
        notification.add(answer.error, { type: "warning" });
        return false;
    }
    action.doAction(
        {
            type: "ir.actions.act_window",
            name: _t("Log a Call"),
            res_model: "crm.call",
            res_id: answer.call,
            views: [[false, "form"]],
            target: "new",
            context: { crm_call_is_running: true, form_view_ref: "crm_core.crm_call_view_form_log" },
        },
        { onClose: onLogged },
    );
    return true;
}

patch(PhoneField.prototype, {
    /** Whose telephone system dials taps the number as ever; when it does not, the device dials. */
    async onNumberClicked(ev) {
        const { record, name } = this.props;
        const callee = getCallee(record);
        if (!session.crm_can_dial || !callee || !this.env.services.action) {
            return super.onNumberClicked(ev);
        }
        ev.preventDefault();
        ev.stopPropagation();
        const reload = async () => {
            const { root } = record.model;
            if (!(await root.isDirty?.())) {
                await root.load();
            }
        };
        const href = this.phoneHref;
        if (!(await dial(this.env, callee, record.data[name], reload))) {
            browser.open(href, "_self");
            super.onNumberClicked(ev);
        }
    },
});
