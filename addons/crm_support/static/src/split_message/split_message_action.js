import { registerMessageAction } from "@mail/core/common/message_actions";
import { _t } from "@web/core/l10n/translation";

/** What a customer asks besides becomes a ticket of its own, from the menu of the message. */
registerMessageAction("crm-support-split", {
    condition: ({ message, thread }) =>
        thread?.model === "crm.ticket" &&
        ["email", "comment"].includes(message.message_type),
    icon: "fa fa-code-fork",
    name: _t("New Ticket from This Message"),
    onSelected: ({ message, owner, thread }) =>
        owner.env.services.action.doAction("crm_support.crm_ticket_split_wizard_action", {
            additionalContext: {
                active_model: "crm.ticket",
                active_id: thread.id,
                active_ids: [thread.id],
                crm_ticket_message_id: message.id,
            },
        }),
    sequence: 90,
});
