# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty, plaintext2html

#: messages of a supplier in an hour
MOST_ANSWERS = 30
#: how much of an answer is noted on the ticket
LONGEST_NOTE = 2000


class CrmTicketSupplier(models.Model):
    """What is said between the team and a supplier: it reaches these two and nobody else."""

    _inherit = "crm.ticket.supplier"

    def message_post(self, **kwargs):
        """Let nothing be said to a supplier who is not asked any more; notes of the team go on."""
        message = super().message_post(**kwargs)
        said = message.subtype_id == self.env.ref("mail.mt_comment") and not message.is_internal
        if said and self.state == "ended":
            raise UserError(self.env._("This request was ended. Open it again before you write."))
        return message

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message.subtype_id == self.env.ref("mail.mt_comment") and not message.is_internal:
            # sudo: crm.ticket.supplier - whoever may post may be the supplier
            self.sudo()._note_said(message)
        return result

    def _note_said(self, message):
        """Keep who spoke last, and note on the ticket what the supplier said, for the team alone.

        :param message: the ``mail.message``
        """
        if message.author_id != self.partner_id:
            self.is_answered = False
            return
        self.write({"is_answered": True, "date_last_answer": message.date})
        text = html2plaintext(message.body or "").strip()[:LONGEST_NOTE]
        title = self.env._("A supplier answers: %s", self._get_html_link())
        said = plaintext2html(text) if text else self.env._("(Files only)")
        body = Markup("<p>%s</p><blockquote>%s</blockquote>") % (title, said)
        self.ticket_id._message_log(body=body, author_id=self.partner_id.id)

    def _get_supplier_messages(self):
        """Return what was said between the team and the supplier, first to last: no notes.

        :rtype: mail.message
        """
        self.ensure_one()
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        domain &= Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
        domain &= Domain("is_internal", "=", False)
        domain &= Domain("message_type", "in", ("comment", "email"))
        # sudo: mail.message - whoever was let see the request sees its conversation
        found = self.env["mail.message"].sudo().search(domain, order="id")
        return found.filtered(
            lambda message: message.attachment_ids or not is_html_empty(message.body)
        )

    def _post_of_supplier(self, text, files=()):
        """Write down what the supplier said on his page.

        :param str text: plain text
        :param files: pairs of name and content, checked
        """
        self.ensure_one()
        # what strangers send is never served as a page, whoever it is stored by
        thread = self.with_context(attachments_mime_plainxml=True)
        return thread.message_post(
            body=plaintext2html(text) if text else Markup(),
            author_id=self.partner_id.id,
            email_from=self.partner_id.email_formatted,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _is_flooded(self):
        """Return whether more was written here of late than people do."""
        since = fields.Datetime.now() - timedelta(hours=1)
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        domain &= Domain("author_id", "=", self.partner_id.id) & Domain("create_date", ">", since)
        # sudo: mail.message - nothing but the number is used
        messages = self.env["mail.message"].sudo()
        return messages.search_count(domain, limit=MOST_ANSWERS) >= MOST_ANSWERS

    # -- Who gets it ---

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave out everybody outside but the supplier while he is asked, whoever follows or was named."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        if not self:
            return recipients
        asked = self.partner_id.id if self.state == "open" else False
        return [row for row in recipients if self._is_inside(row, asked)]

    def _is_inside(self, row, asked):
        if row["id"] == asked:
            return True
        # sudo: res.partner - whether the reader works here
        partner = self.env["res.partner"].sudo().browse(row["id"] or ())
        return any(not user.share for user in partner.user_ids)

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Let the supplier in by his own page alone: no link opens Odoo's ways to messages."""
        known = {"hash", "pid", "token"}
        return super()._get_thread_with_access(
            thread_id, **{name: value for name, value in kwargs.items() if name not in known}
        )

    def _message_compute_subject(self):
        self.ensure_one()
        return f"[#{self.number}] {self.name}"

    def _notify_get_reply_to(self, default=None, author_id=False):
        replies = super()._notify_get_reply_to(default=default, author_id=author_id)
        return replies | self._get_team_addresses(dict.fromkeys(self.ids, author_id))

    def _notify_get_reply_to_batch(self, defaults=None, author_ids=None):
        replies = super()._notify_get_reply_to_batch(defaults=defaults, author_ids=author_ids)
        return replies | self._get_team_addresses(author_ids or {})

    def _get_team_addresses(self, author_ids):
        """Return where answers go: to the team's address, under the name of the request.

        :param dict author_ids: who writes on each
        """
        # sudo: crm.ticket.team - its address is on every e-mail
        known = self.sudo().filtered("ticket_id.team_id.alias_email")
        return {
            request.id: request._notify_get_reply_to_formatted_email(
                request.ticket_id.team_id.alias_email, author_id=author_ids.get(request.id)
            )
            for request in known
        }
