# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, format_datetime, html2plaintext

from ..tools.chat_transcript import Line, write_transcript
from .crm_ticket_chat import LONGEST_SUBJECT

MOST_MESSAGES = 2000
#: of these kinds of steps the answers say nothing of what it is about
ABOUT_VISITOR = ("question_selection", "question_email", "question_phone")


class DiscussChannel(models.Model):
    """Live chats that become tickets."""

    _inherit = "discuss.channel"

    has_crm_ticket = fields.Boolean("Has a Ticket", readonly=True, copy=False)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("livechat_end_dt"):
            ended = self.filtered("has_crm_ticket")
            # sudo: crm.ticket.chat - whoever ends a chat, its ticket gets the rest of it
            self.env["crm.ticket.chat"].sudo().search(
                [("channel_id", "in", ended.ids)]
            )._add_rest_or_note()
        return result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        # sudo: discuss.channel - guests speak in it
        channel = self.sudo()
        if channel.has_crm_ticket and channel._is_said_by_person(message):
            # sudo: mail.message - guests wrote it
            self.env["crm.ticket.chat"]._find(channel)._note_said(message.sudo())
        return result

    # -- The command of agents ---------------------------------------------------------------------

    def execute_command_ticket(self, **kwargs):
        """Make a ticket of this live chat: ``/ticket subject``."""
        self.ensure_one()
        self._check_may_make_ticket()
        words = html2plaintext(kwargs.get("body") or "").strip()
        subject = " ".join(words.removeprefix("/ticket").split())
        chat = self.env["crm.ticket.chat"]._find(self)
        ticket = chat.ticket_id or self._make_ticket_of_agent(subject)
        self.env.user._bus_send_transient_message(self, self._get_ticket_message(ticket, chat))
        return True

    def _check_may_make_ticket(self):
        """Let agents through who take part in a live chat, or may read it.

        :raises AccessError: for everybody else
        """
        self.check_access("read")
        self.env["crm.ticket"].check_access("create")
        if self.channel_type != "livechat" or not self.env.user._is_internal():
            raise AccessError(self.env._("Tickets are made of live chats alone."))

    def _make_ticket_of_agent(self, subject):
        teams = self.env["crm.ticket.team"]
        # sudo: im_livechat.channel - which team takes its chats
        team = teams._get_of_livechat(self.sudo().livechat_channel_id)
        if not team.has_access("read") or team.company_id not in self.env.user.company_ids:
            team = self.env["crm.ticket"]._get_default_team()
        is_member = self.env.user in team.member_ids
        values = {"user_id": self.env.uid} if is_member else {}
        return self.env["crm.ticket.chat"]._make_ticket(self, team, subject=subject, **values)

    def _get_ticket_message(self, ticket, chat):
        """Return what the agent is told, with a link to a ticket that he may see."""
        ticket = ticket.sudo(False)
        if not ticket.has_access("read"):
            return self.env._("This chat has a ticket of another team already.")
        link = ticket._get_html_link(title=ticket.display_name)
        if chat:
            return self.env._("This chat has its ticket already: %s", link)
        return self.env._("Created a new ticket: %s", link)

    # -- Who the visitor is ------------------------------------------------------------------------

    def _read_chat_visitor(self, team):
        """Return who asks: a customer who is logged in, else what a stranger says of himself, who is met as on the public form.

        :param team: the ``crm.ticket.team`` that takes the ticket
        :return: ``partner`` and the values of the ticket ``partner_name``, ``partner_email``, ``partner_phone``
        :rtype: dict
        """
        self.ensure_one()
        visitor = self.livechat_customer_history_ids[:1]
        known = visitor.partner_id
        said = self._chatbot_find_customer_values_in_messages(
            {"question_email": "email", "question_phone": "phone"}
        )
        email = email_normalize(said.get("email"), strict=True) or False
        name = self._find_chat_answer("partner_name")[:LONGEST_SUBJECT]
        is_customer = known and not any(not user.share for user in known.user_ids)
        if is_customer and known.company_id in (self.env["res.company"], team.company_id):
            return {"partner": known, "partner_name": known.name, **self._of_known(known, said)}
        tickets = team.env["crm.ticket"]
        partner = tickets._find_form_contact(team, email) if email else self.env["res.partner"]
        return {
            "partner": partner,
            "partner_name": name or known.name or visitor.guest_id.name or self.env._("Visitor"),
            "partner_email": email or known.email_normalized,
            "partner_phone": (said.get("phone") or "").strip()[:40],
        }

    def _of_known(self, partner, said):
        """Return the address and the number of a customer: his own go before what he typed."""
        return {
            "partner_email": partner.email or email_normalize(said.get("email"), strict=True),
            "partner_phone": partner.phone or (said.get("phone") or "").strip()[:40],
        }

    def _find_chat_answer(self, kind):
        """Return what the visitor answered to the step that asks for something of the ticket.

        :param str kind: one of ``ticket_answer`` of the steps
        :rtype: str
        """
        answers = self.chatbot_message_ids.filtered(
            lambda own: own.script_step_id.ticket_answer == kind and own.user_raw_answer
        )
        return " ".join(html2plaintext(answers[:1].user_raw_answer or "").split())

    def _get_chat_subject(self, name):
        """Return what a chat is about: what the visitor said it is, else his first words."""
        answers = {own.mail_message_id: own.script_step_id for own in self.chatbot_message_ids}
        subject = self._find_chat_answer("name")
        for message in self._get_said():
            if subject:
                break
            step = answers.get(message, self.env["chatbot.script.step"])
            is_about = step.step_type not in ABOUT_VISITOR and step.ticket_answer != "partner_name"
            if is_about and self._is_said_by_visitor(message):
                subject = " ".join(html2plaintext(message.body or "").split())
        if len(subject) > LONGEST_SUBJECT:
            subject = subject[: LONGEST_SUBJECT - 2].rsplit(" ", 1)[0] + " …"
        return subject or self.env._("Live chat with %s", name)

    # -- What was said -----------------------------------------------------------------------------

    def _get_said(self, last=0):
        """Return what was said, in its order.

        :param int last: what came after this message
        :rtype: mail.message
        """
        self.ensure_one()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("id", ">", last),
                ("message_type", "!=", "notification"),
            ],
            order="id",
            limit=MOST_MESSAGES,
        )
        return messages - messages._filter_empty()

    def _is_said_by_visitor(self, message):
        visitors = self.livechat_customer_history_ids
        if message.author_guest_id:
            return message.author_guest_id in visitors.guest_id
        return bool(message.author_id) and message.author_id in visitors.partner_id

    def _is_said_by_person(self, message):
        """Return whether a message is neither a robot's nor a notification."""
        if message.message_type == "notification":
            return False
        return message.author_id not in self.livechat_bot_history_ids.partner_id

    def _write_transcript(self, messages, team, name):
        """Return what was said as a text, with the times of the team that reads it.

        :param messages: ``mail.message`` of this chat
        :param team: ``crm.ticket.team``
        :param str name: what the visitor is called
        :rtype: str
        """
        zone = team._get_calendar().tz or "UTC"
        lines = []
        for message in messages:
            author = message.author_id
            speaker = author.user_livechat_username or author.name or message.author_guest_id.name
            is_visitor = self._is_said_by_visitor(message)
            moment = format_datetime(self.env, message.date, tz=zone, dt_format="short")
            text = html2plaintext(message.body or "").strip()
            files = tuple(message.attachment_ids.mapped("name"))
            lines.append(Line((is_visitor and name) or speaker or "?", moment, text, files))
        return write_transcript(lines)

    def _say_as_robot(self, step, body):
        """Let the robot say something.

        :param step: the ``chatbot.script.step`` that speaks
        :param body: text, or Markup
        :rtype: mail.message
        """
        return self._chatbot_post_message(step.chatbot_script_id, Markup("<p>%s</p>") % body)
