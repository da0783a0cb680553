# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class CrmArticle(models.Model):
    """Whether an article is read, and whether it helps."""

    _inherit = "crm.article"

    day_ids = fields.One2many("crm.article.day", "article_id", string="Daily Use")
    feedback_ids = fields.One2many("crm.article.feedback", "article_id")
    view_count = fields.Integer("Times Read", compute="_compute_use")
    deflected_count = fields.Integer("Tickets Spared", compute="_compute_use")
    helpful_count = fields.Integer("Helped", compute="_compute_helpful")
    unhelpful_count = fields.Integer(
        "Did Not Help", compute="_compute_helpful", search="_search_unhelpful_count"
    )

    @api.depends("day_ids.views", "day_ids.deflected")
    def _compute_use(self):
        groups = self.env["crm.article.day"]._read_group(
            [("article_id", "in", self.ids)], ["article_id"], ["views:sum", "deflected:sum"]
        )
        sums = {article: counts for article, *counts in groups}
        for article in self:
            article.view_count, article.deflected_count = sums.get(article._origin, (0, 0))

    @api.depends("feedback_ids.is_helpful")
    def _compute_helpful(self):
        groups = self.env["crm.article.feedback"]._read_group(
            [("article_id", "in", self.ids)], ["article_id", "is_helpful"], ["__count"]
        )
        counts = {(article, helpful): count for article, helpful, count in groups}
        for article in self:
            article.helpful_count = counts.get((article._origin, True), 0)
            article.unhelpful_count = counts.get((article._origin, False), 0)

    def _search_unhelpful_count(self, operator, value):
        if operator not in (">", ">="):
            return NotImplemented
        groups = self.env["crm.article.feedback"]._read_group(
            [("is_helpful", "=", False)], ["article_id"], having=[("__count", operator, value)]
        )
        return Domain("id", "in", [article.id for (article,) in groups])

    def action_read(self):
        """Open the article to read it, and count that it was read."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.article.day"]._count(self, "views", "internal")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.article",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("crm_support.crm_article_view_form_read").id, "form")],
        }

    def action_edit(self):
        """Open the form where the article is written."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.article",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref("crm_support.crm_article_view_form").id, "form")],
        }

    def action_view_page(self):
        """Open the article as its readers see it."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/help/{self.slug}", "target": "new"}

    def action_view_feedback(self):
        """Open what readers said of this article."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_support.crm_article_feedback_action"
        )
        return {**action, "domain": [("article_id", "=", self.id)], "context": {}}

    def action_view_use(self):
        """Open how this article is used, day by day."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_article_day_action")
        return {**action, "domain": [("article_id", "=", self.id)], "context": {}}
