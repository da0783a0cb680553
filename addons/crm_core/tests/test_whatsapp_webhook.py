# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import HttpCase, tagged

from .whatsapp_common import AWA, WhatsappCase, delivery, sign, text_message


@tagged("post_install", "-at_install")
class TestWhatsappWebhook(HttpCase, WhatsappCase):
    def setUp(self):
        super().setUp()
        self.path = f"/crm/whatsapp/webhook/{self.account.webhook_token}"

    def _post(self, payload, *, path=None, signature=None, **headers):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signature = sign(body) if signature is None else signature
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature, **headers}
        answer = self.url_open(path or self.path, data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def _verify(self, **query):
        return self.url_open(
            self.path, params={f"hub.{key}": value for key, value in query.items()}
        )

    def _count(self):
        return self.Message.search_count([]) + self.Event.search_count([])

    def test_meta_verifies_the_address_with_the_token_and_gets_its_challenge_back(self):
        answer = self._verify(
            mode="subscribe", verify_token=self.account.verify_token, challenge="<b>1158201444</b>"
        )
        self.assertEqual((answer.status_code, answer.text), (200, "<b>1158201444</b>"))
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_a_wrong_verify_token_learns_nothing(self):
        token = self.account.verify_token
        for query in (
            {"mode": "subscribe", "verify_token": "wrong", "challenge": "1"},
            {"mode": "unsubscribe", "verify_token": token, "challenge": "1"},
            {"verify_token": token},
            {"mode": "subscribe", "verify_token": "é", "challenge": "1"},
            {},
        ):
            with self.subTest(query=query):
                answer = self._verify(**query)
                self.assertEqual((answer.status_code, answer.text), (403, ""))

    def test_a_signed_delivery_is_worked_in_at_once(self):
        lead = self._create_lead(phone=AWA)
        answer = self._post(delivery(messages=[text_message("a", "Bonjour")]))
        self.assertEqual(answer.status_code, 200)
        message = self.Message.search([("wamid", "=", "a")])
        self.assertEqual((message.res_id, message.state), (lead.id, "received"))
        self.assertFalse(self.Event.search_count([("account_id", "=", self.account.id)]))

    def test_without_metas_signature_nothing_is_written(self):
        payload = delivery(messages=[text_message("a", "Bonjour")])
        body = json.dumps(payload).encode()
        before = self._count()
        for signature in (
            "",
            "sha256=",
            sign(body, "wrong"),
            sign(body + b" "),
            sign(body)[7:],
            "é",
        ):
            with self.subTest(signature=signature):
                answer = self._post(body, signature=signature.encode())
                self.assertEqual((answer.status_code, answer.text), (403, ""))
        self.assertEqual(self._count(), before)

    def test_an_account_without_a_secret_or_archived_takes_nothing(self):
        payload = delivery(messages=[text_message("a", "Bonjour")])
        for values in ({"app_secret": False}, {"active": False, "app_secret": "the-app-secret"}):
            self.account.write(values)
            body = json.dumps(payload).encode()
            for secret in ("", "False", "the-app-secret"):
                with self.subTest(values=values, secret=secret):
                    self.assertEqual(
                        self._post(body, signature=sign(body, secret)).status_code, 403
                    )

    def test_an_unknown_address_answers_as_a_wrong_signature_does(self):
        payload = delivery(messages=[text_message("a", "Bonjour")])
        answer = self._post(payload, path="/crm/whatsapp/webhook/nobody")
        self.assertEqual((answer.status_code, answer.text), (403, ""))
        for token in ("nobody", "%00", "%ff", "a%00" * 20, "x" * 5000, "'%20OR%201=1--"):
            with self.subTest(token=token[:20]):
                answer = self.url_open(f"/crm/whatsapp/webhook/{token}")
                self.assertEqual((answer.status_code, answer.text), (403, ""))

    def test_bodies_of_any_form_are_answered_without_falling_over(self):
        before = self.Message.search_count([])
        for body, status in (
            (b"what", 400),
            (b"\xff\xfe", 400),
            (b"[" * 100000, 400),
            (b"null", 200),
            (b"[]", 200),
            (b'{"entry": {"a": 1}}', 200),
            (b'{"entry": [{"changes": [{"field": "messages", "value": 7}]}]}', 200),
            (b'{"entry": [{"changes": [{"field": "future", "value": {"x": 1}}]}]}', 200),
        ):
            with self.subTest(body=body[:40]):
                answer = self._post(body)
                self.assertEqual(answer.status_code, status)
                self.assertNotIn("Traceback", answer.text)
        self.assertEqual(self.Message.search_count([]), before)

    def test_a_form_is_no_delivery(self):
        answer = self._post(b"a=b", **{"Content-Type": "application/x-www-form-urlencoded"})
        self.assertIn(answer.status_code, (400, 403))

    def test_a_delivery_over_three_megabytes_is_refused(self):
        answer = self._post(b" " * (3 * 1024 * 1024 + 1))
        self.assertEqual(answer.status_code, 413)

    def test_a_replay_changes_nothing(self):
        self._create_lead(phone=AWA)
        payload = delivery(messages=[text_message("a", "Bonjour")])
        statuses = [self._post(payload).status_code for _time in range(5)]
        self.assertEqual(statuses, [200] * 5)
        self.assertEqual(self.Message.search_count([("wamid", "=", "a")]), 1)
