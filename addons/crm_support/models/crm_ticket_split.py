# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmTicketSplit(models.Model):
    """Messages that were taken out of a ticket and made one of their own: which, by whom, and the way back.

    The way back is open as long as nothing happened on the new ticket.
    """

    _name = "crm.ticket.split"
    _description = "Split of a Ticket"
    _order = "id desc"
    _rec_name = "new_ticket_id"

    ticket_id = fields.Many2one(
        "crm.ticket",
        string="Split Off from",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    new_ticket_id = fields.Many2one(
        "crm.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="ticket_id.company_id")
    message_ids = fields.Many2many(
        "mail.message",
        "crm_ticket_split_message_rel",
        "split_id",
        "message_id",
        string="Moved Messages",
        readonly=True,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_ticket_split_attachment_rel",
        "split_id",
        "attachment_id",
        string="Moved Files",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Split by", readonly=True, ondelete="set null")
    date = fields.Datetime("Split on", required=True, readonly=True, default=fields.Datetime.now)

    def action_undo(self):
        """Put the messages back and delete the new ticket. By who split, and by team leads.

        :raises AccessError: for anybody else
        :raises UserError: when something happened on the new ticket
        """
        self.ensure_one()
        self.check_access("read")
        source, new = self.ticket_id, self.new_ticket_id
        (source | new).check_access("write")
        if self.user_id != self.env.user and not self.env.user.has_group(
            "crm_support.group_crm_support_lead"
        ):
            raise AccessError(self.env._("A split is undone by who did it, or by a team lead."))
        (source | new).lock_for_update()
        if obstacles := new._get_split_obstacles(self):
            raise UserError("\n".join(obstacles))
        number = new.display_name
        self._move(source)
        source._restate_speakers()
        source._after_messages_moved()
        # sudo: crm.ticket - what a person made by a split, and nothing happened on, that person takes back
        new.sudo().unlink()
        source._message_log(
            body=source.env._("The split was undone: what had become %s is here again.", number)
        )
        return source.get_formview_action()

    def _move(self, ticket):
        """Let the messages and their files be those of a ticket."""
        # sudo: mail.message, ir.attachment - moved between two tickets that the caller may change
        log = self.sudo()
        self.env.flush_all()
        log.message_ids.write({"res_id": ticket.id})
        log.attachment_ids.write({"res_id": ticket.id})
        self.env.flush_all()
        (self.ticket_id | self.new_ticket_id).invalidate_recordset(["message_ids"])


class CrmTicket(models.Model):
    """Splitting: what a customer asks besides becomes a ticket of its own."""

    _inherit = "crm.ticket"

    split_ids = fields.One2many("crm.ticket.split", "new_ticket_id", readonly=True)
    can_undo_split = fields.Boolean(compute="_compute_can_undo_split")

    @api.depends("split_ids")
    @api.depends_context("uid")
    def _compute_can_undo_split(self):
        is_lead = self.env.user.has_group("crm_support.group_crm_support_lead")
        for ticket in self:
            split = ticket.split_ids[:1]
            mine = split and (is_lead or split.user_id == self.env.user)
            ticket.can_undo_split = bool(mine) and not ticket._get_split_obstacles(split)

    def action_undo_split(self):
        """Put what this ticket was made of back where it came from."""
        self.ensure_one()
        self.check_access("write")
        if not self.split_ids:
            raise UserError(self.env._("This ticket was not split off another one."))
        return self.split_ids[:1].action_undo()

    def _get_split_messages(self):
        """Return what people wrote on this ticket, as far as the caller may read it, the oldest first.

        :rtype: mail.message
        """
        self.ensure_one()
        types = ("email", "comment", "sms", "whatsapp_message")
        domain = [
            ("model", "=", self._name),
            ("res_id", "in", self.ids),
            ("message_type", "in", types),
        ]
        return self.env["mail.message"].search(domain, order="date, id")

    def _split_off(self, messages, values=None):
        """Make a new ticket of some messages of this one.

        :param messages: ``mail.message`` of this ticket
        :param dict values: what the new ticket has instead of what this one has
        :rtype: crm.ticket
        :raises UserError: for messages that are not this ticket's
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        messages = messages.sorted(lambda message: (message.date, message.id))
        if not messages or messages - self._get_split_messages():
            raise UserError(self.env._("Choose messages of this ticket."))
        quiet = self.with_context(mail_create_nosubscribe=True)
        new = quiet.create({**self._prepare_split_values(messages), **(values or {})}).with_env(
            self.env
        )
        # sudo: crm.ticket.split - the log is written by splits alone
        split = self.env["crm.ticket.split"].sudo().create(self._prepare_split_log(new, messages))
        split._move(new)
        new.message_subscribe(self.message_partner_ids.ids)
        (self | new)._restate_speakers()
        (self | new)._after_messages_moved()
        self._message_log(body=self.env._("Split off: %s", new._get_html_link()))
        new._message_log(body=self.env._("Split off from: %s", self._get_html_link()))
        return new

    def _prepare_split_values(self, messages):
        """Return the values of a ticket that is made of messages of this one; extend it.

        :rtype: dict
        """
        first = messages[:1]
        told = next(
            (
                message
                for message in messages
                if not message.is_internal and self._get_speaker(message)
            ),
            None,
        )
        return {
            "name": first.subject or self.name,
            "description": told.body if told else False,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
            "priority": self.priority,
            "channel": self.channel,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
            "partner_phone": self.partner_phone,
            "related_ids": [fields.Command.link(self.id)],
        }

    def _prepare_split_log(self, new, messages):
        # sudo: mail.message, ir.attachment - the files of messages that the caller reads
        files = messages.sudo().attachment_ids.filtered(
            lambda file: (file.res_model, file.res_id) == (self._name, self.id)
        )
        return {
            "ticket_id": self.id,
            "new_ticket_id": new.id,
            "message_ids": [fields.Command.set(messages.ids)],
            "attachment_ids": [fields.Command.set(files.ids)],
            "user_id": self.env.uid,
        }

    def _get_split_obstacles(self, split):
        """Return what happened on this ticket since it was split off, which stands against undoing that; extend it.

        :param split: ``crm.ticket.split``
        :rtype: list[str]
        """
        self.ensure_one()
        # sudo: mail.message, ir.attachment, crm.ticket - whether there are any, of whomever
        ticket, log = self.sudo(), split.sudo()
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "!=", "notification"),
        ]
        written = ticket.env["mail.message"].search(domain) - log.message_ids
        files = ticket.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        obstacles = []
        if written or files - log.attachment_ids:
            obstacles.append(self.env._("Somebody wrote on %s since: it stays.", self.display_name))
        if ticket.activity_ids or ticket.child_ids or ticket.merged_ids or self.is_closed:
            obstacles.append(self.env._("%s was worked on since: it stays.", self.display_name))
        return obstacles

    def _restate_speakers(self):
        """Find out again who spoke last, from the messages that there are."""
        for ticket in self:
            said = {"customer": [], "team": []}
            # sudo: mail.message - who spoke when, notes are left out
            for message in ticket.sudo()._get_split_messages():
                if speaker := ticket._get_speaker(message):
                    said[speaker].append(message.date)
            asked = max(
                said["customer"], default=ticket.date_last_customer_message and ticket.create_date
            )
            replied = max(said["team"], default=False)
            waits = not ticket.is_closed and asked and (not replied or asked > replied)
            ticket.write(
                {
                    "date_last_customer_message": asked,
                    "date_last_reply": replied,
                    "reply_count": len(said["team"]),
                    "date_first_reply": min(said["team"], default=False),
                    "is_waiting_for_reply": bool(waits),
                }
            )

    def _after_messages_moved(self):
        """Do what follows when messages came to these tickets or went from them; other parts of the suite extend it."""
