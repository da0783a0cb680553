# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

#: figures are those of the last three months
DAYS = 90
KINDS = [
    ("search", "Search without Result"),
    ("feedback", "Article That Does Not Help"),
    ("category", "Category without Article"),
]


class CrmArticleGapReport(models.Model):
    """What the knowledge base lacks: searches without result, articles that do not help, categories of tickets without article."""

    _name = "crm.article.gap.report"
    _description = "Gap of the Knowledge Base"
    _auto = False
    _order = "weight desc, id"
    _depends = {
        "crm.article.gap": ["query", "date", "company_id"],
        "crm.article.feedback": ["article_id", "is_helpful", "is_done", "date", "company_id"],
        "crm.ticket.category": ["name", "active", "article_ids", "company_id"],
        "crm.ticket": ["category_id", "company_id"],
        "crm.article": ["name", "active", "state", "category_ids"],
    }

    kind = fields.Selection(KINDS, string="Gap", readonly=True)
    name = fields.Char("What", readonly=True)
    weight = fields.Integer("How Often", readonly=True, help="In the last three months.")
    date = fields.Date("Last", readonly=True)
    article_id = fields.Many2one("crm.article", readonly=True)
    category_id = fields.Many2one("crm.ticket.category", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        since = fields.Date.subtract(fields.Date.context_today(self), days=DAYS)
        # names of searches may come more than once, so numbers are made of the first row of each
        return SQL(
            """
            SELECT min(id) * 3 AS id, 'search' AS kind, query AS name, count(*)::int AS weight, max(date) AS date,
                   NULL::int AS article_id, NULL::int AS category_id, company_id
              FROM crm_article_gap WHERE date >= %(since)s GROUP BY query, company_id
             UNION ALL
            SELECT min(f.id) * 3 + 1, 'feedback', a.name, count(*)::int, max(f.date)::date, a.id, NULL, f.company_id
              FROM crm_article_feedback f JOIN crm_article a ON a.id = f.article_id
             WHERE f.is_helpful IS NOT TRUE AND f.is_done IS NOT TRUE AND f.date >= %(since)s
             GROUP BY a.id, f.company_id
             UNION ALL
            SELECT min(t.id) * 3 + 2, 'category', COALESCE(c.name->>%(lang)s, c.name->>'en_US'), count(*)::int,
                   max(t.create_date)::date, NULL, c.id, t.company_id
              FROM crm_ticket t JOIN crm_ticket_category c ON c.id = t.category_id
             WHERE c.active AND t.create_date >= %(since)s AND NOT EXISTS (
                   SELECT FROM crm_article_crm_ticket_category_rel r JOIN crm_article a ON a.id = r.crm_article_id
                    WHERE r.crm_ticket_category_id = c.id AND a.active AND a.state = 'published')
             GROUP BY c.id, t.company_id
            """,
            since=since,
            lang=self.env.lang or "en_US",
        )

    def action_close_gap(self):
        """Open the article that does not help, or the form of a new one about what is missing."""
        self.ensure_one()
        self.check_access("read")
        if self.article_id:
            return self.article_id.action_edit()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.article",
            "view_mode": "form",
            "views": [(self.env.ref("crm_support.crm_article_view_form").id, "form")],
            "context": {
                "default_name": (self.name or "").capitalize(),
                "default_category_ids": self.category_id.ids,
                "default_company_id": self.company_id.id,
            },
        }
