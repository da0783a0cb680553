# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.article_page import get_file_ids
from ..tools.article_text import unaccent

LONGEST_SLUG = 80


class CrmArticle(models.Model):
    """Where readers find an article, which of them may, and in which language."""

    _inherit = "crm.article"

    slug = fields.Char("Address", readonly=True, copy=False)
    url = fields.Char("Page", compute="_compute_url")

    _slug_uniq = models.UniqueIndex("(slug)", "Another article has this address.")
    _page_idx = models.Index("(audience, sequence, id) WHERE state = 'published' AND active")

    @api.depends("slug")
    def _compute_url(self):
        for article in self:
            article.url = f"{article.get_base_url()}/help/{article.slug}" if article.slug else False

    @api.model_create_multi
    def create(self, vals_list):
        taken = set()
        for vals in vals_list:
            vals["slug"] = self._make_slug(vals.get("name"), taken)
            taken.add(vals["slug"])
        articles = super().create(vals_list)
        articles._adopt_files()
        return articles

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals and "slug" not in vals:
            # an address that readers may know stays
            for article in self.filtered(lambda one: not one.date_published):
                article.slug = self._make_slug(article.name, set(), but=article)
        if "body" in vals:
            self._adopt_files()
        return result

    @api.model
    def _make_slug(self, name, taken, but=None):
        """Return an address for a title that no other article has.

        :param set taken: addresses of articles that are being made
        :param but: the article that it is for
        :rtype: str
        """
        plain = (
            self.env["ir.http"]._slugify(unaccent(name), max_length=LONGEST_SLUG).strip("-")
            or "article"
        )
        # sudo: crm.article - addresses are unique over companies
        articles = self.sudo().with_context(active_test=False)
        domain = Domain("slug", "=like", f"{plain.replace('_', '-')}%") & Domain(
            "id", "not in", but.ids if but else []
        )
        taken = taken | set(articles.search(domain).mapped("slug"))
        slug, number = plain, 2
        while slug in taken or slug in ("feed", "sitemap", "suggest", "note", "search"):
            slug, number = f"{plain}-{number}", number + 1
        return slug

    # -- Who may read ------------------------------------------------------------------------------

    @api.model
    def _get_reader_domain(self, user, company):
        """Return which articles somebody may read on the pages. Whoever extends it may only narrow it.

        :param user: ``res.users``, the public one for strangers
        :param company: ``res.company`` whose pages they are
        :rtype: Domain
        """
        companies = company
        audiences = ["public"]
        if not user._is_public():
            audiences.append("portal")
            companies = (
                company | user.company_ids if user._is_internal() else company | user.company_id
            )
        if user.has_group("crm_support.group_crm_support_agent"):
            audiences.append("internal")
        return (
            Domain("state", "=", "published")
            & Domain("active", "=", True)
            & Domain("audience", "in", audiences)
            & Domain("company_id", "in", [*companies.ids, False])
        )

    @api.model
    def _get_language_domain(self, lang, company):
        """Return the one text of each article that suits a reader: in his language, the company's, or the original.

        :param str lang: code of the reader's language
        :param company: ``res.company`` whose language comes next
        :rtype: Domain
        """
        own = company.partner_id.lang or "en_US"

        def to_sql(_model, alias, _query):
            def rank(table):
                of = SQL.identifier(table, "lang")
                return SQL(
                    "(CASE %(of)s WHEN %(lang)s THEN 0 WHEN %(own)s THEN 1 ELSE 2 END,"
                    " %(first)s IS NOT NULL, %(id)s)",
                    of=of,
                    lang=lang,
                    own=own,
                    first=SQL.identifier(table, "translation_of_id"),
                    id=SQL.identifier(table, "id"),
                )

            return SQL(
                """NOT EXISTS (
                    SELECT FROM crm_article better
                     WHERE COALESCE(better.translation_of_id, better.id) = COALESCE(%(of)s, %(id)s)
                       AND better.id != %(id)s AND better.state = 'published' AND better.active
                       AND %(better)s < %(rank)s)""",
                of=SQL.identifier(alias, "translation_of_id"),
                id=SQL.identifier(alias, "id"),
                better=rank("better"),
                rank=rank(alias),
                to_flush=[
                    self._fields[name] for name in ("translation_of_id", "lang", "state", "active")
                ],
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_site_company(self, host):
        """Return the company whose help pages stand under a host name: the one with that web site, else the visitor's.

        :param str host: name of the server that the visitor asked for
        :rtype: res.company
        """
        name = (host or "").partition(":")[0].lower()
        # sudo: res.company - strangers have no rights on companies
        companies = self.env["res.company"].sudo()
        for company in companies.search([("website", "!=", False)], order="id"):
            site = company.website if "//" in company.website else f"//{company.website}"
            try:
                if urlsplit(site).hostname == name:
                    return company
            except ValueError:
                continue
        return self.env.user.company_id

    @api.model
    def _get_top_domain(self, visible):
        """Return which articles have no visible one above them.

        :param Domain visible: what the reader may read
        :rtype: Domain
        """
        top = Domain("parent_id", "=", False) | Domain("parent_id", "not any", visible)
        original = Domain("translation_of_id", "=", False)
        return (original & top) | Domain("translation_of_id", "any", top)

    @api.model
    def _get_below_domain(self, originals):
        """Return which articles stand directly below these.

        :param originals: ``crm.article``
        :rtype: Domain
        """
        below = Domain("parent_id", "in", originals.ids)
        return below | Domain("translation_of_id", "any", below)

    # -- Pictures and files ------------------------------------------------------------------------

    def _adopt_files(self):
        """Let pictures that were added while an article was new belong to it, and be seen by whoever may read it."""
        for article in self:
            ids = get_file_ids(article.body)
            if not ids:
                continue
            orphans = [
                ("res_model", "=", self._name),
                ("res_id", "in", [0, False]),
                ("create_uid", "=", self.env.uid),
            ]
            # sudo: ir.attachment - those that this user uploaded for an article that did not exist yet
            self.env["ir.attachment"].sudo().search(
                [("id", "in", list(ids)), *orphans]
            ).res_id = article.id

    def _get_file(self, attachment_id):
        """Return a picture or file that the text of this article shows.

        :param int attachment_id: number of the attachment
        :return: ``ir.attachment``, empty when it is not one of the article's
        """
        self.ensure_one()
        original = self._get_original()
        family = original | original.translation_ids
        return self.env["ir.attachment"].search(
            [
                ("id", "=", attachment_id if attachment_id in get_file_ids(self.body) else 0),
                ("res_model", "=", self._name),
                ("res_id", "in", family.ids),
                ("type", "=", "binary"),
            ],
            limit=1,
        )
