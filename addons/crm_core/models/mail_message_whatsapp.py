# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.mail.tools.discuss import Store

#: how a message shows that has no number of Meta's
LEDGER_STATES = {
    "queued": "waiting",
    "paused": "waiting",
    "sending": "waiting",
    "unknown": "unknown",
    "failed": "failed",
    "suppressed": "failed",
    "cancelled": "failed",
}


class MailMessage(models.Model):
    """Messages on WhatsApp have a type of their own, as SMS have, and show how far they got."""

    _inherit = "mail.message"

    message_type = fields.Selection(
        selection_add=[("whatsapp", "WhatsApp")],
        ondelete={"whatsapp": lambda messages: messages.write({"message_type": "comment"})},
    )
    crm_whatsapp_state = fields.Char(compute="_compute_crm_whatsapp_state", compute_sudo=True)

    @api.depends("message_type")
    def _compute_crm_whatsapp_state(self):
        ours = self.filtered(lambda message: message.message_type == "whatsapp")
        found = self.env["crm.whatsapp.message"].search_fetch(
            [("mail_message_id", "in", ours.ids)], ["mail_message_id", "state"]
        )
        states = {own.mail_message_id: own.state for own in found}
        left = self.env["crm.dispatch"].search_fetch(
            [("mail_message_id", "in", [own.id for own in ours if own not in states])],
            ["mail_message_id", "state"],
        )
        states.update({own.mail_message_id: LEDGER_STATES.get(own.state) for own in left})
        for message in self:
            message.crm_whatsapp_state = states.get(message, False)

    def _to_store_defaults(self, target):
        """Add how far a message on WhatsApp got."""
        return [
            *super()._to_store_defaults(target),
            Store.Attr(
                "crm_whatsapp_state", predicate=lambda message: message.message_type == "whatsapp"
            ),
        ]
