# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
import socket
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..tools.messaging import (
    keywords,
    whatsapp_client,
    whatsapp_numbers,
    whatsapp_payload,
    whatsapp_template,
)
from ..tools.messaging.whatsapp_client import WhatsappClient, WhatsappError
from .fake_whatsapp import BUSINESS_ID, NUMBER_ID, TOKEN, FakeWhatsapp

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@tagged("post_install", "-at_install")
class TestWhatsappClient(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fake = FakeWhatsapp()
        cls.fake.start()
        cls.addClassCleanup(cls.fake.stop)

    def setUp(self):
        super().setUp()
        self.fake.sent.clear()
        self.fake.refuse, self.fake.mode, self.fake.token = None, "ok", TOKEN
        self.fake.media_url = None
        self.client = self._open()
        self.addCleanup(self.client.close)

    def _open(self, url=None, token=TOKEN, is_own_network=True):
        return WhatsappClient(
            url or self.fake.url,
            token,
            number_id=NUMBER_ID,
            business_id=BUSINESS_ID,
            is_own_network=is_own_network,
        )

    def _send(self):
        return self.client.send_text("+2250711111111", "Bonjour")

    def test_a_text_leaves_with_the_number_that_meta_gives_it(self):
        outcome = self._send()
        self.assertEqual((outcome.state, outcome.provider_ref), ("sent", "wamid.OUT000001"))
        (message,) = self.fake.sent
        self.assertEqual(message["to"], "2250711111111")
        self.assertEqual(message["text"]["body"], "Bonjour")

    def test_a_message_without_a_number_of_metas_does_not_count_as_sent(self):
        for mode in ("no_id", "garbage"):
            with self.subTest(mode=mode):
                self.fake.mode = mode
                outcome = self._send()
                self.assertEqual((outcome.state, outcome.reason), ("unknown", "answer_lost"))
                self.assertFalse(outcome.provider_ref)

    def test_what_was_written_and_not_answered_is_unknown(self):
        self.fake.delay = 1.5
        with patch.object(whatsapp_client, "ANSWER_SECONDS", 0.3), self._own_timeouts():
            for mode in ("drop", "slow", "gateway"):
                with self.subTest(mode=mode):
                    self.fake.mode = mode
                    self.assertEqual(self._send().state, "unknown")
        self.assertEqual(len(self.fake.sent), 3)

    def _own_timeouts(self):
        """Let requests on loopback have time-outs below those of tests."""
        import requests

        from odoo.tests import common

        return patch.object(requests.Session, "send", common._super_send)

    def test_a_server_that_is_not_there_has_taken_nothing(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self._open(f"http://127.0.0.1:{port}/v23.0") as client:
            outcome = client.send_text("+2250711111111", "Bonjour")
        self.assertEqual((outcome.state, outcome.reason), ("retry", "busy"))

    def test_metas_errors_are_told_apart(self):
        for status, code, state, reason in (
            (400, 131047, "failed", "window_closed"),
            (400, 131026, "failed", "address_invalid"),
            (404, 132001, "failed", "template_rejected"),
            (400, 132015, "failed", "template_rejected"),
            (400, 131051, "failed", "refused"),
            (429, 130429, "retry", "busy"),
            (400, 131048, "retry", "busy"),
            (400, 131056, "retry", "busy"),
            (429, 999, "retry", "busy"),
            (503, 131016, "retry", "busy"),
            (500, 131000, "unknown", "answer_lost"),
        ):
            with self.subTest(code=code):
                self.fake.refuse = (status, code, "no")
                outcome = self._send()
                self.assertEqual((outcome.state, outcome.reason), (state, reason))
                self.assertIn(str(code), outcome.detail)
                self.assertFalse(self.client.account_error)

    def test_a_broken_token_keeps_the_message_and_blames_the_account(self):
        self.fake.token = "another"
        outcome = self._send()
        self.assertEqual(outcome.state, "retry")
        self.assertIn("190", self.client.account_error)
        with self.assertRaises(WhatsappError) as caught:
            self.client.check()
        self.assertTrue(caught.exception.is_of_account)
        self.assertFalse(self.fake.sent)

    def test_files_of_other_servers_are_never_asked_for(self):
        self.fake.add_media("42", PNG, "image/png")
        for url in (
            "http://169.254.169.254/latest/meta-data",
            "https://lookaside.fbsbx.com.evil.example/x",
            "https://lookaside.fbsbx.com:8443/x",
            "https://evil.example@127.0.0.1/x",
            "file:///etc/passwd",
            self.fake.url.replace("127.0.0.1", "localhost"),
        ):
            with self.subTest(url=url), self.assertRaises(WhatsappError) as caught:
                self.fake.media_url = url
                self.client.fetch_media("42", limit=1 << 20)
            self.assertTrue(caught.exception.is_lasting)

    def test_a_file_larger_than_it_says_is_not_read_to_its_end(self):
        self.fake.add_media("43", PNG * 2000, "image/png", file_size=10)
        with self.assertRaises(WhatsappError) as caught:
            self.client.fetch_media("43", limit=1 << 10)
        self.assertIn("larger", str(caught.exception))

    def test_a_file_that_was_damaged_is_not_taken(self):
        self.fake.add_media("44", PNG, "image/png", sha256="0" * 64)
        with self.assertRaises(WhatsappError):
            self.client.fetch_media("44", limit=1 << 20)
        self.fake.add_media("45", PNG, "image/png")
        self.assertEqual(self.client.fetch_media("45", limit=1 << 20), (PNG, "image/png"))

    def test_a_file_number_does_not_lead_elsewhere(self):
        for media_id in ("../me", "1?fields=x", "a/b", ""):
            with self.subTest(media_id=media_id), self.assertRaises(WhatsappError):
                self.client.fetch_media(media_id, limit=100)

    def test_the_api_is_not_looked_for_inside_the_own_network(self):
        for url in (
            "https://127.0.0.1/v23.0",
            "http://graph.facebook.com/v23.0",
            "https://[::1]/x",
        ):
            with self.subTest(url=url), self._open(url, is_own_network=False) as client:
                self.assertEqual(client.send_text("+2250711111111", "x").state, "retry")
                with self.assertRaises(WhatsappError):
                    client.check()
        self.assertFalse(self.fake.sent)

    def test_the_token_is_in_no_word_that_is_kept(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with self._open(f"http://127.0.0.1:{port}/v23.0", token="s3cret") as client:
            self.assertNotIn("s3cret", client.send_text("+2250711111111", "x").detail)

    def test_a_file_is_uploaded_and_sent(self):
        media_id = self.client.upload_media("offre.pdf", "application/pdf", b"%PDF-1.4")
        outcome = self.client.send_media(
            "+2250711111111", "document", media_id, filename="offre.pdf"
        )
        self.assertEqual(outcome.state, "sent")
        self.assertEqual(self.fake.sent[-1]["document"], {"id": "777000", "filename": "offre.pdf"})

    def test_examples_of_the_messaging_tools_hold(self):
        for module in (keywords, whatsapp_numbers, whatsapp_payload, whatsapp_template):
            result = doctest.testmod(module)
            self.assertFalse(result.failed, module.__name__)
            self.assertTrue(result.attempted)
