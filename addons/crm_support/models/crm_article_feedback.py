# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .crm_article import AUDIENCES

LONGEST_COMMENT = 1000


class CrmArticleFeedback(models.Model):
    """Whether an article helped a reader: one answer a reader, his last one."""

    _name = "crm.article.feedback"
    _description = "Feedback on an Article"
    _order = "date desc, id desc"

    article_id = fields.Many2one(
        "crm.article", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="article_id.company_id", store=True, index="btree_not_null"
    )
    user_id = fields.Many2one(related="article_id.user_id", string="Owner of the Article")
    is_helpful = fields.Boolean("Helped", readonly=True)
    comment = fields.Text(readonly=True)
    audience = fields.Selection(AUDIENCES, string="Reader", readonly=True)
    date = fields.Datetime("Given on", required=True, readonly=True, default=fields.Datetime.now)
    is_done = fields.Boolean("Dealt with")
    visitor_key = fields.Char(
        "Fingerprint of the Reader", required=True, readonly=True, groups="base.group_system"
    )

    _visitor_uniq = models.UniqueIndex("(article_id, visitor_key)", "A reader has one answer.")

    @api.depends("article_id.name")
    def _compute_display_name(self):
        for feedback in self:
            feedback.display_name = feedback.article_id.name

    @api.model
    def _give(self, article, visitor_key, audience, is_helpful, comment=""):
        """Keep what a reader thinks of an article; said again, it takes the place of what he said before.

        :param article: ``crm.article``
        :param str visitor_key: what tells readers apart, and says nothing of them
        :param str audience: who the reader is
        :param bool is_helpful: whether it helped
        :param str comment: what is missing
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_article_feedback (article_id, company_id, visitor_key, audience, is_helpful, comment, date, is_done)
                VALUES (%(article)s, %(company)s, %(key)s, %(audience)s, %(helpful)s, %(comment)s, %(now)s, false)
                    ON CONFLICT (article_id, visitor_key) DO UPDATE
                   SET is_helpful = EXCLUDED.is_helpful, date = EXCLUDED.date, is_done = false,
                       comment = COALESCE(EXCLUDED.comment, crm_article_feedback.comment)
                """,
                article=article.id,
                company=article.company_id.id or None,
                key=visitor_key,
                audience=audience,
                helpful=bool(is_helpful),
                comment=(comment or "").replace("\x00", "").strip()[:LONGEST_COMMENT] or None,
                now=fields.Datetime.now(),
            )
        )
        self.invalidate_model()

    def action_done(self):
        """Note that these were dealt with."""
        self.check_access("write")
        self.write({"is_done": True})
        return True
