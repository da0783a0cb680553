# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from markupsafe import Markup

from odoo import http
from odoo.http import request

from ..tools.article_page import prepare
from .crm_help_reader import HelpReader

ROUTE = {"type": "http", "auth": "public", "max_content_length": 64 * 1024}
LOOK = {**ROUTE, "methods": ["GET"]}
#: the pages hold what people wrote: no script runs in them but ours
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; object-src 'none';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Language, Cookie",
}
#: what a browser may show; everything else is downloaded
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_FOUND, MOST_SUGGESTED, MOST_LISTED, MOST_IN_FEED = 20, 4, 5000, 30
MOST_NOTED = 6


class CrmHelpController(http.Controller):
    """The help pages: articles that the visitor may read. Whatever else there is looks as if it were not there.

    Looking changes nothing; what is counted is sent by the page itself, and says nothing of who looked.
    """

    @http.route("/help", **LOOK)
    def home(self, q=None, **asked):
        """Show all articles, or those that have the words looked for."""
        reader = HelpReader(asked)
        text = (q or "").replace("\x00", "").strip()
        if not text:
            return self._answer(
                "crm_support.help_home_page", reader, {"sections": reader.get_sections()}
            )
        if self._is_flood("search"):
            return self._refuse_flood()
        found = reader.find(text, limit=MOST_FOUND)
        return self._answer(
            "crm_support.help_search_page", reader, {"found": found, "query": text[:300]}
        )

    @http.route("/help/<string:slug>", **LOOK)
    def article(self, slug, **asked):
        """Show an article."""
        reader = HelpReader(asked)
        article = reader.get_article(slug)
        return self._show(reader, article, asked) if article else self._refuse(reader)

    @http.route("/help/<string:slug>/file/<string:number>", **LOOK)
    def file(self, slug, number, **asked):
        """Give a picture or a file of an article to whoever may read the article."""
        reader = HelpReader(asked)
        article = reader.get_article(slug)
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        attachment = article and is_number and article._get_file(int(number))
        if not attachment:
            return self._refuse(reader)
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        response = stream.get_response(
            as_attachment=attachment.mimetype not in PICTURES, immutable=False
        )
        response.headers["Cache-Control"] = "private, max-age=600"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @http.route("/help/<string:slug>/feedback", **{**ROUTE, "methods": ["POST"]})
    def feedback(self, slug, helpful="", comment="", **asked):
        """Take what a reader thinks of an article."""
        reader = HelpReader(asked)
        article = reader.get_article(slug)
        if not article:
            return self._refuse(reader)
        if self._is_flood("feedback"):
            return self._refuse_flood()
        # whoever fills in the field that people do not see is no person
        if helpful in ("yes", "no") and not asked.get("website"):
            feedback = request.env["crm.article.feedback"]
            feedback._give(article, reader.key, reader.audience, helpful == "yes", comment)
        said = "comment" if helpful == "no" and not comment.strip() else "thanks"
        return request.redirect(
            reader.get_link(f"/help/{article.slug}", said=said) + "#feedback", code=303
        )

    # -- For the pages' own scripts ----------------------------------------------------------------

    @http.route("/help/suggest", **LOOK)
    def suggest(self, q="", **asked):
        """Return the articles that may answer what somebody is writing to us about."""
        reader = HelpReader(asked)
        if self._is_flood("search"):
            return self._refuse_flood()
        found = reader.find(q, limit=MOST_SUGGESTED, is_typing=True)
        suggestions = [
            {
                "slug": article.slug,
                "title": article.name,
                "lang": article.lang.replace("_", "-"),
                "url": reader.get_link(f"/help/{article.slug}"),
            }
            for article, _passage in found
        ]
        headers = {
            **HEADERS,
            "Content-Type": "application/json; charset=utf-8",
            "Cache-Control": "private, max-age=60",
        }
        return request.make_response(json.dumps(suggestions), list(headers.items()))

    # the page's script sends it while the page is left, when nothing else can be waited for; it only counts
    @http.route("/help/note", **{**ROUTE, "methods": ["POST"]}, csrf=False, save_session=False)
    def note(self, kind="", slugs="", q="", **asked):
        """Count that an article was read, suggested or opened, that a ticket was sent all the same, or that nothing was found."""
        reader = HelpReader(asked)
        if self._is_flood("note"):
            return self._refuse_flood()
        if kind in ("views", "shown", "opened", "sent"):
            domain = reader.is_at("")
            for slug in slugs.split(",")[:MOST_NOTED]:
                domain |= reader.is_at(slug)
            articles = reader.articles.search(reader.domain & domain)
            request.env["crm.article.day"]._count(articles, kind, reader.audience)
        elif kind == "missed" and not reader.find(q, limit=1):
            request.env["crm.article.gap"]._note(q, reader.audience, reader.company)
        return request.make_response("", [("Content-Type", "text/plain")])

    # -- For programs ------------------------------------------------------------------------------

    @http.route("/help/sitemap.xml", **LOOK)
    def sitemap(self, **asked):
        """List the pages that everybody may read."""
        return self._answer_xml("crm_support.help_sitemap", asked, MOST_LISTED)

    @http.route("/help/feed.xml", **LOOK)
    def feed(self, **asked):
        """List the newest articles that everybody may read."""
        return self._answer_xml("crm_support.help_feed", asked, MOST_IN_FEED)

    def _answer_xml(self, template, asked, limit):
        if self._is_flood("search"):
            return self._refuse_flood()
        reader = HelpReader(asked)
        articles = reader.articles
        # sudo: res.users - what strangers may read, whoever asks
        public = request.env.ref("base.public_user").sudo()
        domain = articles._get_reader_domain(public, reader.company)
        values = {
            "articles": articles.search(domain, order="date_updated desc, id desc", limit=limit),
            "base": request.httprequest.host_url.rstrip("/"),
            "reader": reader,
        }
        # sudo: ir.ui.view - strangers have no rights on views
        body = request.env["ir.qweb"].sudo()._render(template, values)
        headers = {
            "Content-Type": "application/xml; charset=utf-8",
            "Cache-Control": "public, max-age=3600",
        }
        text = '<?xml version="1.0" encoding="utf-8"?>\n' + str(body).strip()
        return request.make_response(text, list(headers.items()))

    # -- Answering ---------------------------------------------------------------------------------

    def _show(self, reader, article, asked):
        path = f"/help/{article.slug}"
        values = {
            "article": article,
            # the field sanitized it; only addresses of files and levels of headings are changed
            "body": Markup(prepare(article.body, path)),  # noqa: S704 # nosec B704 - sanitized by the field
            "above": reader.get_above(article),
            "below": reader.get_below(article),
            "others": reader.get_other_languages(article),
            "said": asked.get("said"),
        }
        return self._answer("crm_support.help_article_page", reader, values)

    def _answer(self, template, reader, values, *, status=200):
        response = request.render(
            template,
            {
                "reader": reader,
                "lang": reader.lang,
                "lang_attribute": lambda code: (code or "en").replace("_", "-"),
                "path": request.httprequest.path,
                "base": request.httprequest.host_url.rstrip("/"),
                # sudo: res.company - its name stands on its pages
                "company_name": reader.company.sudo().name,
                **values,
            },
        )
        response.status_code = status
        response.headers.update(HEADERS)
        return response

    def _refuse(self, reader):
        """Answer everything that the reader may not read alike, whether it is there or not."""
        return self._answer("crm_support.help_unknown_page", reader, {}, status=404)

    def _is_flood(self, kind):
        return request.env["crm.help.request"]._is_flood(request.httprequest.remote_addr, kind)

    def _refuse_flood(self):
        text = request.env._("Too many requests. Please come back in a minute.")
        headers = {"Content-Type": "text/plain; charset=utf-8", "Retry-After": "60"}
        return request.make_response(text, list(headers.items()), status=429)
