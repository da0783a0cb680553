# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..tools.article_text import get_gap
from .crm_article import AUDIENCES

DAYS_KEPT = 365
SHORTEST = 3


class CrmArticleGap(models.Model):
    """What was looked for and not found, as words without addresses and numbers, by day; nothing says by whom."""

    _name = "crm.article.gap"
    _description = "Search without Result"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "query"

    query = fields.Char("Looked for", required=True, index=True)
    date = fields.Date(required=True, index=True)
    audience = fields.Selection(AUDIENCES, string="Reader", required=True)
    lang = fields.Char("Language")
    company_id = fields.Many2one("res.company", index="btree_not_null")

    @api.model
    def _note(self, text, audience, company):
        """Note that nothing was found.

        :param str text: what was looked for
        :param str audience: who looked
        :param company: ``res.company`` whose articles were searched
        """
        query = get_gap(text)
        if len(query) < SHORTEST:
            return
        # sudo: crm.article.gap - readers have no rights; what is kept says nothing of them
        self.sudo().create(
            {
                "query": query,
                "date": fields.Date.context_today(self),
                "audience": audience,
                "lang": self.env.lang,
                "company_id": company.id,
            }
        )

    @api.autovacuum
    def _gc_gaps(self):
        """Forget what is too old to be worth an article."""
        last = fields.Date.subtract(fields.Date.context_today(self), days=DAYS_KEPT)
        old = self.search([("date", "<", last)], limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
