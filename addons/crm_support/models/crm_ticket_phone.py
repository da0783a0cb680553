# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from odoo.addons.crm_core.tools.messaging.keywords import is_start, is_stop

from .crm_ticket_call import AGENT_GROUPS

#: channels on which a customer is known by the number
PHONE_CHANNELS = ("whatsapp", "sms")
LONGEST_SUBJECT = 80


class CrmTicket(models.Model):
    """Tickets by WhatsApp and SMS: whose a message is, who speaks in it, and the dialog to answer."""

    _inherit = "crm.ticket"

    phone_sanitized = fields.Char(
        "International Number",
        compute="_compute_phone_sanitized",
        store=True,
        index="btree_not_null",
    )
    dispatch_count = fields.Integer(groups=AGENT_GROUPS)

    @api.depends("partner_phone", "partner_id.country_id", "company_id")
    def _compute_phone_sanitized(self):
        numbered = self.filtered("partner_phone")
        (self - numbered).phone_sanitized = False
        for ticket in numbered:
            country = ticket.partner_id.country_id or ticket.company_id.country_id
            ticket.phone_sanitized = ticket._phone_format(
                number=ticket.partner_phone, country=country
            )

    # -- Actions ---

    def action_compose_message(self):
        """Answer on the channel that the customer came by, unless the agent chooses another."""
        action = super().action_compose_message()
        context = {**action["context"], "default_purpose": "service"}
        channels = dict(self.env["crm.message.composer"]._get_channels())
        if len(self) == 1 and self.channel in PHONE_CHANNELS and self.channel in channels:
            context["default_channel"] = self.channel
        return {**action, "context": context}

    # -- Coming in ---

    @api.model
    def _take_message(self, team, number, *, channel, answered=None, is_quoted=False, **values):
        """Return the ticket that a message from a number belongs to: the one it answers, an open one of its sender, a new one.

        A closed one that it answers is opened again by it while the days of the team last; then the new one follows it.

        :param crm.ticket.team team: who takes it
        :param str number: in the international form
        :param str channel: ``whatsapp`` or ``sms``
        :param answered: the record from which the message was sent that this one answers
        :param bool is_quoted: whether it names the message that it answers
        :param values: ``text`` and ``profile`` of its sender, for a new ticket
        :rtype: crm.ticket
        """
        tickets = self.with_company(team.company_id)
        asked = answered if answered is not None and answered._name == self._name else tickets
        is_own = asked.team_id == team and asked.active
        is_back = is_own and not asked._is_settled_for_good()
        if is_back and (is_quoted or not asked.is_closed):
            return asked
        partner = tickets._find_only_contact(number, team.company_id)
        found = tickets._find_open_of(team, number, partner)
        if found or is_back:
            return found or asked
        new = tickets._prepare_phone_values(team, number, channel, partner, **values)
        if is_own:
            new["parent_id"] = asked.id
        return tickets.create(new)

    @api.model
    def _find_only_contact(self, number, company):
        """Return the contact with a number when there is exactly one: who of several wrote is not for us to guess.

        :rtype: res.partner
        """
        domain = [("phone_sanitized", "=", number), ("company_id", "in", [company.id, False])]
        partners = self.env["res.partner"].search(domain, limit=2) if number else None
        return partners if partners and len(partners) == 1 else self.env["res.partner"]

    @api.model
    def _find_open_of(self, team, number, partner):
        """Return the latest open ticket of a team that came by telephone from a number, or from its contact."""
        sender = Domain("phone_sanitized", "=", number)
        if partner:
            sender |= Domain("partner_id", "=", partner.id)
        domain = Domain("team_id", "=", team.id) & Domain("channel", "in", PHONE_CHANNELS)
        return self.search(domain & sender & self._get_open_domain(), order="id desc", limit=1)

    @api.model
    def _prepare_phone_values(self, team, number, channel, partner, *, text="", profile=""):
        """Return the values of the ticket of somebody who has none; what was written is in its chatter.

        :param text: what was written
        :param profile: the name that the sender goes by
        """
        labels = dict(self._fields["channel"]._description_selection(self.env))
        name = partner.name or profile or number
        first = next(filter(None, map(str.strip, (text or "").splitlines())), "")
        subject = " ".join(first.split())
        if len(subject) > LONGEST_SUBJECT:
            subject = subject[:LONGEST_SUBJECT].rsplit(" ", 1)[0] + " …"
        return {
            "name": subject or f"{labels[channel]}: {name}",
            "team_id": team.id,
            "channel": channel,
            "partner_id": partner.id,
            "partner_name": name,
            "partner_phone": number,
        }

    # -- Who speaks ---

    def _get_speaker(self, message):
        is_by_phone = message.message_type in PHONE_CHANNELS
        text = html2plaintext(message.body or "") if is_by_phone else ""
        if is_stop(text) or is_start(text):
            return False
        if self.env.context.get("crm_ticket_is_incoming"):
            return "customer"
        if not is_by_phone:
            return super()._get_speaker(message)
        is_ours = self.env["crm.dispatch"]._is_written_by_person(message)
        return "team" if is_ours else False

    def _note_sent(self, message):
        """Note a reply of the team that was handed over by the ledger; what the customer wrote meanwhile still waits.

        :param message: ``mail.message``
        """
        last = self.date_last_customer_message
        self._after_reply(message)
        if last and last > message.date:
            self.is_waiting_for_reply = True
