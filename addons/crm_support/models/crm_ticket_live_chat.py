# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_ticket_call import AGENT_GROUPS


class CrmTicket(models.Model):
    """Tickets of live chats."""

    _inherit = "crm.ticket"

    chat_ids = fields.One2many(
        "crm.ticket.chat", "ticket_id", string="Live Chats", groups=AGENT_GROUPS
    )
    chat_count = fields.Integer(
        "Number of Live Chats", compute="_compute_chat_count", groups=AGENT_GROUPS
    )

    @api.depends("chat_ids")
    def _compute_chat_count(self):
        # sudo: crm.ticket.chat - nothing but the number, of tickets that the reader has
        chats = self.env["crm.ticket.chat"].sudo()
        domain = [("ticket_id", "in", self.ids)]
        counts = dict(chats._read_group(domain, ["ticket_id"], ["__count"]))
        for ticket in self:
            ticket.chat_count = counts.get(ticket._origin, 0)

    def action_open_chat(self):
        """Open the conversation that this ticket was made of.

        :raises UserError: when there is none that the reader may see
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: crm.ticket.chat - which conversation it is; whether it may be read is asked below
        channels = self.sudo().chat_ids.channel_id.sudo(False)
        channel = channels._filtered_access("read")[:1]
        if not channel:
            raise UserError(
                self.env._(
                    "Only who took part in this conversation and people with rights on live chat can open it. All that was said is on the ticket."
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": channel.id},
            "context": {"active_id": f"discuss.channel_{channel.id}"},
        }

    def _post_chat(self, text, files):
        """Write down what was said in the chat since the ticket was made; who waits for whom is known already.

        :param str text: plain text
        :param files: pairs of name and content
        """
        self.ensure_one()
        here = self.with_context(crm_ticket_is_noted=True)
        sender = self.partner_email or self.partner_name
        here._post_of_customer(text, author=self.partner_id, email_from=sender, files=files)

    def _get_speaker(self, message):
        if self.env.context.get("crm_ticket_is_noted"):
            return False
        return super()._get_speaker(message)
