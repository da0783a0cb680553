# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
import hashlib
import hmac
import json
import shutil
import subprocess
import time
import unittest
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools import webhook_message
from .common import CrmSupportCase


def sign(body, stamp, secret):
    """Return the signature of a body at a time."""
    signed = f"{stamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@tagged("post_install", "-at_install")
class TestTicketWebhook(HttpCase, CrmSupportCase):
    """Other programs post what customers wrote; nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hook = cls.env["crm.ticket.webhook"].create({"name": "Page", "team_id": cls.team.id})

    def setUp(self):
        super().setUp()
        self.path = urlsplit(self.hook.url).path

    def _post(self, payload, *, path=None, stamp=None, signature=None):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        stamp = str(int(time.time()) if stamp is None else stamp)
        if signature is None:
            signature = sign(body, stamp, self.hook.secret or "")
        headers = {"X-Timestamp": stamp, "X-Signature": signature}
        answer = self.url_open(path or self.path, data=body, headers=headers)
        self.env.invalidate_all()
        return answer

    def _get_tickets(self):
        return self.env["crm.ticket"].search([("team_id", "=", self.team.id)], order="id")

    def _count(self):
        return self.env["crm.ticket"].search_count([]) + self.env[
            "crm.ticket.webhook.message"
        ].search_count([])

    def _forget_failures(self):
        self.env["crm.consent.failure"].search([]).unlink()

    def test_the_tool_does_as_its_examples_say(self):
        result = doctest.testmod(webhook_message)
        self.assertTrue(result.attempted)
        self.assertFalse(result.failed)

    # -- What becomes of messages ---

    def test_a_message_makes_a_ticket_of_its_team_and_the_next_ones_go_there(self):
        sender = {"name": "Somebody", "email": "Contact@Customer.example"}
        first = {"id": "1", "conversation": "c", "text": "It <b>burns</b>", "from": sender}
        answer = self._post({**first, "url": "https://social.example/c?a=1&b=2"})
        ticket = self._get_tickets()
        self.assertEqual((answer.status_code, answer.text), (200, ticket.number))
        self.assertEqual(
            (ticket.name, ticket.channel, ticket.partner_id, ticket.stage_id),
            ("It <b>burns</b>", "social", self.contact, self.stage_new),
        )
        self.assertTrue(ticket.is_waiting_for_reply)
        said = ticket.message_ids.filtered(lambda own: own.message_type == "comment")
        self.assertIn("It &lt;b&gt;burns", said.body)
        self.assertIn('href="https://social.example/c?a=1&amp;b=2"', said.body)
        ticket.with_user(self.agent).message_post(
            body="Which one?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(ticket.is_waiting_for_reply)
        self._post({"id": "2", "conversation": "c", "text": "The oven"})
        self.assertEqual(self._get_tickets(), ticket)
        self.assertTrue(ticket.is_waiting_for_reply)

    def test_a_closed_ticket_is_opened_again_by_its_conversation_or_followed(self):
        self._post({"id": "1", "conversation": "c", "text": "Hello"})
        ticket = self._get_tickets()
        ticket.action_close()
        answer = self._post({"id": "2", "conversation": "c", "text": "Again"})
        self.assertEqual(answer.text, ticket.number)
        self.assertEqual(self._get_tickets(), ticket)
        self.assertEqual((ticket.is_closed, ticket.reopen_count), (False, 1))
        self.assertTrue(ticket.is_waiting_for_reply and ticket.date_waiting_since)
        ticket.action_close()
        ticket.date_closed = fields.Datetime.now() - timedelta(days=15)
        self._post({"id": "3", "conversation": "c", "text": "Once more"})
        follow_up = self._get_tickets() - ticket
        self.assertEqual(follow_up.parent_id, ticket)
        self.assertIn("Once more", follow_up.message_ids[0].body)
        self.assertTrue(ticket.is_closed)
        self._post({"id": "4", "conversation": "c", "text": "And again"})
        self.assertEqual(len(self._get_tickets()), 2)

    def test_a_team_that_reopens_nothing_gets_a_ticket_that_follows(self):
        self.team.reopen_days = 0
        self._post({"id": "1", "conversation": "c", "text": "Hello"})
        ticket = self._get_tickets()
        ticket.action_close()
        self._post({"id": "2", "conversation": "c", "text": "Again"})
        self.assertEqual((self._get_tickets() - ticket).parent_id, ticket)
        self.assertTrue(ticket.is_closed)

    def test_what_follows_a_ticket_that_went_to_another_company_is_not_linked_with_it(self):
        self._post({"id": "1", "conversation": "c", "text": "Hello"})
        ticket = self._get_tickets()
        ticket.team_id = self.team_other
        ticket.action_close()
        ticket.date_closed = fields.Datetime.now() - timedelta(days=15)
        answer = self._post({"id": "2", "conversation": "c", "text": "Again"})
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self._get_tickets().parent_id)

    def test_the_same_message_five_times_counts_once(self):
        for _ in range(5):
            answer = self._post({"id": "1", "conversation": "c", "text": "Hello"})
        ticket = self._get_tickets()
        self.assertEqual((answer.status_code, answer.text), (200, ticket.number))
        self.assertEqual(len(ticket), 1)
        self.assertEqual(self.hook.message_count, 1)

    def test_two_webhooks_do_not_share_conversations(self):
        other = self.hook.copy({"name": "Shop", "channel": "api", "team_id": self.team_other.id})
        self._post({"id": "1", "conversation": "c", "text": "Hello"})
        body = json.dumps({"id": "1", "conversation": "c", "text": "Hello"}).encode()
        stamp = str(int(time.time()))
        path = urlsplit(other.url).path
        self._post(body, path=path, stamp=stamp, signature=sign(body, stamp, other.secret))
        ticket = self.env["crm.ticket"].search([("team_id", "=", self.team_other.id)])
        self.assertEqual((ticket.channel, ticket.company_id), ("api", self.company_other))
        self.assertEqual(len(self._get_tickets()), 1)

    def test_a_contact_of_another_company_is_not_linked(self):
        self.contact.company_id = self.company_other
        self._post({"id": "1", "text": "Hello", "from": {"email": "contact@customer.example"}})
        ticket = self._get_tickets()
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_email, "contact@customer.example")

    def test_who_has_the_ticket_is_told_and_the_customer_gets_no_mail(self):
        self._post(
            {"id": "1", "conversation": "c", "text": "Hello", "from": {"email": "a@b.example"}}
        )
        self._get_tickets().user_id = self.agent
        self._post({"id": "2", "conversation": "c", "text": "Again"})
        said = self._get_tickets().message_ids[0]
        self.assertEqual(said.notified_partner_ids, self.agent.partner_id)

    # -- Strangers ---

    def test_what_is_not_signed_with_the_secret_writes_nothing_and_looks_like_an_unknown_address(
        self,
    ):
        body = json.dumps({"id": "1", "text": "Hello"}).encode()
        now = str(int(time.time()))
        before = self._count()
        right = sign(body, now, self.hook.secret)
        for signature in (
            "",
            "sha256=",
            sign(body, now, "x"),
            sign(body + b" ", now, self.hook.secret),
            right[7:],
        ):
            with self.subTest(signature=signature):
                self._forget_failures()
                answer = self._post(body, stamp=now, signature=signature)
                self.assertEqual((answer.status_code, answer.text), (403, ""))
        token = self.hook.token
        for address in (
            "x",
            f"0-{token}",
            f"999999999-{token}",
            f"99999999999999-{token}",
            f"{self.hook.id}-",
            f"{self.hook.id}-{token}x",
            "1-%00",
        ):
            with self.subTest(address=address):
                self._forget_failures()
                answer = self._post(body, path=f"/crm/support/webhook/{address}")
                self.assertEqual((answer.status_code, answer.text), (403, ""))
        self.assertEqual(self._count(), before)

    def test_an_old_or_future_timestamp_is_refused(self):
        now = int(time.time())
        for stamp, status in ((now - 290, 200), (now - 310, 403), (now + 310, 403), ("soon", 403)):
            with self.subTest(stamp=stamp):
                self.assertEqual(
                    self._post({"id": str(stamp), "text": "x"}, stamp=stamp).status_code, status
                )

    def test_archived_neutralised_and_renewed_webhooks_are_closed(self):
        self.hook.active = False
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 403)
        self.hook.write({"active": True, "secret": False})
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 403)
        self.hook.with_user(self.manager).action_renew_secret()
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 403)
        self.path = urlsplit(self.hook.url).path
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 200)
        self.env["crm.ticket"].search([("team_id", "=", self.team.id)]).action_close()
        self.team.active = False
        self.assertEqual(self._post({"id": "2", "text": "x"}).status_code, 403)

    def test_guessing_is_slowed_down_and_what_is_signed_still_comes_through(self):
        statuses = [
            self._post({"id": "1", "text": "x"}, signature="sha256=0").status_code
            for _ in range(22)
        ]
        self.assertEqual((statuses[0], statuses[-1]), (403, 429))
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 200)

    def test_above_its_hourly_limit_a_webhook_is_told_to_wait(self):
        self.hook.hourly_limit = 2
        answers = [self._post({"id": str(one), "text": "x"}).status_code for one in range(3)]
        self.assertEqual(answers, [200, 200, 429])
        self.assertEqual(self._post({"id": "1", "text": "x"}).status_code, 200)
        hour = fields.Datetime.now() - timedelta(minutes=61)
        self.env.cr.execute("UPDATE crm_ticket_webhook_message SET create_date = %s", [hour])
        self.assertEqual(self._post({"id": "2", "text": "x"}).status_code, 200)

    def test_five_megabytes_are_refused_before_they_are_read(self):
        answer = self._post(b"[" + b"1," * 2_500_000 + b"1]")
        self.assertEqual(answer.status_code, 413)

    def test_what_is_no_message_is_told_to_whoever_knows_the_secret(self):
        before = self._count()
        for body in (
            *(b" ", b"{", b"[]", b"null", b"1", b"\xff\xfe", b"[" * 50_000, b"{}"),
            json.dumps({"id": "1"}).encode(),
            json.dumps({"id": "1", "text": {"a": 1}}).encode(),
            json.dumps({"id": "x" * 201, "text": "x"}).encode(),
            json.dumps({"id": "1", "text": "x", "from": "me"}).encode(),
        ):
            with self.subTest(body=body[:60]):
                answer = self._post(body)
                self.assertEqual(answer.status_code, 400)
                self.assertTrue(answer.text)
        self.assertEqual(self._count(), before)

    def test_strange_values_do_no_harm(self):
        for number, values in enumerate(
            (
                {"text": "\0a\ud83d<script>alert(1)</script>"},
                {"text": "x" * 100_000, "subject": "y" * 5000},
                {
                    "text": "x",
                    "from": {"name": "\u202eevil", "email": "no mail", "phone": "1" * 99},
                },
                {"text": "x", "url": "javascript:alert(1)"},
                {"text": "x", "team_id": 1, "channel": "email", "user_id": 1},
                {"text": "x", "url": 'https://a.example/"onmouseover=alert(1)'},
            )
        ):
            with self.subTest(values=str(values)[:60]):
                answer = self._post({"id": f"strange-{number}", **values})
                self.assertEqual(answer.status_code, 200)
        tickets = self._get_tickets()
        self.assertEqual(len(tickets), 6)
        self.assertEqual(set(tickets.mapped("channel")), {"social"})
        bodies = "".join(tickets.message_ids.mapped("body"))
        for wrong in ("<script", "javascript:", "onmouseover"):
            self.assertNotIn(wrong, bodies)

    def test_the_recipe_in_the_form_works_as_it_is_written(self):
        if not (shutil.which("openssl") and shutil.which("bash")):
            raise unittest.SkipTest("needs openssl")
        recipe = self.hook.example.replace("the secret", self.hook.secret)
        script = recipe.partition("curl")[0] + 'printf "%s\\n%s\\n%s" "$TIME" "$SIGNATURE" "$BODY"'
        ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
        stamp, signature, body = ran.stdout.split("\n", 2)
        answer = self._post(body.encode(), stamp=stamp, signature=f"sha256={signature}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._get_tickets().partner_name, "Awa Diop")

    def test_nothing_but_a_post_is_answered(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(self.path).status_code, 405)

    # -- Rights ---

    def test_managers_of_the_company_set_webhooks_up_and_nobody_else(self):
        self.assertTrue(self.hook.with_user(self.manager).secret)
        for user in (self.agent, self.lead, self.employee, self.portal, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.hook.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.hook.with_user(self.lead).action_renew_secret()
        self.manager.write(
            {"company_id": self.company_other.id, "company_ids": [(6, 0, self.company_other.ids)]}
        )
        with self.assertRaises(AccessError):
            self.hook.with_user(self.manager).read(["name"])
