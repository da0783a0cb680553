# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTicket(models.Model):
    """Who spoke last: every message of a customer or of the team passes here, whatever way it came."""

    _inherit = "crm.ticket"

    date_first_reply = fields.Datetime("First Reply", readonly=True, copy=False)
    date_last_customer_message = fields.Datetime("Customer's Last Message", readonly=True, copy=False)
    date_last_reply = fields.Datetime("Last Reply", readonly=True, copy=False)
    is_waiting_for_reply = fields.Boolean(
        "Waits for Our Reply", readonly=True, copy=False, index="btree_not_null",
        help="The customer spoke last.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        asked = tickets.filtered(lambda ticket: not ticket.is_closed)
        asked.write({"date_last_customer_message": fields.Datetime.now(), "is_waiting_for_reply": True})
        return tickets

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        # sudo: crm.ticket - whoever may post may be a customer
        self.sudo()._note_messages(message)
        return result

    def _note_messages(self, message):
        """Keep who spoke last. Everything that depends on messages of customers and of the team hangs here.

        :param message: the ``mail.message`` that was posted on this one ticket
        """
        speaker = self._get_speaker(message)
        if speaker == "customer":
            self._after_customer_message(message)
        elif speaker == "team":
            self._after_reply(message)

    def _get_speaker(self, message):
        """Return who speaks to whom in a message.

        :param message: ``mail.message``
        :return: ``customer``, ``team`` (to the customer), or False for notes, notifications and automatic answers
        """
        if message.message_type not in ("email", "comment", "sms", "whatsapp_message"):
            return False
        if message.is_internal or message.subtype_id != self.env.ref("mail.mt_comment"):
            return False
        author = message.author_id
        # sudo: res.users - whoever reads the ticket
        users = author.sudo().with_context(active_test=False).user_ids
        if author != self.partner_id and any(not user.share for user in users):
            return "team"
        return "customer"

    def _after_customer_message(self, message):
        """Do what follows when the customer spoke.

        :param message: ``mail.message``
        """
        self.write({"date_last_customer_message": message.date, "is_waiting_for_reply": True})

    def _after_reply(self, message):
        """Do what follows when the team replied to the customer.

        :param message: ``mail.message``
        """
        values = {"date_last_reply": message.date, "is_waiting_for_reply": False}
        if not self.date_first_reply:
            values["date_first_reply"] = message.date
        self.write(values)
