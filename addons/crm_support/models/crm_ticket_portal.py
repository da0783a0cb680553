# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup
from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import is_html_empty, plaintext2html

#: messages of customers on one ticket in an hour, and tickets of one contact
MOST_REPLIES, MOST_TICKETS = 30, 30
#: names the locks of tickets that are followed among the advisory locks of a database
LOCK = 0x4352544F
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

    def _reply_of_customer(self, text, *, author, files=()):
        """Take what the customer writes on the page of this ticket: here, or where it goes on once this one is settled for good.

        :param str text: plain text
        :param author: the contact, an empty one when nobody knows him
        :param files: pairs of name and content, checked
        :return: the ticket that has it
        :rtype: crm.ticket
        :raises UserError: when he writes more than people do
        """
        self.ensure_one()
        if not self._is_settled_for_good() or self._is_colleague(author):
            return self._take_reply(text, author, files)
        try:
            # who presses the button twice makes one ticket
            with self.env["crm.ticket.intake"]._alone(LOCK, self.id), self.env.cr.savepoint():
                follow_up = self._find_follow_up(author)
                if follow_up:
                    return follow_up._take_reply(text, author, files)
                return self._follow_by_reply(text, author, files)
        except LockNotAvailable as error:
            raise UserError(self._get_flood_text()) from error

    def _take_reply(self, text, author, files):
        if self._is_flooded():
            raise UserError(self._get_flood_text())
        with self.env.cr.savepoint():
            self._post_of_customer(text, author=author, files=files)
        return self

    def _follow_by_reply(self, text, author, files):
        if self._is_followed_too_often(author):
            raise UserError(self._get_flood_text())
        values = self._prepare_return_values(author, "portal")
        here = self.with_company(self.company_id)
        return here._create_of_customer(values, text, author=author, files=files)

    def _get_flood_text(self):
        return self.env._("That was a lot at once. Please wait an hour before you write again.")

    def _get_follow_up_domain(self, author):
        """Return the condition on tickets that a customer made by writing on this one."""
        return Domain(
            [
                ("parent_id", "=", self.id),
                ("team_id", "=", self.team_id.id),
                ("channel", "=", "portal"),
                ("partner_id", "=", author.id),
            ]
        )

    def _find_follow_up(self, author):
        """Return the open ticket that a customer made by writing on this one before: who sends twice gets one.

        :param author: the contact, may be empty
        :rtype: crm.ticket
        """
        domain = self._get_follow_up_domain(author) & self._get_open_domain()
        return self.search(domain, order="id desc", limit=1)

    def _is_followed_too_often(self, author):
        """Return whether more tickets follow this one of late, or come from its customer, than people make."""
        if author and self._is_asked_too_often(author):
            return True
        domain = self._get_follow_up_domain(author)
        domain &= Domain("create_date", ">", fields.Datetime.now() - timedelta(hours=1))
        return self.search_count(domain, limit=MOST_TICKETS) >= MOST_TICKETS

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
        """Open the ticket again because the customer says so: it is as if he had written.

        :param author: his contact, may be empty
        :raises UserError: when it is settled for good
        """
        self.ensure_one()
        if not self.is_closed:
            return
        if self._is_settled_for_good():
            raise UserError(
                self.env._(
                    "This ticket is closed for good. Please write what is still wrong: that makes a new ticket, which follows this one."
                )
            )
        said = self._log_of_customer(self.env._("The customer opened the ticket again."), author)
        self._after_customer_message(said)

    def _log_of_customer(self, text, author):
        return self.message_post(
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
