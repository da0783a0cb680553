# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models


class CrmTicket(models.Model):
    """A customer who writes again brings a ticket back to work, whatever way he writes.

    Within the days of the team a closed ticket is opened again; after them it stays closed, and another one follows it. Whoever
    takes something in of a customer asks here which of the two it is.
    """

    _inherit = "crm.ticket"

    def _is_settled_for_good(self):
        """Return whether a word of the customer on this ticket makes another one: it is closed, and the days of its team are over.

        :rtype: bool
        """
        self.ensure_one()
        if not self.is_closed:
            return False
        days = self.team_id.reopen_days
        closed = self.date_closed or self.create_date
        return not days or closed < fields.Datetime.now() - timedelta(days=days)

    def _prepare_return_values(self, partner, channel):
        """Return the values of a ticket that follows this one because its customer wrote again.

        :param partner: the contact who writes, may be empty
        :param str channel: the way he writes
        :rtype: dict
        """
        self.ensure_one()
        values = {
            "name": self.name,
            "team_id": self.team_id.id,
            "type_id": self.type_id.id,
            "category_id": self.category_id.id,
            "channel": channel,
            "parent_id": self.id,
            "partner_id": partner.id,
        }
        if partner == self.partner_id:
            known = ("partner_name", "partner_email", "partner_phone")
            values |= {name: self[name] for name in known if self[name]}
        return values

    def _note_messages(self, message):
        """A message that comes by no way of ours, and finds a ticket settled for good, makes one that follows it."""
        is_late = self._is_settled_for_good() and self._get_speaker(message) == "customer"
        if is_late:
            return self._follow_by_message(message)
        return super()._note_messages(message)

    def _follow_by_message(self, message):
        """Make the ticket that follows this one of what was posted here.

        :param message: ``mail.message`` of the customer
        """
        # sudo: mail.message - what was posted a moment ago, with its files
        message = message.sudo()
        values = self._prepare_return_values(message.author_id, self.channel)
        here = self.with_company(self.company_id).with_context(
            crm_ticket_is_incoming=False, mail_create_nosubscribe=True
        )
        ticket = here.create({**values, "description": message.body})
        ticket.with_context(attachments_mime_plainxml=True).message_post(
            body=message.body,
            author_id=message.author_id.id,
            email_from=message.email_from,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(file.name, file.raw) for file in message.attachment_ids],
        )

    def _after_customer_message(self, message):
        result = super()._after_customer_message(message)
        self._come_back()
        return result

    def _come_back(self):
        """Take a ticket out of a stage in which it waited, or was settled."""
        self.ensure_one()
        if self.is_closed:
            self.action_reopen()
        elif self.stage_id.is_waiting:
            stage = self._get_working_stage()
            if stage:
                self.stage_id = stage

    def _get_working_stage(self):
        """Return the stage of a ticket that is worked on: the second one of its team, where nobody waits.

        :rtype: crm.ticket.stage
        """
        stages = self.team_id._get_stages().filtered(
            lambda stage: not stage.fold and not stage.is_waiting
        )
        return (stages[1:2] or stages)[:1]
