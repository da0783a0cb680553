# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .article_common import HOSTILE, CrmArticleCase

REPLY = Markup(
    "<p>Dear Test Contact,</p><p>Press the red button. We write to contact@customer.example.</p>"
    '<img src="x" onerror="alert(1)"/><blockquote>I am Test Contact</blockquote>'
)


@tagged("post_install", "-at_install")
class TestArticles(CrmArticleCase):
    # -- Writing and publishing --------------------------------------------------------------------

    def test_an_agent_writes_a_draft_that_a_lead_publishes(self):
        form = Form(self.articles.with_user(self.agent))
        form.name = "Clean the filter"
        form.audience = "public"
        article = form.save()
        self.assertEqual(article.state, "draft")
        with self.assertRaises(AccessError):
            article.action_publish()
        with self.assertRaises(AccessError):
            article.state = "published"
        article.with_user(self.lead).action_publish()
        self.assertEqual(article.state, "published")
        self.assertTrue(article.date_published)

    def test_an_agent_does_not_make_a_published_article(self):
        with self.assertRaises(AccessError):
            self.articles.with_user(self.agent).create({"name": "Done", "state": "published"})

    def test_an_agent_does_not_change_what_is_published(self):
        article = self._create_article()
        with self.assertRaises(AccessError):
            article.with_user(self.agent).body = "<p>Something else</p>"
        article.with_user(self.lead).body = "<p>Corrected</p>"
        self.assertIn("Corrected", article.body)

    def test_managers_alone_delete(self):
        article = self._create_article(publish=False)
        with self.assertRaises(AccessError):
            article.with_user(self.lead).unlink()
        article.with_user(self.manager).unlink()
        self.assertFalse(article.exists())

    def test_earlier_texts_are_kept(self):
        article = self._create_article(body="<p>First</p>")
        article.body = "<p>Second</p>"
        [revision] = article.html_field_history["body"]
        self.assertIn(
            "First",
            article.html_field_history_get_content_at_revision("body", revision["revision_id"]),
        )

    def test_earlier_texts_are_for_readers_and_restored_by_writers(self):
        article = self._create_article(body="<p>First</p>")
        article.body = "<p>Second</p>"
        earlier = article.html_field_history_get_content_at_revision("body", 1)
        public = self.env.ref("base.public_user")
        for user in (self.employee, self.portal, public, self.stranger):
            for ask in (
                "html_field_history_get_content_at_revision",
                "html_field_history_get_comparison_at_revision",
                "html_field_history_get_unified_diff_at_revision",
            ):
                article.invalidate_recordset()
                with self.assertRaises(AccessError, msg=f"{user.login}: {ask}"):
                    getattr(article.with_user(user), ask)("body", 1)
        read = article.with_user(self.agent)
        self.assertIn("First", read.html_field_history_get_comparison_at_revision("body", 1))
        self.assertFalse(read.has_access("write"))
        with self.assertRaises(AccessError):
            read.body = earlier
        article.with_user(self.lead).body = earlier
        self.assertEqual(article.body, "<p>First</p>")
        self.assertEqual(len(article.html_field_history_metadata["body"]), 2)

    def test_what_is_written_is_cleaned(self):
        for text in HOSTILE:
            article = self._create_article(text, body=f"<p>{text}</p>")
            for forbidden in ("<script", "onerror", "onload", "javascript:", "<iframe", "srcdoc"):
                self.assertNotIn(forbidden, article.body or "", text)
            self.assertRegex(article.slug, r"^[a-z0-9-]+$")

    # -- Readers, companies, places ----------------------------------------------------------------

    def test_others_see_no_articles(self):
        article = self._create_article()
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                article.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            article.with_user(self.stranger).read(["name"])
        self.assertFalse(self.articles.with_user(self.stranger).search([("id", "=", article.id)]))

    def test_an_article_without_company_is_everybodys(self):
        article = self._create_article(company_id=False)
        for user in (self.agent, self.stranger):
            self.assertEqual(article.with_user(user).name, "Clean the filter")

    def test_an_article_does_not_stand_below_itself(self):
        top = self._create_article()
        below = self._create_article("Below", parent_id=top.id)
        with self.assertRaises(UserError):
            top.parent_id = below

    def test_a_translation_is_for_the_readers_of_its_original(self):
        original = self._create_article(audience="internal")
        text = self._create_article(
            "Nettoyer le filtre", lang="fr_FR", translation_of_id=original.id, audience="internal"
        )
        with self.assertRaises(ValidationError):
            text.audience = "public"
        original.audience = "portal"
        self.assertEqual(text.audience, "portal")

    def test_a_translation_follows_its_original_out_of_sight(self):
        original = self._create_article()
        text = self._create_article(
            "Nettoyer", publish=False, lang="fr_FR", translation_of_id=original.id
        )
        text.action_publish()
        original.with_user(self.lead).state = "archived"
        self.assertEqual(text.state, "archived")
        with self.assertRaises(ValidationError):
            text.action_publish()

    def test_translations_have_no_translations(self):
        original = self._create_article()
        text = self._create_article("Nettoyer", lang="fr_FR", translation_of_id=original.id)
        with self.assertRaises(ValidationError):
            self._create_article("Säubern", translation_of_id=text.id)

    # -- Addresses ---------------------------------------------------------------------------------

    def test_an_address_stays_once_readers_may_know_it(self):
        article = self._create_article("Réinitialiser l'accès", publish=False)
        self.assertEqual(
            article.slug,
            "reinitialiser-l-acces" if "-l-" in article.slug else "reinitialiser-lacces",
        )
        article.name = "Another title"
        self.assertEqual(article.slug, "another-title")
        article.action_publish()
        article.name = "A third title"
        self.assertEqual(article.slug, "another-title")

    def test_addresses_are_never_the_same(self):
        first = self._create_article("Same")
        both = self.articles.create([{"name": "Same"}, {"name": "Same"}])
        self.assertEqual([first.slug, *both.mapped("slug")], ["same", "same-2", "same-3"])
        self.assertNotEqual(self._create_article("Suggest").slug, "suggest")
        self.assertTrue(self._create_article("???").slug)

    # -- Reviews -----------------------------------------------------------------------------------

    def _ask(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_support.ir_cron_crm_article_review").method_direct_trigger()

    def test_the_owner_is_asked_once_for_each_date(self):
        today = fields.Date.context_today(self.env.user)
        due = self._create_article(review_date=today)
        later = self._create_article("Later", review_date=today + timedelta(days=2))
        draft = self._create_article("Draft", publish=False, review_date=today)
        self._ask()
        self._ask()
        self.assertEqual(due.activity_ids.user_id, self.lead)
        self.assertEqual(len(due.activity_ids), 1)
        self.assertFalse((later | draft).activity_ids)
        due.with_user(self.lead).action_reviewed()
        self.assertFalse(due.activity_ids)
        self.assertGreater(due.review_date, today)
        with freeze_time(due.review_date + timedelta(days=3)):
            self._ask()
        self.assertEqual(len(due.activity_ids), 1)

    def test_owners_say_that_it_is_still_right_and_others_do_not(self):
        article = self._create_article(review_date="2024-01-10", user_id=self.agent.id)
        self._ask()
        with self.assertRaises(AccessError):
            article.with_user(self.agent_outside).action_reviewed()
        article.with_user(self.agent).action_reviewed()
        self.assertFalse(article.activity_ids)
        self.assertGreater(article.review_date, fields.Date.context_today(article))

    def test_an_article_whose_owner_left_holds_up_nobody(self):
        today = fields.Date.context_today(self.env.user)
        gone = self._create_article(review_date=today, user_id=self.agent.id)
        due = self._create_article("Due", review_date=today)
        self.agent.active = False
        self._ask()
        self.assertFalse(gone.activity_ids)
        self.assertTrue(due.activity_ids)

    # -- Tickets -----------------------------------------------------------------------------------

    def test_an_article_is_made_of_a_ticket_without_who_asked(self):
        ticket = self._create_ticket(
            "Test Contact cannot log in",
            partner_id=self.contact.id,
            description="<p>I am Test Contact</p>",
        )
        ticket.message_post(
            body="My number is 07 01 02 03 04",
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        ticket.with_user(self.agent).message_post(
            body=REPLY, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.with_user(self.agent).message_post(body="Secret note", subtype_xmlid="mail.mt_note")
        action = ticket.with_user(self.agent).action_make_article()
        article = self.articles.browse(action["res_id"])
        self.assertEqual((article.state, article.audience), ("draft", "internal"))
        text = f"{article.name} {article.body}"
        for personal in (
            "Test Contact",
            "contact@customer.example",
            "07 01 02 03 04",
            "Test Customer",
            "Secret",
            "onerror",
        ):
            self.assertNotIn(personal, text)
        self.assertIn("Press the red button", article.body)
        self.assertIn(article, ticket.article_source_ids)
        self.assertEqual(article.ticket_count, 1)
        self.assertEqual(ticket.with_user(self.agent).article_count, 1)

    def test_an_agent_finds_an_article_and_sends_it(self):
        article = self._create_article(body="<p>Rinse the <b>sieve</b>.</p>")
        internal = self._create_article("Filter: what we do not say", audience="internal")
        ticket = self._create_ticket("How to clean filters?", partner_id=self.contact.id).with_user(
            self.agent
        )
        picking = (
            self.env["crm.article.pick"]
            .with_user(self.agent)
            .browse(ticket.action_find_article()["res_id"])
        )
        self.assertEqual(picking.article_ids[0], article)
        picking.query = "filter"
        self.assertEqual(picking.article_ids & (article | internal), article | internal)
        found = article.with_user(self.agent).with_context(crm_ticket_id=ticket.id)
        action = found.action_insert_link()
        self.assertIn(f"/help/{article.slug}", action["context"]["default_body"])
        self.assertIn("<b>sieve</b>", found.action_insert_text()["context"]["default_body"])
        self.assertEqual(ticket.article_ids, article)
        composer = Form(
            self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        ).save()
        composer.action_send_mail()
        self.assertIn(f"/help/{article.slug}", ticket.message_ids[0].body)
        self.assertTrue(ticket.date_first_reply)

    def test_what_is_for_support_is_not_sent_to_customers(self):
        ticket = self._create_ticket(partner_id=self.contact.id)
        internal = self._create_article(audience="internal")
        draft = self._create_article("Draft", publish=False)
        for article in (internal, draft):
            found = article.with_user(self.agent).with_context(crm_ticket_id=ticket.id)
            with self.assertRaises(UserError):
                found.action_insert_link()
            with self.assertRaises(UserError):
                found.action_insert_text()
        self.assertFalse(ticket.article_ids)

    def test_who_does_not_see_a_ticket_sends_nothing_to_it(self):
        article = self._create_article(company_id=False)
        ticket = self._create_ticket(partner_id=self.contact.id)
        with self.assertRaises(AccessError):
            article.with_user(self.stranger).with_context(
                crm_ticket_id=ticket.id
            ).action_insert_link()
        with self.assertRaises(UserError):
            article.with_user(self.agent).action_insert_link()

    # -- Gaps --------------------------------------------------------------------------------------

    def test_gaps_are_searches_bad_articles_and_bare_categories(self):
        gaps = self.env["crm.article.gap"].with_user(self.portal)
        for text in ("Étiquette, facture 20241118 !", "etiquette FACTURE", "aya@kora.example"):
            gaps._note(text, "portal", self.company)
        bad = self._create_article("Useless")
        self.env["crm.article.feedback"]._give(bad, "a", "public", False)
        self.env["crm.article.feedback"]._give(bad, "b", "public", True)
        bare, helped = self.env["crm.ticket.category"].create(
            [{"name": "Bare"}, {"name": "Helped"}]
        )
        self._create_article("Help", category_ids=helped.ids)
        for category in (bare, bare, helped):
            self._create_ticket(category_id=category.id)
        report = (
            self.env["crm.article.gap.report"]
            .with_user(self.lead)
            .search([("company_id", "=", self.company.id)])
        )
        self.assertCountEqual(
            report.mapped(lambda gap: (gap.kind, gap.name, gap.weight)),
            [
                ("search", "etiquette facture", 2),
                ("feedback", "Useless", 1),
                ("category", "Bare", 2),
            ],
        )
        self.assertFalse(
            self.env["crm.article.gap.report"]
            .with_user(self.stranger)
            .search([("company_id", "=", self.company.id)])
        )
        by_kind = {gap.kind: gap for gap in report}
        self.assertEqual(by_kind["feedback"].action_close_gap()["res_id"], bad.id)
        new = by_kind["category"].action_close_gap()
        self.assertEqual(
            Form(self.articles.with_user(self.lead).with_context(**new["context"])).name, "Bare"
        )

    def test_old_searches_are_forgotten(self):
        gaps = self.env["crm.article.gap"]
        with freeze_time("2024-01-10"):
            gaps._note("forgotten pump", "public", self.company)
        gaps._note("fresh pump", "public", self.company)
        gaps._gc_gaps()
        self.assertEqual(
            gaps.search([("company_id", "=", self.company.id)]).mapped("query"), ["fresh pump"]
        )

    def test_the_night_adds_up_what_the_day_counted(self):
        article = self._create_article()
        days = self.env["crm.article.day"]
        for kind in ("views", "views", "shown", "opened", "opened", "sent"):
            days._count(article, kind, "public")
        self.assertEqual((article.view_count, article.deflected_count), (2, 1))
        days._gc_add_up()
        [day] = days.search([("article_id", "=", article.id)])
        self.assertEqual(
            (day.views, day.shown, day.opened, day.sent, day.deflected), (2, 1, 2, 1, 1)
        )
        days._gc_add_up()
        article.invalidate_recordset()
        self.assertEqual((article.view_count, article.deflected_count), (2, 1))
