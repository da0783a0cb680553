# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import is_html_empty, plaintext2html


class MailCannedResponse(models.Model):
    """Canned answers of support: for certain teams, and in several languages."""

    _inherit = "mail.canned.response"

    ticket_team_ids = fields.Many2many(
        "crm.ticket.team",
        string="Support Teams",
        help="Offered on tickets of these teams; without any, of all.",
    )
    variant_ids = fields.One2many(
        "mail.canned.response.variant", "response_id", string="In Other Languages"
    )

    def _get_ticket_text(self, ticket):
        """Return the answer for the customer of a ticket: in his language, filled in.

        :rtype: markupsafe.Markup
        """
        self.ensure_one()
        self.check_access("read")
        lang = ticket._get_customer_lang()
        variant = self.variant_ids.filtered(
            lambda one: one.lang == lang and not is_html_empty(one.body)
        )
        return ticket._fill_placeholders(variant[:1].body or plaintext2html(self.substitution))
