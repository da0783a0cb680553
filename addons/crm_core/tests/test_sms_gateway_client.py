# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of SMS gateways against an operator on loopback, and what it refuses to connect to."""

import doctest
import socket
import time
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_core.tools.messaging import (
    guarded_http,
    keywords,
    sms_gateway,
    sms_numbers,
    sms_segments,
    whole_links,
)
from odoo.addons.crm_core.tools.messaging.guarded_http import ForbiddenAddress, check_url
from odoo.addons.crm_core.tools.messaging.sms_gateway import Gateway, Message, SmsGatewayClient

from .fake_sms_gateway import FakeSmsGateway

PARAMETERS = (("to", "{to}"), ("from", "{sender}"), ("text", "{text}"), ("ref", "{reference}"))
HOSTILE = 'Ceci & cela = "50 %" + é {to} </x> \\ \r\nX-Evil: 1'


def _gateway(fake, **values):
    defaults = {
        "parameters": PARAMETERS,
        "own_network": True,
        "timeout": 2,
        "sender": "SHOP",
        "ref_path": "messages.0.id",
        "error_path": "error",
        "price": 15.0,
    }
    return Gateway(**{"url": fake.url, **defaults, **values})


def _send(fake, text="Bonjour", to="+2250707123456", **values):
    return SmsGatewayClient(_gateway(fake, **values)).send(
        Message(to, text, "ref-1", "https://r.example/x")
    )


@tagged("post_install", "-at_install")
class TestSmsTools(BaseCase):
    def test_examples_of_the_sms_tools_hold(self):
        for module in (guarded_http, keywords, sms_gateway, sms_numbers, sms_segments, whole_links):
            with self.subTest(module=module.__name__):
                result = doctest.testmod(module)
                self.assertEqual(result.failed, 0)
                self.assertGreater(result.attempted, 0)


@tagged("post_install", "-at_install")
class TestSmsGatewayClient(BaseCase):
    def test_a_message_reaches_the_operator_as_it_was_written(self):
        for encoding, method in (("form", "POST"), ("query", "POST"), ("query", "GET")):
            with self.subTest(encoding=encoding, method=method), FakeSmsGateway() as fake:
                outcome = _send(fake, HOSTILE, encoding=encoding, method=method)
                self.assertEqual(outcome[:2], ("sent", ""))
                self.assertEqual((outcome.provider_ref, outcome.cost), ("op-1", 15.0))
                [request] = fake.requests
                self.assertEqual(request["method"], method)
                self.assertEqual(
                    request["fields"],
                    {"to": "+2250707123456", "from": "SHOP", "text": HOSTILE, "ref": "ref-1"},
                )
                self.assertNotIn("X-Evil", request["headers"])

    def test_json_holds_any_text_and_a_template_is_never_evaluated(self):
        template = '{"messages": [{"to": ["{to}"], "body": "{text}", "n": 1, "x": "{other} {0}"}]}'
        with FakeSmsGateway() as fake:
            self.assertEqual(_send(fake, HOSTILE, encoding="json", template=template).state, "sent")
            sent = sms_gateway.json.loads(fake.requests[0]["body"])
            self.assertEqual(
                sent,
                {
                    "messages": [
                        {"to": ["+2250707123456"], "body": HOSTILE, "n": 1, "x": "{other} {0}"}
                    ]
                },
            )

    def test_a_text_in_a_header_or_an_address_cannot_leave_its_place(self):
        with FakeSmsGateway() as fake:
            gateway = {"headers": (("X-Text", "{text}"),), "url": fake.url + "/{text}"}
            self.assertEqual(_send(fake, "a\r\nX-Evil: 1/../?b=1#c", **gateway).state, "sent")
            [request] = fake.requests
            self.assertEqual(request["headers"]["X-Text"], "a X-Evil: 1/../?b=1#c")
            self.assertNotIn("X-Evil", request["headers"])
            self.assertEqual(request["path"].count("/"), 2)

    def test_a_text_that_no_header_can_hold_is_refused_and_nothing_leaves(self):
        with FakeSmsGateway() as fake:
            outcome = _send(fake, "日本", headers=(("X-Text", "{text}"),))
            self.assertEqual((outcome.state, outcome.reason), ("failed", "content"))
            self.assertFalse(fake.requests)

    def test_each_way_to_say_who_we_are(self):
        cases = (
            ("basic", {"username": "us", "secret": "pä:ss"}, "Authorization", "Basic dXM6cMOkOnNz"),
            ("bearer", {"secret": "tok"}, "Authorization", "Bearer tok"),
            ("header", {"secret": "key", "secret_header": "X-Api-Key"}, "X-Api-Key", "key"),
        )
        for authentication, values, header, expected in cases:
            with self.subTest(authentication=authentication), FakeSmsGateway() as fake:
                _send(fake, authentication=authentication, **values)
                self.assertEqual(fake.requests[0]["headers"][header], expected)

    def test_a_token_is_fetched_once_for_many_messages(self):
        with FakeSmsGateway() as fake:
            client = SmsGatewayClient(
                _gateway(
                    fake, authentication="oauth", token_url=fake.token_url, username="u", secret="s"
                )
            )
            states = [client.send(Message("+2250707123456", "Hi")).state for _ in range(3)]
            self.assertEqual((states, fake.token_requests), (["sent"] * 3, 1))
            self.assertEqual(fake.requests[2]["headers"]["Authorization"], "Bearer token-1")

    def test_what_an_operator_answers_decides_what_happens_next(self):
        for behaviour, state, reason in (
            ("refuse", "failed", "refused"),
            ("redirect", "failed", "refused"),
            ("error_in_answer", "failed", "refused"),
            ("busy", "retry", "busy"),
            ("down", "retry", "busy"),
            ("break", "unknown", "answer_lost"),
            ("drop", "unknown", "answer_lost"),
            ("half", "unknown", "answer_lost"),
        ):
            with self.subTest(behaviour=behaviour), FakeSmsGateway(behaviour) as fake:
                outcome = _send(fake)
                self.assertEqual((outcome.state, outcome.reason), (state, reason), outcome.detail)
                self.assertEqual(len(fake.requests), 1)
                self.assertEqual(bool(outcome.cost), state == "unknown")

    def test_an_answer_that_comes_too_late_or_never_ends_is_unknown(self):
        for behaviour in ("delay", "drip"):
            with self.subTest(behaviour=behaviour), FakeSmsGateway(behaviour, seconds=2) as fake:
                before = time.monotonic()
                outcome = _send(fake, timeout=1)
                self.assertEqual((outcome.state, outcome.reason), ("unknown", "answer_lost"))
                self.assertLess(time.monotonic() - before, 1.9)

    def test_an_operator_that_cannot_be_reached_is_tried_again_later(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{taken.getsockname()[1]}/"
            outcome = SmsGatewayClient(Gateway(closed, own_network=True)).send(
                Message("+33612345678", "x")
            )
        self.assertEqual((outcome.state, outcome.reason), ("retry", "busy"))
        with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror("no such name")):
            outcome = SmsGatewayClient(Gateway("https://gone.example/")).send(
                Message("+33612345678", "x")
            )
        self.assertEqual((outcome.state, outcome.reason), ("retry", "busy"))

    def test_a_text_answer_gives_the_message_number_too(self):
        with FakeSmsGateway("text") as fake:
            self.assertEqual(_send(fake, ref_path="ID:", success_text="ok").provider_ref, "op-1")
            self.assertEqual(_send(fake, success_text="accepted").state, "failed")

    def test_a_long_message_costs_its_parts_and_a_limit_is_kept(self):
        with FakeSmsGateway() as fake:
            self.assertEqual(_send(fake, "a" * 161).cost, 30.0)
            self.assertEqual(_send(fake, "ê" * 71, segment_limit=1).reason, "content")
            self.assertEqual(_send(fake, "ê" * 71, segment_limit=1, simplify=True).state, "sent")
            self.assertEqual([r["fields"]["text"] for r in fake.requests], ["a" * 161, "e" * 71])
            self.assertEqual(_send(fake, "").reason, "content")


@tagged("post_install", "-at_install")
class TestSmsGatewayAddresses(BaseCase):
    INSIDE = (
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://odoo.local/",
        "http://db.internal/",
    )
    NO_ADDRESS = (
        "",
        "ftp://sms.example.com/",
        "file:///etc/passwd",
        "gopher://sms.example.com/",
        "javascript:alert(1)",
        "//sms.example.com/",
        "https://",
        "https://user:pass@sms.example.com/",
        "https://{sender}.example.com/",
        "https://sms.example.com\\@127.0.0.1/",
        "https://sms.example.com:99999/",
        "https://sms.example.com:0/",
        "https://sms.example.com/a b",
        "https://sms.example.com/\r\nHost: x",
        "http://[::1",
    )

    def test_addresses_inside_are_refused_when_they_are_written_down(self):
        for url in self.INSIDE + self.NO_ADDRESS:
            with self.subTest(url=url), self.assertRaises(ForbiddenAddress):
                check_url(url)

    def test_the_own_network_is_allowed_when_it_is_asked_for_but_never_what_no_gateway_has(self):
        for url in ("http://127.0.0.1/", "http://10.1.2.3/", "http://[::1]/", "http://odoo.local/"):
            check_url(url, own_network=True)
        for url in (
            "http://169.254.169.254/",
            "http://0.0.0.0/",
            "http://224.0.0.1/",
            *self.NO_ADDRESS,
        ):
            with self.subTest(url=url), self.assertRaises(ForbiddenAddress):
                check_url(url, own_network=True)

    def test_a_name_that_leads_inside_is_refused_when_it_is_used(self):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]
        inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]
        for addresses in (inside, found + inside):
            with (
                self.subTest(addresses=addresses),
                patch.object(socket, "getaddrinfo", return_value=addresses),
                patch.object(socket.socket, "connect", side_effect=AssertionError("connected")),
            ):
                outcome = SmsGatewayClient(Gateway("http://rebound.example/")).send(
                    Message("+33612345678", "x")
                )
                self.assertEqual((outcome.state, outcome.reason), ("failed", "no_provider"))

    def test_a_loopback_operator_is_not_reached_without_the_tick(self):
        with FakeSmsGateway() as fake:
            outcome = _send(fake, own_network=False)
            self.assertEqual((outcome.state, outcome.reason), ("failed", "no_provider"))
            self.assertFalse(fake.requests)

    def test_a_redirection_is_not_followed(self):
        with FakeSmsGateway("redirect") as fake:
            self.assertEqual(_send(fake).state, "failed")
            self.assertEqual(len(fake.requests), 1)
