# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models

from odoo.addons.crm_core.tools.messaging.outcome import Refusal

from ..tools.webhook_reply import send_reply

ADDRESS = re.compile(r"([1-9][0-9]{0,8}):(.+)", re.DOTALL)


class CrmChannelWebhook(models.AbstractModel):
    """Ledger: answers on tickets, posted to the program that the customer wrote by.

    An address is the number of the webhook and what the other program calls the conversation.
    """

    _name = "crm.channel.webhook"
    _description = "Webhook Channel"
    _inherit = ["crm.channel"]

    @api.model
    def _is_available(self):
        """Answers leave by it by themselves: nobody chooses it."""
        return False

    @api.model
    def _get_address(self, record, partner):
        if not record or record._name != "crm.ticket":
            return False
        asked = record._get_webhook_message()
        return asked and f"{asked.webhook_id.id}:{asked.conversation}"

    @api.model
    def _is_valid_address(self, address):
        return bool(ADDRESS.fullmatch(address))

    @api.model
    def _get_cron_xmlid(self):
        return "crm_support.ir_cron_crm_dispatch_webhook"

    @api.model
    def _prepare(self, dispatches):
        read = {own: ADDRESS.fullmatch(own.address) for own in dispatches}
        numbers = {int(found[1]) for found in read.values()}
        hooks = {hook.id: hook for hook in self.env["crm.ticket.webhook"].browse(numbers).exists()}
        tickets = self.env["crm.ticket"].browse(dispatches.mapped("res_id")).exists()
        names = {ticket.id: ticket.number for ticket in tickets}
        prepared = {}
        for dispatch, found in read.items():
            hook = hooks.get(int(found[1]))
            prepared[dispatch.id] = self._prepare_one(
                dispatch, hook, found[2], names.get(dispatch.res_id)
            )
        return prepared

    def _prepare_one(self, dispatch, hook, conversation, number):
        if not hook or not hook._is_answering():
            return Refusal("no_provider", self.env._("The webhook takes no answers any more."))
        message = dispatch.mail_message_id
        payload = message and hook._prepare_payload(message, conversation, number)
        if not payload or not (payload["text"] or payload["files"]):
            return Refusal("content", self.env._("The answer is empty."))
        return hook._prepare_reply(payload)

    @api.model
    def _get_provider(self, prepared):
        return prepared.webhook_id

    @api.model
    def _hand_over(self, session, item):
        return send_reply(item)
