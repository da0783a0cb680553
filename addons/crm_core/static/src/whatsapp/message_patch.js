import { Message as MessageComponent } from "@mail/core/common/message";
import { Message } from "@mail/core/common/message_model";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

const STATES = {
    received: { icon: "fa fa-whatsapp", label: _t("Came by WhatsApp") },
    waiting: { icon: "fa fa-clock-o", label: _t("WhatsApp: waiting") },
    unknown: { icon: "fa fa-question-circle", label: _t("WhatsApp: not known whether it left") },
    sent: { icon: "fa fa-check", label: _t("WhatsApp: sent") },
    delivered: { icon: "fa fa-check-circle-o", label: _t("WhatsApp: delivered") },
    read: { icon: "fa fa-check-circle text-success", label: _t("WhatsApp: read") },
    failed: { icon: "fa fa-exclamation-triangle text-danger", label: _t("WhatsApp: not delivered") },
};

patch(Message.prototype, {
    /** @type {string|undefined} how far a message on WhatsApp got */
    crm_whatsapp_state: undefined,
});

patch(MessageComponent.prototype, {
    /** What is shown of a message on WhatsApp; nothing for others. */
    get crmWhatsappState() {
        return STATES[this.message.crm_whatsapp_state];
    },
});
