# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTicket(models.Model):
    """Who spoke last: every message of a customer or of the team passes here, whatever way it came."""

    _inherit = "crm.ticket"

    date_first_reply = fields.Datetime("First Reply", readonly=True, copy=False)
    date_last_customer_message = fields.Datetime(
        "Customer's Last Message", readonly=True, copy=False
    )
    date_last_reply = fields.Datetime("Last Reply", readonly=True, copy=False)
    reply_count = fields.Integer("Replies", readonly=True, copy=False, default=0)
    is_waiting_for_reply = fields.Boolean(
        "Waits for Our Reply",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The customer spoke last.",
    )
    date_waiting_since = fields.Datetime(
        "Waits since",
        readonly=True,
        copy=False,
        help="The first message of the customer that nobody answered.",
    )
    waiting_text = fields.Char(
        "Waits for", compute="_compute_waiting_text", groups="base.group_user"
    )

    @api.depends("date_waiting_since", "is_waiting_for_reply")
    def _compute_waiting_text(self):
        now = fields.Datetime.now()
        for ticket in self:
            since = ticket.is_waiting_for_reply and ticket.date_waiting_since
            ticket.waiting_text = since and ticket._format_waiting(now - since)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        asked = tickets.filtered(
            lambda ticket: not ticket.is_closed and not ticket.date_last_customer_message
        )
        now = fields.Datetime.now()
        asked.write(
            {
                "date_last_customer_message": now,
                "date_waiting_since": now,
                "is_waiting_for_reply": True,
            }
        )
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
        # what is posted in answer to a message is another one
        ticket = self.with_context(crm_ticket_is_incoming=False)
        if speaker == "customer":
            ticket._after_customer_message(message)
        elif speaker == "team":
            ticket._after_reply(message)

    def _get_speaker(self, message):
        """Return who speaks to whom in a message.

        :param message: ``mail.message``
        :return: ``customer``, ``team`` (to the customer), or False for notes, notifications and automatic answers
        """
        if message.message_type not in ("email", "comment"):
            return False
        get_id = self.env["ir.model.data"]._xmlid_to_res_id
        if message.is_internal or message.subtype_id.id != get_id("mail.mt_comment"):
            return False
        author = message.author_id
        if author.id == get_id("base.partner_root"):
            return False
        return "team" if self._is_colleague(author) else "customer"

    def _is_colleague(self, author):
        """Return whether somebody writes for the team: whoever works here, except on what he asked himself.

        :param author: ``res.partner``, may be empty
        :rtype: bool
        """
        # sudo: res.users - whoever reads the ticket
        users = author.sudo().with_context(active_test=False).user_ids
        return author != self.partner_id and any(not user.share for user in users)

    def _after_customer_message(self, message):
        """Do what follows when the customer spoke.

        :param message: ``mail.message``
        """
        values = {"date_last_customer_message": message.date, "is_waiting_for_reply": True}
        if not self.is_waiting_for_reply:
            values["date_waiting_since"] = message.date
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.write(changed)

    def _after_reply(self, message):
        """Do what follows when the team replied to the customer.

        :param message: ``mail.message``
        """
        values = {
            "date_last_reply": message.date,
            "reply_count": self.reply_count + 1,
            "date_waiting_since": False,
            "is_waiting_for_reply": False,
        }
        if not self.date_first_reply:
            values["date_first_reply"] = message.date
        self.write(values)

    def _after_closing(self):
        result = super()._after_closing()
        self.write({"date_waiting_since": False, "is_waiting_for_reply": False})
        return result

    def _after_reopening(self):
        result = super()._after_reopening()
        for ticket in self.filtered(lambda ticket: not ticket._is_answered()):
            ticket.write(
                {
                    "date_waiting_since": ticket.date_last_customer_message,
                    "is_waiting_for_reply": True,
                }
            )
        return result

    def _is_answered(self):
        """Tell whether the team spoke last."""
        asked = self.date_last_customer_message
        return not asked or bool(self.date_last_reply and self.date_last_reply >= asked)

    def _format_waiting(self, duration):
        """Return how long a customer has been waiting, in the reader's words.

        :param timedelta duration: how long
        :rtype: str
        """
        if duration.days:
            return self.env._("%s d", duration.days)
        minutes = max(int(duration.total_seconds() // 60), 0)
        if minutes < 60:
            return self.env._("%s min", minutes)
        return self.env._("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
