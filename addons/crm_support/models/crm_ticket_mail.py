# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import email_normalize
from odoo.tools.mail import append_content_to_html, email_split_tuples, formataddr

from ..tools.intake import subject as subjects

#: people in copy of one ticket
MOST_COPIES = 30


class CrmTicket(models.Model):
    """Tickets and messages that e-mails make."""

    _inherit = "crm.ticket"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a ticket of an e-mail: of what the sender writes and the team's address says, and of nothing else."""
        self.env["mail.thread"]._check_may_deliver()
        incoming = self.env.context.get("crm_incoming")
        if not incoming:
            return super().message_new(msg_dict, custom_values)
        team = incoming.teams[:1] or self._get_default_team()
        values = self._prepare_mail_values(msg_dict, incoming, team)
        ticket = (
            self.with_company(team.company_id).with_context(default_user_id=False).create(values)
        )
        incoming.ticket_id, incoming.outcome = ticket.id, "ticket"
        return ticket

    @api.model
    def _prepare_mail_values(self, msg_dict, incoming, team):
        """Return the values of the ticket that an e-mail makes.

        :param dict msg_dict: what Odoo read in the e-mail
        :param Incoming incoming: the e-mail on its way
        :param team: whose ticket it will be
        :rtype: dict
        """
        decision = incoming.decision
        [(name, address)] = email_split_tuples(msg_dict["email_from"])[:1] or [("", "")]
        now = fields.Datetime.now()
        related = [
            ticket_id
            for ticket_id in (decision.related_id, decision.follows_id)
            if self._is_of_team_company(ticket_id, team)
        ]
        values = {
            "name": subjects.clean(msg_dict.get("subject")) or self.env._("(No subject)"),
            "description": msg_dict.get("body"),
            "team_id": team.id,
            "channel": "email",
            "partner_id": decision.author_id,
            "partner_name": name or address,
            "partner_email": email_normalize(address) or address or msg_dict["email_from"],
            "email_cc": self._join_copies(msg_dict),
            "date_last_customer_message": msg_dict.get("date") or now,
            "date_waiting_since": now,
            "is_waiting_for_reply": True,
        }
        if related:
            values["related_ids"] = [Command.link(ticket_id) for ticket_id in related]
        if decision.follows_id in related:
            values["parent_id"] = decision.follows_id
        return values

    @api.model
    def _is_of_team_company(self, ticket_id, team):
        # sudo: crm.ticket - whose company it is of
        return bool(ticket_id) and self.sudo().browse(ticket_id).company_id == team.company_id

    @api.model
    def _join_copies(self, msg_dict, known=None):
        """Return whom an e-mail went to besides the team, after those already known."""
        copies = dict(self._mail_cc_sanitized_raw_dict(known))
        for text in (msg_dict.get("cc_filtered"), msg_dict.get("to_filtered")):
            for name, address in email_split_tuples(text or ""):
                normalized = email_normalize(address)
                if normalized and not self._is_own_address(normalized):
                    copies.setdefault(normalized, formataddr((name, normalized)))
        return ", ".join(list(copies.values())[:MOST_COPIES]) or False

    @api.model
    def _is_own_address(self, address):
        return address in self.env["crm.mail.intake"]._get_addresses()[2]

    def message_update(self, msg_dict, update_vals=None):
        """Take over whom a party of the ticket put in copy; nobody else adds anybody."""
        self.env["mail.thread"]._check_may_deliver()
        incoming = self.env.context.get("crm_incoming")
        if not incoming:
            return super().message_update(msg_dict, update_vals)
        incoming.ticket_id = self.id
        if incoming.decision.is_unverified or incoming.decision.is_automatic:
            return True
        copies = self._join_copies(
            {"cc_filtered": msg_dict.get("cc_filtered")}, known=self.email_cc
        )
        if copies != self.email_cc:
            self.email_cc = copies
        return True

    @api.model
    def _prepare_mail(self, message_dict, incoming):
        """Set what Odoo writes of an e-mail: whose it is, and whether the team alone reads it.

        :param dict message_dict: what Odoo read in the e-mail; is changed
        :param Incoming incoming: the e-mail on its way
        """
        decision = incoming.decision
        message_dict["author_id"] = decision.author_id
        if not decision.ticket_id:
            return
        parent_id = message_dict.get("parent_id")
        if parent_id and not self._is_on_ticket(parent_id, decision.ticket_id):
            message_dict.pop("parent_id")
        if decision.is_unverified:
            warning = self._get_warning(message_dict)
            message_dict["body"] = append_content_to_html(
                warning, message_dict.get("body") or "", plaintext=False
            )
        if decision.is_unverified or decision.is_automatic:
            message_dict.pop("parent_id", None)
            message_dict["is_internal"] = True
        elif not decision.is_agent:
            message_dict["is_internal"] = False
        incoming.outcome = incoming.outcome or (
            "note" if message_dict.get("is_internal") else "message"
        )

    @api.model
    def _is_on_ticket(self, message_id, ticket_id):
        # sudo: mail.message - the gateway's own look-up
        message = self.env["mail.message"].sudo().browse(message_id)
        return message.model == "crm.ticket" and message.res_id == ticket_id

    @api.model
    def _get_warning(self, message_dict):
        text = self.env._(
            "Not verified: this e-mail says that it is from %s, and no mail server vouches for it. It was not passed on to the customer.",
            message_dict.get("email_from"),
        )
        return Markup('<p class="alert alert-warning" role="alert">%s</p>') % text

    @api.model
    def _after_mail(self, message, incoming):
        """Do what follows when an e-mail is on a ticket.

        :param email.message.EmailMessage message: the e-mail
        :param Incoming incoming: the e-mail, with its ticket
        """
        decision = incoming.decision
        # sudo: crm.ticket - the gateway works on it
        ticket = self.sudo().with_context(crm_incoming=None).browse(incoming.ticket_id)
        if decision.is_unverified:
            ticket._warn_of_unverified(message)
        if decision.ticket_id:
            return
        ticket._tell_late_teams(ticket, incoming.teams[1:])
        if decision.related_id:
            ticket._tell_relation()
        if not decision.is_silent:
            ticket._acknowledge()

    def _warn_of_unverified(self, message):
        """Tell whoever works on a ticket that somebody may pretend to be a colleague."""
        people = self.user_id.partner_id or self.team_id.user_id.partner_id
        if people:
            self.message_notify(
                partner_ids=people.ids,
                subject=self.env._("Unverified e-mail on ticket %s", self.number),
                body=self.env._(
                    "An e-mail says that it is from a colleague, and the mail server doubts it. Please check it before acting on it."
                ),
            )

    def _tell_relation(self):
        """Say on a new ticket why it is linked with another one."""
        self._message_log(
            body=self.env._(
                "The e-mail answers ticket %s, in which its sender has no part.",
                self.related_ids[:1].number or "",
            )
        )

    @api.model
    def _tell_late_teams(self, ticket, teams):
        """Tell further teams that an e-mail to them is on a ticket of another; those of other companies learn nothing.

        :param ticket: the ticket
        :param teams: whose addresses the e-mail was sent to
        """
        for team in teams.filtered(
            lambda other: other != ticket.team_id and other.company_id == ticket.company_id
        ):
            people = (team.user_id or team.member_ids).partner_id
            body = self.env._("This e-mail was sent to “%s” as well.", team.name)
            said = [
                ("model", "=", "crm.ticket"),
                ("res_id", "=", ticket.id),
                ("body", "ilike", str(body)),
            ]
            # sudo: mail.message - said once to each team
            told = self.env["mail.message"].sudo().search_count(said, limit=1)
            if not told:
                ticket.message_post(
                    body=body,
                    partner_ids=people.ids,
                    message_type="notification",
                    subtype_xmlid="mail.mt_note",
                )

    # -- What leaves ---------------------------------------------------------------------------------

    def message_post(self, **kwargs):
        """Have an agent's answer by e-mail reach the customer, who need not be a follower."""
        incoming = self.env.context.get("crm_incoming")
        if incoming and incoming.decision.is_agent and not kwargs.get("outgoing_email_to"):
            kwargs |= self._get_customer_recipients(kwargs)
        return super().message_post(**kwargs)

    def _get_customer_recipients(self, values):
        """Return the values of a message by which it reaches the customer; nothing when it is a note or he has it already."""
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        if values.get("subtype_id") == note or not self.email_normalized:
            return {}
        written = f"{values.get('incoming_email_to') or ''},{values.get('incoming_email_cc') or ''}"
        if self.email_normalized in self._mail_cc_sanitized_raw_dict(written):
            return {}
        if self.partner_id:
            return {"partner_ids": [*(values.get("partner_ids") or []), self.partner_id.id]}
        return {"outgoing_email_to": formataddr((self.partner_name, self.email_normalized))}

    def _message_post_after_hook(self, message, msg_vals):
        """Take as contact whom an answer made one of."""
        if self.email_normalized and not self.partner_id and message.partner_ids:
            made = message.partner_ids.filtered(
                lambda partner: partner.email_normalized == self.email_normalized
            )
            if made:
                self.partner_id = made[0]
        return super()._message_post_after_hook(message, msg_vals)

    def _message_compute_subject(self):
        self.ensure_one()
        return self._put_token(self.name)

    def _put_token(self, subject):
        """Return a subject that names this ticket."""
        if not self.number or subjects.find_number(subject) == self.number:
            return subject
        return f"[#{self.number}] {subject or ''}".strip()

    def _message_compute_parent_id(self, parent_id):
        """An e-mail that makes a ticket is the first on it, and the one that an answer names was read already: nothing has to be looked for."""
        incoming = self.env.context.get("crm_incoming")
        if incoming and incoming.decision and not incoming.decision.ticket_id:
            return False
        if incoming and parent_id and self._is_on_ticket(parent_id, self.id):
            return parent_id
        return super()._message_compute_parent_id(parent_id)

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        """Have answers go to the team's address; Odoo looks for that of tickets whose team has none."""
        own = self._get_team_addresses(author_ids or {})
        others = self.filtered(lambda ticket: ticket.id not in own)
        if self and not others:
            return own
        left = {
            name: values and {key: value for key, value in values.items() if key not in own}
            for name, values in (("defaults", defaults), ("author_ids", author_ids))
        }
        return super(CrmTicket, others)._notify_get_reply_to_batch(**left) | own

    def _get_team_addresses(self, author_ids):
        """Return where answers to these tickets go: ``{id: the team's address}``, of teams that have one.

        :param dict author_ids: who writes on each
        """
        addresses = self.env["crm.ticket.team"]._get_address_by_team()
        # sudo: crm.ticket - the address of its team is on every e-mail
        known = self.sudo().filtered(lambda ticket: ticket.team_id.id in addresses)
        return {
            ticket.id: self._notify_get_reply_to_formatted_email(
                addresses[ticket.team_id.id], author_id=author_ids.get(ticket.id)
            )
            for ticket in known
        }

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Name the ticket in the subject, and the whole conversation in the head, of each e-mail."""
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )
        if self:
            values["subject"] = self._put_token(
                values.get("subject") or message.subject or self.name
            )
            values["references"] = self._get_mail_references(message)
        return values
