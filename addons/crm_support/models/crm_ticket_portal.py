# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import is_html_empty, plaintext2html

#: messages of customers on one ticket in an hour, and tickets of one contact
MOST_REPLIES, MOST_TICKETS = 30, 30
#: where the customer's first words are the first message as well
BEGUN_BY_MESSAGE = ("email", "portal", "form")


class CrmTicket(models.Model):
    """What customers do by themselves: ask, answer, close and open again."""

    _inherit = "crm.ticket"

    @api.model
    def _get_waiting_for_customer_domain(self):
        """Return the condition on open tickets where the customer has something to do.

        :rtype: Domain
        """
        # sudo: crm.ticket.stage - customers do not read stages
        stages = self.env["crm.ticket.stage"].sudo().with_context(active_test=False)
        return self._get_open_domain() & Domain(
            "stage_id", "in", stages.search([("is_waiting", "=", True)]).ids
        )

    def _is_begun_by_message(self):
        return self.channel in BEGUN_BY_MESSAGE and not is_html_empty(self.description)

    def _get_customer_messages(self):
        """Return what was written between the customer and the team, first to last: no notes, no logs.

        :rtype: mail.message
        """
        self.ensure_one()
        # sudo: mail.message - whoever was let see the ticket sees its conversation
        messages = self.env["mail.message"].sudo()
        domain = (
            Domain(self._fields["website_message_ids"].get_comodel_domain(self))
            & Domain("res_id", "=", self.id)
            & Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
            & messages._get_search_domain_share()
        )
        found = messages.search(domain, order="id")
        return found.filtered(
            lambda message: message.attachment_ids or not is_html_empty(message.body)
        )

    def _post_of_customer(self, text, *, author, email_from=None, files=()):
        """Write down what the customer said.

        :param str text: plain text
        :param author: the contact, an empty one when nobody knows him
        :param str email_from: of somebody who is no contact
        :param files: pairs of name and content, checked
        """
        self.ensure_one()
        # what strangers send is never served as a page, whoever it is stored by
        thread = self.with_context(
            attachments_mime_plainxml=True, mail_post_autofollow_author_skip=not author
        )
        return thread.message_post(
            body=plaintext2html(text) if text else Markup(),
            author_id=author.id or False,
            email_from=email_from or author.email_formatted or self.partner_email or "",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _close_by_customer(self, author):
        """Settle the ticket because the customer says so.

        :param author: his contact, may be empty
        """
        self.ensure_one()
        if self.is_closed:
            return
        self.action_close()
        self._log_of_customer(self.env._("The customer closed the ticket."), author)

    def _reopen_by_customer(self, author):
        """Open the ticket again because the customer says so: he waits for an answer.

        :param author: his contact, may be empty
        """
        self.ensure_one()
        if not self.is_closed:
            return
        self.action_reopen()
        self.write(
            {"date_last_customer_message": fields.Datetime.now(), "is_waiting_for_reply": True}
        )
        self._log_of_customer(self.env._("The customer opened the ticket again."), author)

    def _log_of_customer(self, text, author):
        self.message_post(
            body=text,
            author_id=author.id or self.env.ref("base.partner_root").id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _is_flooded(self):
        """Return whether customers wrote more on this ticket of late than people do."""
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        domain &= Domain("create_date", ">", fields.Datetime.now() - timedelta(hours=1))
        domain &= Domain("message_type", "=", "comment") & Domain(
            "subtype_id", "=", self.env.ref("mail.mt_comment").id
        )
        # sudo: mail.message - nothing but the number is used
        messages = self.env["mail.message"].sudo()
        return messages.search_count(domain, limit=MOST_REPLIES) >= MOST_REPLIES

    @api.model
    def _is_asked_too_often(self, partner):
        """Return whether a contact asked more of late than people do.

        :param partner: the contact
        """
        recent = Domain("create_date", ">", fields.Datetime.now() - timedelta(hours=1))
        domain = Domain("partner_id", "=", partner.id) & Domain("channel", "=", "portal") & recent
        # sudo: crm.ticket - nothing but the number is used
        return self.sudo().search_count(domain, limit=MOST_TICKETS) >= MOST_TICKETS

    @api.model
    def _create_of_customer(self, values, text, *, author, files=(), email_from=None):
        """Make a ticket of what a customer wrote on a page of ours; the words are its first message as well.

        :param dict values: of the ticket, each one checked
        :param str text: plain text
        :param author: his contact, may be empty
        :param files: pairs of name and content, checked
        :param str email_from: of somebody who is no contact
        :rtype: crm.ticket
        """
        quiet = self.with_context(mail_create_nosubscribe=True)
        ticket = quiet.create(
            {**values, "description": plaintext2html(text), "partner_id": author.id}
        )
        ticket._post_of_customer(text, author=author, email_from=email_from, files=files)
        return ticket.with_context(mail_create_nosubscribe=False)
