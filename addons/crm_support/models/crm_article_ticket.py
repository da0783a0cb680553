# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmArticle(models.Model):
    """The tickets that an article came from, and those that it answered."""

    _inherit = "crm.article"

    source_ticket_ids = fields.Many2many(
        "crm.ticket",
        "crm_article_source_ticket_rel",
        "article_id",
        "ticket_id",
        string="Came from",
        copy=False,
    )
    answered_ticket_ids = fields.Many2many(
        "crm.ticket",
        "crm_article_answered_ticket_rel",
        "article_id",
        "ticket_id",
        string="Answered",
        copy=False,
    )
    ticket_count = fields.Integer("Tickets", compute="_compute_ticket_count")

    @api.depends("source_ticket_ids", "answered_ticket_ids")
    def _compute_ticket_count(self):
        for article in self:
            article.ticket_count = len(article.source_ticket_ids | article.answered_ticket_ids)

    def action_view_tickets(self):
        """Open the tickets that this article came from or answered."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        domain = ["|", ("article_source_ids", "in", self.ids), ("article_ids", "in", self.ids)]
        return {
            **action,
            "domain": domain,
            "context": {},
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }

    # -- Into a reply ------------------------------------------------------------------------------

    def _check_may_be_sent(self):
        """Refuse to give to customers what is not for them.

        :raises UserError: for articles of support, and for those that are not published
        """
        self.ensure_one()
        self.check_access("read")
        if self.audience == "internal" or self.state != "published":
            raise UserError(
                self.env._(
                    "“%s” is not for customers: only published articles for the portal or for everybody are.",
                    self.name,
                )
            )

    def _get_ticket_of_context(self):
        """Return the ticket whose reply is being written.

        :raises UserError: when there is none, or none that one may see
        """
        ticket = self.env["crm.ticket"].browse(self.env.context.get("crm_ticket_id") or []).exists()
        if not ticket:
            raise UserError(self.env._("Open the ticket again and look for the article there."))
        ticket.check_access("read")
        return ticket

    def action_insert_link(self):
        """Begin a reply with a link to this article."""
        self._check_may_be_sent()
        ticket = self._get_ticket_of_context()
        link = Markup('<p><a href="%s">%s</a></p>') % (self.url, self.name)
        return ticket._open_reply_with(self, link)

    def action_insert_text(self):
        """Begin a reply with the text of this article."""
        self._check_may_be_sent()
        return self._get_ticket_of_context()._open_reply_with(self, self.body or Markup())
