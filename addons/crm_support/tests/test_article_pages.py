# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import re
from unittest.mock import patch

from lxml import etree

from odoo.tests import HttpCase, tagged

from .article_common import HOSTILE, CrmArticleCase

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
LIMITS = "odoo.addons.crm_support.models.crm_help_request.LIMITS"


@tagged("post_install", "-at_install")
class TestArticlePages(CrmArticleCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.website = "http://127.0.0.1"
        cls.portal.password = cls.agent.password = cls.employee.password = "an-odd-Passw0rd"
        cls.public_article = cls._create_article("How to wash panels")
        cls.portal_article = cls._create_article("Washing for customers", audience="portal")
        cls.internal_article = cls._create_article("Washing secretly", audience="internal")
        cls.draft = cls._create_article("Washing tomorrow", publish=False)
        cls.withdrawn = cls._create_article("Washing yesterday")
        cls.withdrawn.action_withdraw()
        cls.archived = cls._create_article("Washing never", active=False)
        cls.foreign = cls._create_article(
            "Washing elsewhere", company_id=cls.company_other.id, user_id=cls.stranger.id
        )
        cls.hidden = (
            cls.portal_article
            | cls.internal_article
            | cls.draft
            | cls.withdrawn
            | cls.archived
            | cls.foreign
        )

    def _get(self, path, **options):
        return self.url_open(path, allow_redirects=False, **options)

    def _log_in(self, user):
        self.authenticate(user.login, "an-odd-Passw0rd")

    def test_what_stands_around_a_page_can_be_translated(self):
        frame = self.env.ref("crm_support.help_frame")
        terms = frame._fields["arch_db"].get_trans_terms(frame.arch_db)
        self.assertLessEqual({"Search", "Log in", "What is it about?"}, set(terms))

    def test_strangers_read_what_is_public(self):
        page = self._get(f"/help/{self.public_article.slug}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Turn the valve", page.text)
        self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
        self.assertIn("How to wash panels", self._get("/help").text)

    def test_strangers_meet_nothing_else_anywhere(self):
        for article in self.hidden:
            for path in (article.slug, str(article.id), f"{article.slug}/file/1"):
                page = self._get(f"/help/{path}")
                self.assertEqual(page.status_code, 404, path)
                self.assertNotIn(article.name, page.text)
        for path in (
            "/help",
            "/help?q=washing",
            "/help/suggest?q=washing",
            "/help/sitemap.xml",
            "/help/feed.xml",
        ):
            page = self._get(path)
            self.assertEqual(page.status_code, 200, path)
            for article in self.hidden:
                self.assertNotIn(article.name, page.text, path)
                self.assertNotIn(article.slug, page.text, path)
        self.assertIn(self.public_article.slug, self._get("/help/sitemap.xml").text)
        self.assertIn(self.public_article.name, self._get("/help/feed.xml").text)

    def test_what_is_hidden_looks_like_what_is_not_there(self):
        texts = {
            re.sub(r"/help/[\w-]+", "", self._get(f"/help/{slug}").text)
            for slug in (self.internal_article.slug, "there-is-none")
        }
        self.assertEqual(len(texts), 1)

    def test_customers_who_log_in_read_more(self):
        self._log_in(self.portal)
        for article in (self.public_article, self.portal_article):
            self.assertEqual(self._get(f"/help/{article.slug}").status_code, 200)
        for article in self.hidden - self.portal_article:
            self.assertEqual(self._get(f"/help/{article.slug}").status_code, 404, article.name)
        self.assertIn(self.portal_article.name, self._get("/help?q=washing").text)
        self.assertNotIn(self.internal_article.name, self._get("/help?q=washing").text)
        self.assertNotIn(self.portal_article.slug, self._get("/help/feed.xml").text)
        self.assertIn('href="/help"', self._get("/my").text)

    def test_agents_read_what_is_for_support_and_employees_do_not(self):
        self._log_in(self.agent)
        self.assertEqual(self._get(f"/help/{self.internal_article.slug}").status_code, 200)
        self.assertEqual(self._get(f"/help/{self.draft.slug}").status_code, 404)
        self._log_in(self.employee)
        self.assertEqual(self._get(f"/help/{self.internal_article.slug}").status_code, 404)

    def test_pictures_are_seen_by_whoever_may_read_the_article(self):
        picture, other = self.env["ir.attachment"].create(
            [
                {
                    "name": "a.png",
                    "raw": base64.b64decode(PIXEL),
                    "res_model": "crm.article",
                    "res_id": article.id,
                }
                for article in (self.public_article, self.internal_article)
            ]
        )
        token = picture.generate_access_token()[0]
        self.public_article.body = (
            f'<p><img src="/web/image/{picture.id}?access_token={token}"/></p>'
        )
        self.internal_article.body = f'<p><img src="/web/image/{other.id}"/></p>'
        slug = self.public_article.slug
        page = self._get(f"/help/{slug}")
        self.assertIn(f'src="/help/{slug}/file/{picture.id}"', page.text)
        self.assertNotIn(token, page.text)
        self.assertEqual(
            self._get(f"/help/{slug}/file/{picture.id}").headers["Content-Type"], "image/png"
        )
        for path in (
            f"/help/{slug}/file/{other.id}",
            f"/help/{self.internal_article.slug}/file/{other.id}",
        ):
            self.assertEqual(self._get(path).status_code, 404, path)
        self.assertEqual(self._get(f"/web/content/{other.id}").status_code, 404)
        for number in range(picture.id - 3, picture.id):
            self.assertEqual(self._get(f"/help/{slug}/file/{number}").status_code, 404)
        self.public_article.action_withdraw()
        self.assertEqual(self._get(f"/help/{slug}/file/{picture.id}").status_code, 404)

    def test_files_that_could_run_are_downloaded(self):
        page = self.env["ir.attachment"].create(
            {
                "name": "a.html",
                "raw": b"<script>1</script>",
                "res_model": "crm.article",
                "res_id": self.public_article.id,
            }
        )
        self.public_article.body = f'<p><a href="/web/content/{page.id}?download=true">File</a></p>'
        answer = self._get(f"/help/{self.public_article.slug}/file/{page.id}")
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_a_picture_of_a_new_article_comes_to_belong_to_it(self):
        picture = self.env["ir.attachment"].create(
            {
                "name": "a.png",
                "raw": base64.b64decode(PIXEL),
                "res_model": "crm.article",
                "res_id": 0,
            }
        )
        article = self._create_article("New", body=f'<p><img src="/web/image/{picture.id}"/></p>')
        self.assertEqual(picture.res_id, article.id)

    def test_nothing_that_people_write_runs(self):
        for text in HOSTILE:
            article = self._create_article(text, body=f"<p>washing {text}</p>")
            for path in (
                f"/help/{article.slug}",
                "/help?q=washing",
                f"/help/{article.slug}?said=comment",
            ):
                page = self._get(path)
                tree = etree.HTML(page.text)
                scripts = tree.xpath(
                    "//script[not(@src)] | //iframe | //@onerror | //@onload | //@srcdoc"
                )
                self.assertFalse(scripts, (text, path))
                self.assertFalse(
                    [link for link in tree.xpath("//@href") if link.startswith("javascript:")]
                )
        for text in HOSTILE:
            page = self.opener.get(f"{self.base_url()}/help", params={"q": text})
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("<script>window", page.text)

    def test_the_language_is_the_visitors_and_can_be_chosen(self):
        text = self._create_article(
            "Laver les panneaux", lang="fr_FR", translation_of_id=self.public_article.id
        )
        page = self._get("/help?lang=fr_FR")
        self.assertIn('<html lang="fr-FR"', page.text)
        self.assertIn(f"/help/{text.slug}?lang=fr_FR", page.text)
        self.assertNotIn(f"/help/{self.public_article.slug}", page.text)
        page = self.opener.get(f"{self.base_url()}/help", headers={"Accept-Language": "fr"})
        self.assertIn("Laver les panneaux", page.text)
        page = self._get(f"/help/{text.slug}?lang=en_US")
        self.assertIn('<html lang="en-US"', page.text)
        self.assertIn('<article lang="fr-FR"', page.text)
        self.assertIn(f"/help/{self.public_article.slug}", page.text)
        self.assertEqual(self._get("/help?lang=xx_XX").status_code, 200)

    def test_the_tree_leads_down_and_up_again(self):
        section = self._create_article("Panels")
        hidden = self._create_article("Hidden section", audience="internal")
        below = self._create_article("Below panels", parent_id=section.id)
        promoted = self._create_article("Below hidden", parent_id=hidden.id)
        home = self._get("/help").text
        for article in (section, below, promoted):
            self.assertIn(article.name, home)
        self.assertNotIn("Hidden section", home)
        page = self._get(f"/help/{below.slug}").text
        self.assertIn(f'<a href="/help/{section.slug}"', page)
        self.assertNotIn("Hidden section", self._get(f"/help/{promoted.slug}").text)
        self.assertIn(below.name, self._get(f"/help/{section.slug}").text)

    def test_a_visitor_says_once_whether_it_helped(self):
        slug = self.public_article.slug
        for answer, comment in (
            ("yes", ""),
            ("no", ""),
            ("no", "<script>alert(1)</script> and a picture"),
        ):
            token = re.search(
                r'name="csrf_token" value="([^"]+)"', self._get(f"/help/{slug}").text
            )[1]
            values = {"csrf_token": token, "helpful": answer, "comment": comment}
            self.assertEqual(self._get(f"/help/{slug}/feedback", data=values).status_code, 303)
        [feedback] = self.public_article.feedback_ids
        self.assertFalse(feedback.is_helpful)
        self.assertEqual(feedback.comment, "<script>alert(1)</script> and a picture")
        self.assertEqual(self.public_article.unhelpful_count, 1)
        self.assertEqual(self.articles.search([("unhelpful_count", ">", 0)]), self.public_article)
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._get(f"/help/{slug}").text)[1]
        hidden = {"csrf_token": token, "helpful": "no"}
        self.assertEqual(
            self._get(f"/help/{self.internal_article.slug}/feedback", data=hidden).status_code, 404
        )
        self.assertFalse(self.internal_article.feedback_ids)

    def test_looking_changes_nothing(self):
        before = (
            self.env["crm.article.day"].search_count([]),
            self.env["crm.article.gap"].search_count([]),
        )
        self._get(f"/help/{self.public_article.slug}")
        self._get("/help?q=nowhere")
        self._get(f"/help/{self.public_article.slug}/feedback")
        after = (
            self.env["crm.article.day"].search_count([]),
            self.env["crm.article.gap"].search_count([]),
        )
        self.assertEqual(before, after)
        self.assertFalse(self.public_article.feedback_ids)

    def test_what_is_read_suggested_and_missed_is_counted(self):
        slug = self.public_article.slug
        for kind in ("views", "shown", "opened", "sent", "nonsense"):
            self._get(
                "/help/note",
                data={"kind": kind, "slugs": f"{slug},{self.internal_article.slug},none"},
            )
        days = self.env["crm.article.day"].search(
            [("article_id", "in", (self.public_article | self.hidden).ids)]
        )
        self.assertEqual(days.article_id, self.public_article)
        for kind in ("views", "shown", "opened", "sent"):
            self.assertEqual(sum(days.mapped(kind)), 1, kind)
        self.assertEqual(self.public_article.deflected_count, 0)
        for text in ("washing panels", "Xylophone Zebra!"):
            self._get("/help/note", data={"kind": "missed", "q": text})
        gaps = self.env["crm.article.gap"].search([("company_id", "=", self.company.id)])
        self.assertEqual(gaps.mapped("query"), ["xylophone zebra"])

    def test_articles_are_suggested_while_somebody_types(self):
        answer = self._get("/help/suggest?q=my panels need wash")
        suggestion = answer.json()[0]
        self.assertEqual(suggestion["title"], self.public_article.name)
        self.assertEqual(suggestion["url"], f"/help/{self.public_article.slug}")
        self.assertIn("max-age", answer.headers["Cache-Control"])
        self.assertEqual(self._get("/help/suggest").json(), [])
        self.assertEqual(self._get("/help/suggest?q=%00%27%5C").json(), [])
        self._log_in(self.portal)
        slugs = [one["slug"] for one in self._get("/help/suggest?q=washing").json()]
        self.assertIn(self.portal_article.slug, slugs)
        self.assertNotIn(self.internal_article.slug, slugs)

    def test_a_flood_of_searches_is_stopped(self):
        with patch.dict(LIMITS, {"search": 3, "note": 1}):
            codes = [self._get("/help?q=wash").status_code for _ in range(5)]
            notes = [self._get("/help/note", data={"kind": "views"}).status_code for _ in range(2)]
        self.assertEqual(codes, [200, 200, 200, 429, 429])
        self.assertEqual(notes, [200, 429])
        self.assertEqual(self._get(f"/help/{self.public_article.slug}").status_code, 200)

    def test_the_help_is_that_of_the_company_whose_site_it_is(self):
        self.company.website = False
        self.company_other.website = "127.0.0.1"
        page = self._get("/help").text
        self.assertIn(self.foreign.name, page)
        self.assertNotIn(self.public_article.name, page)
