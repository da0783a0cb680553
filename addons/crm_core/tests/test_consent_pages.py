# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The public pages of the ledger: looking changes nothing, and only the holder of a good link decides."""

from datetime import timedelta

from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .test_consent import ADA, ConsentCase

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@tagged("post_install", "-at_install")
class TestConsentPages(ConsentCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.url = self._link()

    def _link(self, purpose="marketing", address=ADA, channel="email", company=None):
        url = self.consents._get_opt_out_url(address, channel, purpose, company or self.company)
        return self._path(url)

    def _path(self, url):
        return url[url.index("/crm/opt-") :]

    def _rows(self):
        return self.consents.search([("address", "=", ADA)])

    def test_looking_ten_times_changes_nothing(self):
        for _time in range(10):
            self.assertEqual(self.url_open(self.url).status_code, 200)
            answer = self.opener.head(self.base_url() + self.url, timeout=30)
            self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.assertFalse(self._rows())

    def test_the_question_to_an_erased_person_is_gone(self):
        asked = self.consents._ask(ADA, wording="News?", company=self.company)
        url = self._path(asked._get_opt_in_url())
        self.assertEqual(self.url_open(url).status_code, 200)
        asked._replace_addresses_by_fingerprints()
        for answer in (self.url_open(url), self.url_open(url, data={"yes": "1"})):
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn("erased", answer.text)

    def test_the_page_says_what_will_happen(self):
        answer = self.url_open(self.url)
        for text in ("Stop these messages?", "Test France", "News and offers", "E-mail", ADA):
            self.assertIn(text, answer.text)
        self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertTrue(answer.text.lstrip().startswith("<!DOCTYPE html>"))

    def test_posting_twice_withdraws_once(self):
        for _time in range(2):
            answer = self.url_open(self.url, data={"stop": "1"})
            self.assertEqual(answer.status_code, 200)
            self.assertIn("You will not receive these messages any more", answer.text)
        said = self._rows()
        self.assertEqual(said.mapped("decision"), ["withdrawn"])
        self.assertEqual((said.source, said.company_id), ("link", self.company))
        self.assertIn("News and offers", said.wording)
        self.assertEqual(said.ip_hash, self.consents._hash_ip("127.0.0.1"))
        self.assertFalse(said.user_id)
        self.assertEqual(self._held("marketing"), "withdrawn")
        self.assertIsNone(self._held("sales"))

    def test_a_mail_program_withdraws_in_one_click(self):
        for form in ({"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
            self.opener.cookies.clear()
            answer = self.opener.post(self.base_url() + self.url, timeout=30, **form)
            self.assertEqual((answer.status_code, answer.text), (200, "You are unsubscribed."))
        self.assertEqual(self._rows().mapped("decision"), ["withdrawn"])

    def test_a_mistake_is_taken_back_with_proof(self):
        self.assertIn("It was a mistake", self.url_open(self.url, data={"stop": "1"}).text)
        for _time in range(2):
            answer = self.url_open(self.url, data={"keep": "1"})
            self.assertIn("You go on receiving these messages", answer.text)
        self.assertEqual(self._rows().mapped("decision"), ["granted", "withdrawn"])
        self.assertIn("It was a mistake: keep me", self._rows()[0].wording)
        self.assertEqual(self._held("marketing"), "granted")

    def test_keeping_what_was_never_stopped_agrees_to_nothing(self):
        self.assertEqual(self.url_open(self.url, data={"keep": "1"}).status_code, 200)
        self.assertFalse(self._rows())

    def test_a_link_without_purpose_stops_all_but_service(self):
        url = self._link(purpose=False)
        self.assertIn("All messages but those about your orders", self.url_open(url).text)
        self.url_open(url, data={"stop": "1"})
        self.assertEqual(self._held_by_purpose(), ["withdrawn", "withdrawn", "withdrawn", None])
        self.assertIn("any more", self.url_open(url).text)

    def test_links_of_other_channels_work(self):
        url = self._link(address="+2250707123456", channel="whatsapp")
        self.assertIn("WhatsApp", self.url_open(url).text)
        self.url_open(url, data=ONE_CLICK)
        held = self._held("marketing", address="+2250707123456", channel="whatsapp")
        self.assertEqual(held, "withdrawn")

    def test_what_is_no_link_of_ours_gets_one_answer(self):
        start, token = self.url.rsplit("/", 1)
        other = "A" if token[-5] != "A" else "B"
        bodies = set()
        for bad in (
            token[:-4],
            token[:-5] + other + token[-4:],
            token + "AAAA",
            token[:30],
            "x",
            "é" * 50,
            "..%2f..%2fetc",
            "%00",
            "A" * 5000,
        ):
            for method in ("get", "post"):
                with self.subTest(token=bad[:20], method=method):
                    data = ONE_CLICK if method == "post" else None
                    answer = self._open_unlimited(f"{start}/{bad}", data)
                    self.assertEqual(answer.status_code, 404)
                    if len(bad) < 5000 and "%2f" not in bad:
                        bodies.add(answer.text)
        self.assertEqual(len(bodies), 1)
        self.assertFalse(self._rows())

    def _open_unlimited(self, path, data=None):
        self.env["crm.consent.failure"].search([]).unlink()
        return self.url_open(path, data=data)

    def test_links_of_another_database_are_no_links_of_ours(self):
        parameters = self.env["ir.config_parameter"]
        for name in ("database.uuid", "database.secret"):
            before = parameters.get_param(name)
            parameters.set_param(name, "another database")
            self.assertEqual(self.url_open(self.url).status_code, 404)
            parameters.set_param(name, before)
        self.assertEqual(self.url_open(self.url).status_code, 200)

    def test_a_link_for_one_page_opens_no_other(self):
        asked = self.consents._ask(ADA, wording="News")
        opt_in = self._path(asked._get_opt_in_url())
        self.assertEqual(self.url_open(self.url.replace("opt-out", "opt-in")).status_code, 404)
        self.assertEqual(self.url_open(opt_in.replace("opt-in", "opt-out")).status_code, 404)

    def test_a_company_that_is_gone_has_no_page(self):
        company = self.env["res.company"].create({"name": "Short-lived"})
        url = self._link(company=company)
        company.unlink()
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_garbage_in_a_good_links_form_does_no_harm(self):
        url = self.base_url() + self.url
        for body in (
            {"data": b"\xff\xfe\x00" * 100},
            {"data": "keep=1&keep=2&self=3&token=x&List-Unsubscribe="},
            {"data": {"self": "1", "link": "2", "kwargs": "3", "answer": "4"}},
            {"files": {"keep": ("x.bin", b"1" * 1000)}},
            {"data": b'{"a":', "headers": {"Content-Type": "application/json"}},
            {"data": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        ):
            answer = self.opener.post(url, timeout=30, **body)
            self.assertLess(answer.status_code, 500, body)
            self.assertNotIn("Traceback", answer.text)

    def test_wrong_links_are_limited_by_where_they_come_from_and_good_ones_never(self):
        codes = [self.url_open(f"{self.url}x").status_code for _time in range(25)]
        self.assertEqual(codes, [404] * 20 + [429] * 5)
        self.assertEqual(self.url_open(self.url).status_code, 200)
        self.assertEqual(self.url_open(self.url, data=ONE_CLICK).status_code, 200)
        failures = self.env["crm.consent.failure"]
        self.assertEqual(failures.search_count([]), 20)
        with freeze_time(failures.search([], limit=1).date + timedelta(minutes=11)):
            failures._gc_failures()
        self.assertFalse(failures.search_count([]))

    # -- Double opt-in ---

    def _ask(self, **options):
        asked = self.consents._ask(ADA, wording="Our news once a month", **options)
        return asked, self._path(asked._get_opt_in_url())

    def test_looking_at_a_question_does_not_answer_it(self):
        asked, url = self._ask(company=self.company)
        for _time in range(10):
            answer = self.url_open(url)
            self.opener.head(self.base_url() + url, timeout=30)
        for text in ("Do you agree?", "Our news once a month", "Test France", ADA):
            self.assertIn(text, answer.text)
        self.assertEqual(self._rows(), asked)

    def test_answering_agrees_once_with_proof(self):
        asked, url = self._ask(company=self.company)
        for _time in range(2):
            answer = self.url_open(url, data={"yes": "1"})
            self.assertIn("Thank you, it is confirmed", answer.text)
        said = self._rows() - asked
        self.assertEqual(said.mapped("decision"), ["granted"])
        self.assertEqual(said.ip_hash, self.consents._hash_ip("127.0.0.1"))
        self.assertEqual(said.wording, "Our news once a month")
        self.assertEqual(self._held("marketing"), "granted")

    def test_the_page_speaks_the_language_of_the_question(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        _asked, url = self._ask(lang="fr_FR")
        self.assertIn('lang="fr-FR"', self.url_open(url).text)
        headers = {"Accept-Language": "fr-FR"}
        self.assertIn('lang="fr-FR"', self.url_open(self.url, headers=headers).text)

    def test_a_link_older_than_a_week_says_so_and_offers_nothing(self):
        asked, url = self._ask()
        self.env.cr.execute("UPDATE crm_consent SET date = date - interval '8 days'")
        asked.invalidate_recordset()
        for data in (None, {"yes": "1"}):
            answer = self.url_open(url, data=data)
            self.assertEqual(answer.status_code, 410)
            self.assertIn("This link has expired", answer.text)
            self.assertNotIn("<form", answer.text)
        self.assertEqual(self._rows(), asked)

    def test_an_old_question_does_not_undo_a_later_withdrawal(self):
        _asked, url = self._ask()
        self.url_open(url, data={"yes": "1"})
        self._say("withdrawn", "marketing")
        self.assertEqual(self.url_open(url, data={"yes": "1"}).status_code, 410)
        self.assertEqual(self._held("marketing"), "withdrawn")

    def test_forged_questions_get_the_answer_of_wrong_links(self):
        _asked, url = self._ask()
        for bad in (url[:-4], url + "AAAA", "/crm/opt-in/x"):
            self.assertEqual(self.url_open(bad, data={"yes": "1"}).status_code, 404)
        self.assertIsNone({"granted": 1}.get(self._held("marketing")))

    @mute_logger("odoo.http")
    def test_other_methods_are_refused(self):
        for method in ("put", "delete", "patch"):
            answer = getattr(self.opener, method)(self.base_url() + self.url, timeout=30)
            self.assertEqual(answer.status_code, 405)
        self.assertFalse(self._rows())
