# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .crm_article import AUDIENCES

KINDS = ("views", "shown", "opened", "sent")


class CrmArticleDay(models.Model):
    """How often an article was read on a day, and what its suggestion spared; nothing says by whom.

    Rows are only added, so that readers of one article do not wait for one another; the night adds them up.
    """

    _name = "crm.article.day"
    _description = "Use of an Article"
    _order = "date desc, id desc"
    _log_access = False

    article_id = fields.Many2one("crm.article", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="article_id.company_id", store=True, index="btree_not_null"
    )
    date = fields.Date(required=True, index=True)
    audience = fields.Selection(AUDIENCES, string="Reader", required=True)
    views = fields.Integer("Read")
    shown = fields.Integer("Suggested", help="Shown beside the subject while somebody wrote to us.")
    opened = fields.Integer("Suggestion Opened")
    sent = fields.Integer("Ticket Sent Nevertheless")
    deflected = fields.Integer(
        "Tickets Spared", help="The suggestion was opened, and no ticket was sent."
    )

    @api.model
    def _count(self, articles, kind, audience):
        """Count one use of each of these articles.

        :param articles: ``crm.article``
        :param str kind: ``views``, ``shown``, ``opened``, or ``sent``: nevertheless, after a suggestion was opened
        :param str audience: who used it
        """
        spared = {"opened": 1, "sent": -1}.get(kind, 0)
        today = fields.Date.context_today(self)
        # sudo: crm.article.day - readers have no rights; what is counted says nothing of them
        self.sudo().create(
            [
                {
                    "article_id": article.id,
                    "date": today,
                    "audience": audience,
                    kind: 1,
                    "deflected": spared,
                }
                for article in articles
            ]
        )

    @api.autovacuum
    def _gc_add_up(self):
        """Make one row of those of one article, day and audience."""
        self.env.flush_all()
        columns = SQL(", ").join(SQL.identifier(name) for name in (*KINDS, "deflected"))
        sums = SQL(", ").join(
            SQL("sum(%s)", SQL.identifier(name)) for name in (*KINDS, "deflected")
        )
        self.env.cr.execute(
            SQL(
                """
                WITH many AS (
                    SELECT article_id, date, audience FROM crm_article_day
                     GROUP BY article_id, date, audience HAVING count(*) > 1 LIMIT 1000
                ), gone AS (
                    DELETE FROM crm_article_day day USING many
                     WHERE day.article_id = many.article_id AND day.date = many.date AND day.audience = many.audience
                    RETURNING day.*
                )
                INSERT INTO crm_article_day (article_id, company_id, date, audience, %s)
                SELECT article_id, max(company_id), date, audience, %s FROM gone GROUP BY article_id, date, audience
                """,
                columns,
                sums,
            )
        )
        self.invalidate_model()
