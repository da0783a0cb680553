# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..tools import fill


class CrmTicket(models.Model):
    """Answering: texts with placeholders, to the contact, in his language."""

    _inherit = "crm.ticket"

    def _get_customer_lang(self):
        """Return the language to write to the customer in: his own, else the company's, else the reader's.

        :rtype: str
        """
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        # sudo: res.partner - the language of the company, whoever writes
        langs = (self.partner_id.lang, self.company_id.sudo().partner_id.lang)
        return next((lang for lang in langs if lang in installed), self.env.lang)

    def _get_placeholder_values(self):
        """Return the values of the placeholders that texts may hold; extend it with ``tools.PLACEHOLDERS``.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "contact": self.partner_id.name or self.partner_name or "",
            "customer": self.commercial_partner_id.name or self.partner_name or "",
            "number": self.number or "",
            "subject": self.name or "",
            "team": self.team_id.name or "",
            "agent": self.env.user.name or "",
        }

    def _fill_placeholders(self, text):
        """Return an HTML text with this ticket's values in the place of its placeholders.

        :rtype: markupsafe.Markup
        """
        here = self.with_context(lang=self._get_customer_lang())
        return fill(text, here._get_placeholder_values())

    def _get_reply_partner(self):
        """Return the contact to reply to: made from the address where it is not known yet.

        :rtype: res.partner
        :raises UserError: where there is nobody to reply to
        """
        self.ensure_one()
        partner = self.partner_id
        if not partner and self.email_normalized:
            # sudo: res.partner - whoever may answer a ticket may write to the address that asked
            known = self.sudo()._partner_find_from_emails_single([self.partner_email])
            partner = known.sudo(False)
        if not partner:
            raise UserError(self.env._("Nobody to reply to: %s", self.display_name))
        return partner

    def _reply(self, body, copies=None, **values):
        """Post a reply to the customer, and to whoever is in copy.

        :param markupsafe.Markup body: the text
        :param str copies: addresses that get it too, separated by commas; None for those in copy on the ticket
        :param dict values: of ``message_post``, besides
        :rtype: mail.message
        """
        copies = self._get_copies() if copies is None else self._clean_copies(copies)
        return self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self._get_reply_partner().ids,
            outgoing_email_to=copies or False,
            **values,
        )

    @api.model
    def _get_answer_context_key(self):
        """Return the key under which a scheduled reply keeps the stage that its ticket goes to."""
        return "crm_ticket_answer_stage_id"
