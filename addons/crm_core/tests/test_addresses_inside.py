# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nobody reaches servers of the own network through us: not when an address is saved, not when it is used (M-12)."""

import socket
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..tools.messaging.sms_gateway import Gateway, Message, SmsGatewayClient
from ..tools.messaging.whatsapp_client import WhatsappClient, WhatsappError
from .sms_common import SmsCase
from .whatsapp_common import WhatsappCase

#: what leads inside, however it is written
HOSTS = (
    "localhost",
    "LOCALHOST",
    "localhost.",
    "odoo.localhost",
    "db.internal",
    "metadata.google.internal",
    "printer.local",
    "intranet.lan",
    "127.0.0.1",
    "127.1",
    "127.0.0.1.",
    "0x7f.0.0.1",
    "0x7f000001",
    "0177.0.0.1",
    "2130706433",
    "10.0.0.8",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "0.0.0.0",
    "0",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[fe80::1]",
    "[fd00::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
)
#: what is no address of a server
OTHERS = (
    "file:///etc/passwd",
    "gopher://93.184.215.14/",
    "ftp://93.184.215.14/",
    "https://",
    "https:///x",
    "https://user:secret@93.184.215.14/",
    "https://93.184.215.14@127.0.0.1/",
    "https://127.0.0.1\\@93.184.215.14/",
    "https://93.184.215.14:0/",
    "https://93.184.215.14/\r\nHost: inside",
)
OUTSIDE, INSIDE = "93.184.215.14", "127.0.0.1"
URLS = (*(f"https://{host}/v23.0" for host in HOSTS), *OTHERS)


@contextmanager
def leading_to(*addresses):
    """Let each look-up of a name find the next address; the last one stays."""
    left = list(addresses)

    def find(host, port, *_args, **_options):
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 443))]

    with patch.object(socket, "getaddrinfo", find):
        yield


@contextmanager
def nobody_spoken_to():
    """Let connections be made, and refuse that anything is said on them."""
    said = AssertionError("something was said to a server inside")
    with (
        patch.object(socket.socket, "connect", lambda sock, address: None),
        patch.object(socket.socket, "getpeername", lambda sock: (INSIDE, 443)),
        patch.object(socket.socket, "send", side_effect=said),
        patch.object(socket.socket, "sendall", side_effect=said),
    ):
        yield


@tagged("post_install", "-at_install")
class TestSmsAddresses(SmsCase):
    def test_an_address_inside_is_not_saved(self):
        for url in URLS:
            for values in (
                {"url": url},
                {
                    "url": f"https://{OUTSIDE}/",
                    "token_url": url,
                    "authentication": "oauth",
                    "username": "u",
                },
            ):
                with self.subTest(values), self.assertRaises(ValidationError):
                    self._create_gateway(**values, is_on_own_network=False)

    def test_an_address_inside_is_not_used(self):
        for url in URLS:
            with self.subTest(url), nobody_spoken_to():
                outcome = SmsGatewayClient(Gateway(url)).send(Message("+33612345678", "x"))
                self.assertEqual(outcome.state, "failed")


@tagged("post_install", "-at_install")
class TestWhatsappAddresses(WhatsappCase):
    def _open(self, url):
        return WhatsappClient(url, "token", number_id="1", business_id="2")

    def test_an_address_inside_is_not_saved(self):
        for url in URLS:
            with self.subTest(url), self.assertRaises(ValidationError):
                self.account.write({"api_url": url, "is_own_network": False})

    def test_a_name_that_leads_inside_is_not_saved(self):
        with leading_to(INSIDE), self.assertRaises(ValidationError):
            self.account.write({"api_url": "https://rebound.example", "is_own_network": False})

    def test_what_no_api_can_have_is_refused_on_the_own_network_too(self):
        for url in ("http://169.254.169.254/latest", "http://0.0.0.0/", "http://224.0.0.1/"):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.account.write({"api_url": url, "is_own_network": True})

    def test_an_address_inside_is_not_used(self):
        for url in URLS:
            with self.subTest(url), nobody_spoken_to(), self._open(url) as client:
                self.assertEqual(client.send_text("+2250711111111", "x").state, "retry")
                with self.assertRaises(WhatsappError):
                    client.check()

    def test_a_file_inside_is_not_fetched(self):
        for url in (*URLS, "https://lookaside.fbsbx.com.rebound.example/x", f"https://{OUTSIDE}/x"):
            with (
                self.subTest(url),
                nobody_spoken_to(),
                self._open("https://graph.facebook.com/v23.0") as client,
                patch.object(client, "_get", return_value={"url": url, "mime_type": "image/png"}),
                self.assertRaises(WhatsappError),
            ):
                client.fetch_media("123", limit=1000)

    def test_a_name_that_means_another_server_a_moment_later_is_told_nothing(self):
        """The name is looked up once to be checked, and once more to connect."""
        with (
            leading_to(OUTSIDE, INSIDE),
            nobody_spoken_to(),
            self._open("https://rebound.example/v23.0") as client,
        ):
            outcome = client.send_text("+2250711111111", "x")
        self.assertEqual((outcome.state, outcome.reason), ("retry", "busy"))
        with (
            leading_to(OUTSIDE, INSIDE),
            nobody_spoken_to(),
            self._open("https://rebound.example/v23.0") as client,
            patch.object(client, "_get", return_value={"url": "https://rebound.example/v23.0/f"}),
            self.assertRaises(WhatsappError),
        ):
            client.fetch_media("123", limit=1000)
