# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

MOST_FOUND = 12


class CrmArticlePick(models.TransientModel):
    """Looking for an article that answers a ticket."""

    _name = "crm.article.pick"
    _description = "Find an Article"

    ticket_id = fields.Many2one("crm.ticket", required=True, readonly=True, ondelete="cascade")
    query = fields.Char("Look for")
    article_ids = fields.Many2many("crm.article", compute="_compute_article_ids", string="Articles")

    @api.depends("query", "ticket_id")
    def _compute_article_ids(self):
        for picking in self:
            picking.article_ids = picking._get_articles()

    def _get_articles(self):
        """Return the published articles that the agent may read, the best first; those of the category while nothing is typed.

        :rtype: crm.article
        """
        articles = self.env["crm.article"]
        ticket = self.ticket_id
        company = ticket.company_id or self.env.company
        langs = [ticket.partner_id.lang or self.env.lang, company.partner_id.lang, self.env.lang]
        domain = Domain("state", "=", "published") & Domain("company_id", "in", [company.id, False])
        domain &= articles._get_language_domain(langs[0], company)
        if (self.query or "").strip():
            found = articles._find(self.query, domain, langs=langs, limit=MOST_FOUND)
            return articles.union(*(article for article, _passage in found))
        return articles.search(
            domain & Domain("category_ids", "in", ticket.category_id.ids), limit=MOST_FOUND
        )
