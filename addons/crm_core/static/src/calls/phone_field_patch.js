import { patch } from "@web/core/utils/patch";
import { PhoneField } from "@web/views/fields/phone/phone_field";

import { getCallee, offerLog } from "./call_log";

patch(PhoneField.prototype, {
    /** The number opens the telephone, as ever; besides, the call is offered to be written down. */
    onNumberClicked(ev) {
        const { record, name } = this.props;
        const callee = getCallee(record);
        if (!callee || !this.env.services.action) {
            return;
        }
        // a row or a card below the number stays closed
        ev.stopPropagation();
        offerLog(this.env, callee, record.data[name], async () => {
            const { root } = record.model;
            if (!(await root.isDirty?.())) {
                await root.load();
            }
        });
    },
});
