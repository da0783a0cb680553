# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer's page: looking keeps nothing, the last answer counts, strangers learn nothing."""

import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_core.models.crm_consent_failure import LIMIT

from .common import CrmSupportCase

FORM = re.compile(r'name="form" value="([\w-]+)"')


@tagged("post_install", "-at_install")
class TestSatisfactionPage(CrmSupportCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact.lang = "en_US"
        cls.rule = cls.env["crm.satisfaction.rule"].create({"team_id": cls.team.id})
        cls.question = cls._create_question()
        cls.path = cls.question._get_path()

    @classmethod
    def _create_question(cls, **values):
        ticket = cls._create_ticket(partner_id=cls.contact.id)
        now = fields.Datetime.now()
        defaults = {
            "key": f"{ticket.id}:0",
            "ticket_id": ticket.id,
            "rule_id": cls.rule.id,
            "kind": "csat",
            "company_id": cls.company.id,
            "team_id": cls.team.id,
            "partner_id": cls.contact.id,
            "email": cls.contact.email,
            "state": "asked",
            "date_asked": now,
            "date_expiry": now + timedelta(days=30),
        }
        return cls.env["crm.satisfaction"].create({**defaults, **values})

    def _post(self, path=None, **values):
        """Open the page and send its form."""
        page = self.url_open(path or self.path)
        form = FORM.search(page.text)
        sent = {"form": form and form[1], **values}
        answer = self.url_open(path or self.path, data=sent, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def test_scanners_that_open_every_link_change_nothing(self):
        for score in range(1, 6):
            page = self.url_open(f"{self.path}?score={score}")
            self.assertEqual(page.status_code, 200)
            self.assertEqual(len(re.findall('checked="checked"', page.text)), 1)
            self.assertRegex(page.text, rf'value="{score}" checked="checked"')
        self.url_open(self.path, data={"score": "1"})
        self.env.invalidate_all()
        self.assertEqual((self.question.state, self.question.votes), ("asked", 0))

    def test_a_customer_answers_and_the_last_answer_counts_for_a_week(self):
        answer = self._post(score="4", comment="Quick & kind")
        self.assertEqual(answer.status_code, 303)
        thanks = self.url_open(answer.headers["Location"])
        self.assertIn("Thank you for your answer", thanks.text)
        self.assertIn("Quick &amp; kind", thanks.text)
        self.assertEqual((self.question.score, self.question.comment), (4, "Quick & kind"))
        self._post(score="2", comment="")
        self.assertEqual((self.question.score, self.question.votes), (2, 2))
        self.assertFalse(self.question.comment)
        self.question.date_answered -= timedelta(days=8)
        self.env.flush_all()
        page = self.url_open(self.path)
        self.assertIn("It cannot be changed any more", page.text)
        self.assertNotIn("<form", page.text)
        self._post(score="5", form=self.question._sign_form())
        self.assertEqual(self.question.score, 2)

    def test_a_score_off_the_scale_or_none_is_refused_and_nothing_is_lost(self):
        for wrong in ("", "0", "6", "-1", "4.5", "1e0", "４", "x" * 500):
            answer = self._post(score=wrong, comment="My <b>words</b>")
            self.assertEqual(answer.status_code, 422)
            self.assertIn('role="alert"', answer.text)
            self.assertIn("My &lt;b&gt;words&lt;/b&gt;", answer.text)
        self.assertEqual(self.question.state, "asked")
        nps = self._create_question(kind="nps")
        self.assertEqual(self._post(nps._get_path(), score="0").status_code, 303)
        self.assertEqual((nps.state, nps.score, nps.result), ("answered", 0, -100.0))

    def test_a_form_of_another_question_is_not_taken(self):
        other = self._create_question()
        answer = self._post(score="5", form=other._sign_form())
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(self.question.state, "asked")

    def test_wrong_cut_and_foreign_links_are_all_alike_and_limited(self):
        token = self.path.rpartition("/")[2]
        foreign = self.question._sign_form()
        wrong = [token[:-1], token[:40], token[::-1], "x", "a" * 5000, foreign, "%00", "é" * 50]
        with mute_logger("odoo.http"):
            pages = [self.url_open(f"/satisfaction/{one}") for one in wrong]
            self.assertEqual({page.status_code for page in pages}, {404})
            self.assertEqual(len({page.text for page in pages}), 1)
            more = [self.url_open(f"/satisfaction/{n}{token[:-4]}") for n in range(LIMIT)]
        self.assertEqual(more[-1].status_code, 429)
        self.assertEqual(self.url_open(self.path).status_code, 200, "good links are not limited")
        self.assertEqual(self.question.state, "asked")

    def test_the_link_of_a_deleted_ticket_says_so_politely(self):
        self.question.ticket_id.unlink()
        page = self.url_open(self.path)
        self.assertEqual(page.status_code, 410)
        self.assertIn("nothing to answer any more", page.text)
        self.assertEqual(self._post(score="3").status_code, 410)

    def test_a_question_that_was_open_long_enough_is_closed(self):
        self.question.date_expiry = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.assertIn("This question is closed", self.url_open(self.path).text)
        self._post(score="5", form=self.question._sign_form())
        self.assertEqual(self.question.state, "asked")

    def test_who_is_logged_in_as_somebody_else_is_refused(self):
        self.authenticate(self.portal.login, self.portal.login)
        refused = self.url_open(f"{self.path}?score=1")
        unknown = self.url_open("/satisfaction/unknown")
        self.assertEqual((refused.status_code, refused.text), (404, unknown.text))
        self._post(score="1", form=self.question._sign_form())
        self.authenticate(self.agent.login, self.agent.login)
        self.assertEqual(self.url_open(self.path).status_code, 403)
        self._post(score="5", form=self.question._sign_form())
        self.assertEqual(self.question.state, "asked")

    def test_who_was_asked_answers_logged_in_too_and_so_does_a_colleague_of_the_customer(self):
        colleague = new_test_user(self.env, "support_colleague", groups="base.group_portal")
        colleague.partner_id.parent_id = self.customer
        self.authenticate("support_colleague", "support_colleague")
        self.assertEqual(self._post(score="3").status_code, 303)
        self.assertEqual(self.question.score, 3)

    def test_what_is_written_anywhere_is_text_on_the_page(self):
        attack = '"><script>alert(1)</script>'
        self.question.ticket_id.name = attack
        self.company.name = attack
        self.env.flush_all()
        self._post(score="3", comment=attack + "</textarea><img src=x onerror=alert(1)>")
        for path in (self.path, f"{self.path}?score={attack}&thanks=1"):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("<script", page.text)
            self.assertNotIn("<img", page.text)
            self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])

    def test_the_page_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.env.flush_all()
        self.assertIn('<html lang="fr-FR">', self.url_open(self.path).text)

    def test_the_page_can_be_used_with_a_keyboard_and_read_aloud(self):
        page = self.url_open(self.path).text
        self.assertIn("<legend>", page)
        self.assertEqual(page.count('type="radio"'), 5)
        self.assertIn('<label class="field" for="comment">', page)
        self.assertNotIn("<script", page)
        page = self.url_open(self._create_question(kind="ces")._get_path()).text
        self.assertEqual(page.count('type="radio"'), 7)
        self.assertIn("Strongly agree", page)

    def test_figures_show_where_chosen_and_with_answers_enough(self):
        path = "/satisfaction/team/test-support"
        self.assertEqual(self.url_open(path).status_code, 404)
        self.team.satisfaction_is_public = True
        for number in range(9):
            self._create_answer(4 if number else 1)
        self.env.flush_all()
        self.assertEqual(self.url_open(path).status_code, 404)
        self._create_answer(5)
        self._create_answer(1, date_answered=fields.Datetime.now() - timedelta(days=400))
        self.env.flush_all()
        page = self.url_open(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("90.0", page.text)
        answer = self.url_open(f"{path}?format=json").json()
        self.assertEqual(answer["figures"], {"csat": {"value": 90.0, "answers": 10}})
        self.assertEqual(self.url_open("/satisfaction/team/Test_Support").status_code, 404)

    def _create_answer(self, score, **values):
        now = fields.Datetime.now()
        defaults = {"state": "answered", "score": score, "date_answered": now}
        return self._create_question(**{**defaults, **values})
