# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

AUDIENCES = [
    ("internal", "Support Only"),
    ("portal", "Customers on the Portal"),
    ("public", "Everybody"),
]
STATES = [("draft", "Draft"), ("published", "Published"), ("archived", "Withdrawn")]


class CrmArticle(models.Model):
    """What support knows, written down once: for itself, for customers who log in, or for everybody.

    An article is written in one language. Its translations are articles of their own, linked to it: each has its text, its
    history and its review; who may read them and where they stand is the original's.
    """

    _name = "crm.article"
    _description = "Article"
    _inherit = ["mail.thread", "mail.activity.mixin", "html.field.history.mixin"]
    _parent_store = True
    _order = "sequence, id"
    _rec_names_search = ["name", "search_name"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char("Title", required=True, tracking=True)
    body = fields.Html("Text", sanitize_attributes=True, sanitize_style=True, prefetch=False)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one(
        "crm.article",
        string="Below",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('translation_of_id', '=', False), ('id', '!=', id)]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.article", "parent_id", string="Articles Below")
    audience = fields.Selection(
        AUDIENCES,
        string="Who May Read It",
        compute="_compute_audience",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        recursive=True,
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        help="Without a company, the article is everybody's.",
    )
    category_ids = fields.Many2many(
        "crm.ticket.category",
        string="Helps with",
        check_company=True,
        help="Tickets of these categories.",
    )
    lang = fields.Selection(
        "_get_languages",
        string="Language",
        required=True,
        default=lambda self: self._get_default_lang(),
    )
    translation_of_id = fields.Many2one(
        "crm.article",
        string="Translation of",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        domain="[('translation_of_id', '=', False), ('id', '!=', id)]",
    )
    translation_ids = fields.One2many("crm.article", "translation_of_id", string="Translations")
    translation_count = fields.Integer(
        "Number of Translations", compute="_compute_translation_count"
    )

    _lang_uniq = models.UniqueIndex(
        "(COALESCE(translation_of_id, id), lang)",
        "There is a text of this article in this language.",
    )

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _get_default_lang(self):
        """Return the language that a new article is written in: the writer's."""
        return self.env.user.lang or self.env.lang or "en_US"

    @api.depends("translation_of_id.audience")
    def _compute_audience(self):
        for article in self:
            article.audience = article.translation_of_id.audience or article.audience or "internal"

    @api.depends("translation_of_id.company_id")
    def _compute_company_id(self):
        for article in self:
            original = article.translation_of_id
            article.company_id = original.company_id if original else article.company_id

    @api.depends("translation_ids")
    def _compute_translation_count(self):
        counts = dict(
            self._read_group(
                [("translation_of_id", "in", self.ids)], ["translation_of_id"], ["__count"]
            )
        )
        for article in self:
            article.translation_count = counts.get(article._origin, 0)

    @api.constrains("parent_id", "translation_of_id")
    def _check_place(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An article cannot be below itself."))
        for article in self:
            original = article.translation_of_id
            if original and (
                original == article or original.translation_of_id or article.translation_ids
            ):
                raise ValidationError(
                    self.env._("A translation is one of an original, not of another translation.")
                )
            if original and (article.parent_id or article.child_ids):
                raise ValidationError(self.env._("A translation stands where its original stands."))
            if article.parent_id.translation_of_id:
                raise ValidationError(
                    self.env._("Articles stand below originals, not below translations.")
                )

    @api.constrains("audience", "company_id", "translation_of_id")
    def _check_readers_of_translations(self):
        for article in self.filtered("translation_of_id"):
            original = article.translation_of_id
            if (article.audience, article.company_id) != (original.audience, original.company_id):
                raise ValidationError(
                    self.env._("A translation is for the readers of its original.")
                )

    @api.model
    def _get_versioned_fields(self):
        return ["body"]

    def _get_original(self):
        """Return the articles that these are translations of, or these themselves.

        :rtype: crm.article
        """
        return self.translation_of_id | self.filtered(lambda article: not article.translation_of_id)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for article, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", article.name)
            vals["translation_of_id"] = False
        return vals_list

    def action_view_translations(self):
        """Open the texts of this article in other languages."""
        self.ensure_one()
        self.check_access("read")
        original = self._get_original()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_article_action")
        return {
            **action,
            "name": self.env._("Translations of %s", original.name),
            "domain": [("translation_of_id", "=", original.id)],
            "context": {"default_translation_of_id": original.id, "default_name": original.name},
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }
