import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { patch } from "@web/core/utils/patch";

import { isUsed } from "../features/features";

async function logCall(component, onLogged) {
    const { orm, action } = component.env.services;
    const dialog = await orm.call("mail.activity", "action_log_call", [
        [component.props.activity.id],
    ]);
    return action.doAction(dialog, { onClose: onLogged });
}

patch(Activity.prototype, {
    get isPlannedCall() {
        const { activity_category, state } = this.props.activity;
        return activity_category === "phonecall" && state !== "done" && isUsed("calls");
    },

    logCall() {
        const { thread } = this;
        return logCall(this, async () => {
            this.props.onActivityChanged(thread);
            await thread.fetchNewMessages();
        });
    },
});

patch(ActivityListPopoverItem.prototype, {
    get isPlannedCall() {
        const { activity_category, state } = this.props.activity;
        return activity_category === "phonecall" && state !== "done" && isUsed("calls");
    },

    logCall() {
        const { onActivityChanged, onClickEditActivityButton, activity } = this.props;
        const thread = this.env.services["mail.store"].Thread.insert({
            model: activity.res_model,
            id: activity.res_id,
        });
        onClickEditActivityButton();
        return logCall(this, () => onActivityChanged?.(thread));
    },
});
