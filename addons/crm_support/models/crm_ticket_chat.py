# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

BATCH = 20
#: a chat in which nobody wrote for so long is over, or as good as that
QUIET = timedelta(minutes=30)
LONGEST_SUBJECT = 80


class CrmTicketChat(models.Model):
    """A live chat that became a ticket, and how far the ticket has its words.

    One chat makes one ticket, by the database, however often a step is run or a button pressed. What is said afterwards is
    added when the chat ends; where nobody ends it, once it is quiet for half an hour.
    """

    _name = "crm.ticket.chat"
    _description = "Live Chat of a Ticket"
    _order = "id desc"
    _rec_name = "channel_id"

    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    channel_id = fields.Many2one(
        "discuss.channel", string="Conversation", required=True, readonly=True, ondelete="cascade"
    )
    last_added = fields.Integer(
        "Last Message on the Ticket",
        readonly=True,
        help="Number of the last message of the chat that the ticket has.",
    )
    last_said = fields.Integer(
        "Last Message", readonly=True, help="Number of the last message of the chat."
    )
    has_more = fields.Boolean(
        compute="_compute_has_more",
        store=True,
        help="Something was said in the chat that the ticket does not have yet.",
    )
    problem = fields.Char(readonly=True)

    _channel_uniq = models.UniqueIndex("(channel_id)", "This chat has its ticket.")
    _has_more_idx = models.Index("(id) WHERE has_more IS TRUE AND problem IS NULL")

    @api.depends("last_added", "last_said")
    def _compute_has_more(self):
        for chat in self:
            chat.has_more = chat.last_said > chat.last_added

    # -- Making the ticket -------------------------------------------------------------------------

    @api.model
    def _find(self, channel):
        """Return what became of a chat.

        :param channel: ``discuss.channel``
        :rtype: crm.ticket.chat
        """
        # sudo: crm.ticket.chat - visitors and people of other teams speak in it
        return self.sudo().search([("channel_id", "in", channel.ids)], limit=1)

    @api.model
    def _make_ticket(self, channel, team, *, subject="", **values):
        """Make the ticket of a chat, with all that was said.

        :param channel: ``discuss.channel``, one that has none yet; whoever asks may read it
        :param team: the ``crm.ticket.team`` that takes it
        :param str subject: what it is about; left out, the visitor's first words
        :param values: further values of the ticket
        :raises ConcurrencyError: when another transaction makes it at this moment: begin again
        :rtype: crm.ticket
        """
        # sudo: discuss.channel, crm.ticket - who makes the ticket takes part in the chat; visitors have no rights of their own
        channel, team = channel.sudo(), team.sudo().with_company(team.sudo().company_id)
        self._hold(channel)
        visitor = channel._read_chat_visitor(team)
        partner = visitor.pop("partner")
        messages = channel._get_said()
        name = visitor["partner_name"]
        ticket = team.env["crm.ticket"]._create_of_customer(
            {
                "name": (subject or channel._get_chat_subject(name))[:LONGEST_SUBJECT],
                "team_id": team.id,
                "channel": "chat",
                **{field: value for field, value in visitor.items() if value},
                **values,
            },
            channel._write_transcript(messages, team, name),
            author=partner,
            email_from=visitor["partner_email"] or name,
            files=messages._read_said_files(),
        )
        self._take(channel, ticket, max(messages.ids, default=0))
        return ticket

    @api.model
    def _hold(self, channel):
        """Let what is said at this moment wait until the chat has its ticket, so that the ticket is not begun again for each word."""
        self.env.cr.execute(
            "SELECT id FROM discuss_channel WHERE id = %s FOR NO KEY UPDATE", [channel.id]
        )

    @api.model
    def _take(self, channel, ticket, last):
        # sudo: crm.ticket.chat - kept by the database alone, nobody writes it by hand
        rows = self.sudo()
        values = {"channel_id": channel.id, "ticket_id": ticket.id}
        try:
            with self.env.cr.savepoint():
                rows.create({**values, "last_added": last, "last_said": last})
        except UniqueViolation as error:
            raise ConcurrencyError("The ticket of this chat is made elsewhere") from error
        channel.has_crm_ticket = True

    # -- What is said afterwards -------------------------------------------------------------------

    def _note_said(self, message):
        """Note that somebody said something after the ticket was made: who waits for whom is known at once.

        Each message changes the row, so that one that comes while the others are added is not overlooked.

        :param message: ``mail.message`` of the chat
        """
        self.ensure_one()
        self.write({"last_said": message.id, "problem": False})
        if not self.channel_id._is_said_by_visitor(message):
            self.ticket_id._after_reply(message)
        elif self.ticket_id._is_settled_for_good():
            self.ticket_id = self._follow(message)
        else:
            self.ticket_id._after_customer_message(message)

    def _follow(self, message):
        """Make the ticket that follows the one of this chat, which is settled for good; the same agent has it.

        :param message: ``mail.message`` of the visitor; with what is said next it is added when the chat ends
        :rtype: crm.ticket
        """
        settled = self.ticket_id
        values = settled._prepare_return_values(settled.partner_id, "chat")
        here = settled.with_company(settled.company_id).with_context(mail_create_nosubscribe=True)
        user = settled.user_id.filtered("active")
        return here.create({**values, "description": message.body, "user_id": user.id})

    def _add_rest(self):
        """Add what was said since to the tickets."""
        for chat in self:
            channel, ticket = chat.channel_id, chat.ticket_id
            messages = channel._get_said(chat.last_added)
            if messages:
                text = channel._write_transcript(messages, ticket.team_id, ticket.partner_name)
                ticket._post_chat(text, messages._read_said_files())
            last = max(messages.ids, default=chat.last_said)
            chat.write({"last_added": max(last, chat.last_said), "problem": False})

    def _add_rest_or_note(self):
        """Add what was said since; when that fails, keep why: one chat does not hold up the others."""
        for chat in self.filtered("has_more"):
            try:
                with self.env.cr.savepoint():
                    chat._add_rest()
            except Exception as error:  # noqa: BLE001  whatever it is, it is kept
                chat.problem = str(error)[:250] or type(error).__name__
                _logger.info("The chat of ticket %s is not added: %s", chat.ticket_id.number, error)

    @api.model
    def _cron_add_rest(self):
        """Add what was said in chats that nobody ended: a browser that was closed, a network that is gone."""
        cron = self.env["ir.cron"]
        domain = self._get_quiet_domain()
        cron._commit_progress(remaining=self.search_count(domain))
        while chats := self.search(domain, limit=BATCH, order="id").try_lock_for_update():
            chats._add_rest_or_note()
            if not cron._commit_progress(len(chats)):
                return

    @api.model
    def _get_quiet_domain(self):
        quiet = Domain("channel_id.last_interest_dt", "<", fields.Datetime.now() - QUIET)
        return Domain("has_more", "=", True) & Domain("problem", "=", False) & quiet
