# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.http import request
from odoo.tools import html2plaintext

TICKET_STEPS = ("create_ticket", "create_ticket_and_forward")


class ChatbotScriptStep(models.Model):
    """Steps of a robot that make a ticket of what was said."""

    _inherit = "chatbot.script.step"

    step_type = fields.Selection(
        selection_add=[
            ("create_ticket", "Create a Ticket"),
            ("create_ticket_and_forward", "Create a Ticket and Forward"),
        ],
        ondelete={"create_ticket": "cascade", "create_ticket_and_forward": "cascade"},
    )
    ticket_team_id = fields.Many2one(
        "crm.ticket.team",
        string="Support Team",
        index="btree_not_null",
        ondelete="set null",
        help="Who gets the ticket. Left empty, the team whose live chat it is.",
    )
    ticket_answer = fields.Selection(
        [("partner_name", "Contact Name"), ("name", "Subject")],
        string="On the Ticket",
        help="Where the answer goes when the chat becomes a ticket. All that is said is in its text in any case.",
    )

    @api.depends("step_type")
    def _compute_is_forward_operator(self):
        result = super()._compute_is_forward_operator()
        self.filtered(
            lambda step: step.step_type == "create_ticket_and_forward"
        ).is_forward_operator = True
        return result

    def _process_step(self, discuss_channel):
        if self.step_type not in TICKET_STEPS:
            return super()._process_step(discuss_channel)
        self.ensure_one()
        ticket, refusal = self._find_or_make_ticket(discuss_channel)
        message = self.env["mail.message"]
        if self.step_type == "create_ticket_and_forward":
            message = self._forward_ticket(discuss_channel, ticket)
        if not message:
            message = discuss_channel._say_as_robot(self, refusal or self._confirm(ticket))
        # sudo: crm.ticket - the request ends as a visitor, who has no rights on what a ticket computes
        self.sudo().env.flush_all()
        return message

    def _find_or_make_ticket(self, channel):
        """Return the ticket of a chat, and what the visitor is told when there is none.

        :param channel: ``discuss.channel`` of the visitor
        :rtype: tuple[crm.ticket, str]
        """
        # sudo: chatbot.script.step, discuss.channel - visitors have no rights of their own; they took part in this chat
        step, chat = self.sudo(), channel.sudo()
        chats, entries = step.env["crm.ticket.chat"], step.env["crm.ticket.form.entry"]
        tickets = step.env["crm.ticket"]
        if known := chats._find(channel):
            return known.ticket_id, ""
        team = step._get_ticket_team(chat)
        if not team:
            return tickets, self.env._(
                "Nobody can take your request here. Please write us an e-mail."
            )
        email = chat._read_chat_visitor(team)["partner_email"] or ""
        ip = request.httprequest.remote_addr if request else ""
        if entries._is_excess(team, ip, email):
            return tickets, self.env._(
                "Too many requests came in. Please send it again in ten minutes, or write us an e-mail."
            )
        entry = entries._take(team, f"chat:{channel.id}", ip, email)
        ticket = chats._make_ticket(channel, team)
        entry.ticket_id = ticket
        if ticket.partner_email:
            ticket._send_form_confirmation(self.env.context.get("lang"))
        return ticket, ""

    def _get_ticket_team(self, channel):
        """Return who gets the ticket of a chat: the team of the step, else the one whose live chat it is, else the first one.

        :rtype: crm.ticket.team
        """
        teams = self.env["crm.ticket.team"]
        of_channel = teams._get_of_livechat(channel.livechat_channel_id)
        first = teams.search([("company_id", "=", self.env.company.id)], limit=1)
        return self.ticket_team_id or of_channel or first

    def _forward_ticket(self, channel, ticket):
        """Bring an agent into the chat, one of the team before others.

        :param channel: ``discuss.channel`` of the visitor
        :param ticket: ``crm.ticket``, may be empty
        :return: what was said to the visitor; nothing when nobody is there
        :rtype: mail.message
        """
        # sudo: im_livechat.channel - who of the team is there
        livechat = channel.sudo().livechat_channel_id
        before = channel.livechat_operator_id
        members = ticket.team_id.member_ids
        found = livechat._get_available_operators_by_livechat_channel(members) if members else {}
        message = channel._forward_human_operator(self, users=found.get(livechat) or None)
        operator = channel.livechat_operator_id
        if operator == before:
            return self.env["mail.message"]
        # sudo: res.users - the agent whom the robot found for this visitor
        user = operator.sudo().user_ids[:1]
        if ticket and user in members:
            ticket.user_id = user
            link = ticket._get_html_link(title=ticket.display_name)
            user._bus_send_transient_message(channel, self.env._("Created a new ticket: %s", link))
        return message or channel._say_as_robot(self, self._confirm(ticket))

    def _confirm(self, ticket):
        """Return what a visitor is told whose ticket was made: the words of the step, and its number."""
        words = html2plaintext(self.message or "").strip()
        number = self.env._("Your request has the number %s.", ticket.number) if ticket else ""
        return " ".join(filter(None, [words, number]))
