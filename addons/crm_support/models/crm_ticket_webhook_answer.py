# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: what people write to a customer, here or in answer to an e-mail of ours
WRITTEN = ("comment", "email")


class CrmTicket(models.Model):
    """Answers to customers who wrote by another program go back through it."""

    _inherit = "crm.ticket"

    def _note_messages(self, message):
        result = super()._note_messages(message)
        if message.message_type in WRITTEN and self._get_speaker(message) == "team":
            self._answer_by_webhook(message)
        return result

    def _answer_by_webhook(self, message):
        """Ask the ledger to post an answer to the program that the customer's last message came from.

        :param message: ``mail.message``
        """
        self.ensure_one()
        asked = self._get_webhook_message()
        if not asked:
            return
        user = message.author_id.user_ids.filtered(lambda one: not one.share)[:1]
        dispatch = self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"webhook:{asked.webhook_id.id}:answer:{message.id}",
                    "channel": "webhook",
                    "purpose": "service",
                    "record": self,
                    "address": f"{asked.webhook_id.id}:{asked.conversation}",
                    "company": self.company_id,
                    "user": user or self.user_id,
                    "is_personal": True,
                }
            ]
        )
        # sudo: crm.dispatch - the ledger is written by those who ask it only
        dispatch.sudo().mail_message_id = message

    def _get_webhook_message(self):
        """Return the last message that came by a webhook which takes answers; none when there is none in the ticket's company.

        :rtype: crm.ticket.webhook.message
        """
        # sudo: crm.ticket.webhook.message - agents need not see what arrived
        messages = self.env["crm.ticket.webhook.message"].sudo()
        domain = [("ticket_id", "=", self.id), ("company_id", "=", self.company_id.id)]
        last = messages.search(domain, order="id desc", limit=1)
        return last if last.webhook_id._is_answering() else messages
