# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers go back to the program that the customer wrote by: once, signed, and never into the own network."""

import doctest
import hashlib
import hmac
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_core.tools.messaging.guarded_http import Answer, AnswerLost, NotSent

from ..tools import webhook_reply
from ..tools.webhook_message import read_message
from .common import CrmSupportCase

URL = "https://connector.example/answers"
REAL_REQUEST = webhook_reply.request


@tagged("post_install", "-at_install")
class TestTicketWebhookAnswers(CrmSupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hook = cls.env["crm.ticket.webhook"].create(
            {"name": "Page", "team_id": cls.team.id, "reply_url": URL}
        )

    def setUp(self):
        super().setUp()
        self.posted = []
        self.answer = Answer(200, "ok")
        self.startPatcher(patch.object(webhook_reply, "request", self._take_request))

    def _take_request(self, method, url, *, headers, body, timeout):
        self.posted.append((method, url, headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def _ask(self, ref="1", conversation="thread-1", hook=None, text="Where is it?"):
        hook = hook or self.hook
        data = {"id": ref, "conversation": conversation, "text": text}
        ticket = hook._receive(read_message(data))
        return self.env["crm.ticket"].browse(ticket.id)

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_support.ir_cron_crm_dispatch_webhook").method_direct_trigger()
        self.env.invalidate_all()

    def _get_dispatches(self, ticket):
        return self.env["crm.dispatch"].search(
            [("channel", "=", "webhook"), ("res_id", "=", ticket.id)]
        )

    def _get_payloads(self):
        return [json.loads(body) for _method, _url, _headers, body in self.posted]

    def _get_notes(self, ticket):
        return ticket.message_ids.filtered(lambda m: m.subtype_id == self.env.ref("mail.mt_note"))

    def test_the_tool_does_as_its_examples_say(self):
        result = doctest.testmod(webhook_reply)
        self.assertTrue(result.attempted)
        self.assertFalse(result.failed)

    # -- What is posted ----------------------------------------------------------------------------

    def test_an_answer_goes_to_the_conversation_it_answers_signed_with_its_own_secret(self):
        ticket = self._ask()
        self._reply(ticket, "It is <on> its way")
        self.assertEqual(self.posted, [], "nothing leaves before the agent's work is kept")
        self._send()
        [(method, url, headers, body)] = self.posted
        self.assertEqual((method, url), ("POST", URL))
        payload = json.loads(body)
        self.assertEqual(payload["conversation"], "thread-1")
        self.assertEqual(payload["text"], "It is <on> its way")
        self.assertEqual(payload["from"], {"name": self.agent.name})
        self.assertEqual(payload["ticket"], ticket.number)
        self.assertEqual(payload["files"], [])
        signed = headers["X-Timestamp"].encode() + b"." + body
        wanted = hmac.new(self.hook.reply_secret.encode(), signed, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Signature"], f"sha256={wanted}")
        self.assertNotEqual(
            self.hook.reply_secret, self.hook.secret, "what we post opens no way in"
        )
        self.assertEqual(self._get_dispatches(ticket).state, "sent")

    def test_an_answer_is_posted_once_however_often_the_work_runs(self):
        ticket = self._ask()
        message = self._reply(ticket)
        ticket._answer_by_webhook(message)
        for _time in range(3):
            self._send()
        self.assertEqual(len(self.posted), 1)

    def test_each_answer_goes_to_where_the_customer_wrote_last(self):
        ticket = self._ask()
        other = self.hook.copy({"name": "Shop", "reply_url": "https://shop.example/x"})
        second = self._ask("2", "thread-2", other)
        self.env["crm.ticket.webhook.message"].search(
            [("ticket_id", "=", second.id)]
        ).ticket_id = ticket
        self._reply(ticket)
        self._send()
        [(_method, url, _headers, body)] = self.posted
        self.assertEqual(url, "https://shop.example/x")
        self.assertEqual(json.loads(body)["conversation"], "thread-2")

    def test_files_of_an_answer_can_be_fetched_with_their_own_token(self):
        ticket = self._ask()
        ticket.with_user(self.agent).message_post(
            body="See the drawing",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[("drawing.txt", b"---")],
        )
        self._send()
        [payload] = self._get_payloads()
        [file] = payload["files"]
        attachment = ticket.message_ids.attachment_ids
        self.assertEqual(file["name"], "drawing.txt")
        self.assertIn(attachment.access_token, file["url"])

    def test_nothing_but_answers_of_the_team_leaves(self):
        ticket = self._ask()
        ticket.with_user(self.agent).message_post(
            body="Between us", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self._write_as_customer(ticket)
        self._ask("2")
        ticket.with_user(self.agent).action_close()
        self._send()
        self.assertEqual(self.posted, [])

    def test_tickets_that_came_another_way_stay_as_they_are(self):
        ticket = self._create_ticket()
        self._reply(ticket)
        self.assertFalse(self._get_dispatches(ticket))

    def test_without_an_address_answers_stay_here(self):
        self.hook.reply_url = False
        ticket = self._ask()
        self._reply(ticket)
        self.assertFalse(self._get_dispatches(ticket))

    def test_a_ticket_that_moved_to_another_company_tells_nothing_to_the_first_ones_program(self):
        ticket = self._ask()
        ticket.team_id = self.team_other
        self._reply(ticket, user=self.stranger)
        self.assertFalse(self._get_dispatches(ticket))

    # -- When it does not work ---------------------------------------------------------------------

    def test_what_was_certainly_not_taken_is_tried_again_with_the_same_number(self):
        ticket = self._ask()
        self._reply(ticket)
        self.answer = NotSent("no route")
        self._send()
        dispatch = self._get_dispatches(ticket)
        self.assertEqual((dispatch.state, dispatch.reason), ("queued", "busy"))
        self.answer = Answer(503, "later")
        dispatch.date_scheduled = fields.Datetime.now()
        self._send()
        self.assertEqual(dispatch.state, "queued")
        self.answer = Answer(200, "")
        dispatch.date_scheduled = fields.Datetime.now()
        self._send()
        self.assertEqual(dispatch.state, "sent")
        self.assertEqual(len({payload["id"] for payload in self._get_payloads()}), 1)
        self.assertEqual(len(self.posted), 3)

    def test_when_nobody_knows_whether_it_arrived_it_is_not_sent_again_and_its_author_is_told(self):
        ticket = self._ask()
        self._reply(ticket)
        self.answer = AnswerLost("timed out")
        self._send()
        self._send()
        self.assertEqual(len(self.posted), 1)
        self.assertEqual(self._get_dispatches(ticket).state, "unknown")
        note = self._get_notes(ticket)[0]
        self.assertIn("Nobody knows", note.body)
        self.assertIn(self.agent.partner_id, note.partner_ids)

    def test_a_refusal_is_told_on_the_ticket_and_holds_nobody_up(self):
        refused, taken = self._ask(), self._ask("2", "thread-2")
        self._reply(refused)
        self._reply(taken)
        answers = iter([Answer(410, "<b>gone</b>"), Answer(200, "")])
        with patch.object(webhook_reply, "request", lambda *_args, **_values: next(answers)):
            self._send()
        self.assertEqual(self._get_dispatches(refused).state, "failed")
        self.assertEqual(self._get_dispatches(taken).state, "sent")
        body = self._get_notes(refused)[0].body
        self.assertIn("410 &lt;b&gt;gone", body)
        self.assertFalse(refused.is_waiting_for_reply, "the note is no message of the customer")

    def test_a_webhook_that_was_archived_meanwhile_posts_nothing(self):
        ticket = self._ask()
        self._reply(ticket)
        self.hook.active = False
        self._send()
        self.assertEqual(self.posted, [])
        dispatch = self._get_dispatches(ticket)
        self.assertEqual((dispatch.state, dispatch.reason), ("failed", "no_provider"))

    def test_an_answer_that_waited_too_long_is_held_back_and_told(self):
        ticket = self._ask()
        self._reply(ticket)
        dispatch = self._get_dispatches(ticket)
        dispatch.date_expiry = fields.Datetime.now() - timedelta(minutes=1)
        self._send()
        self.assertEqual(self.posted, [])
        self.assertEqual(dispatch.reason, "expired")
        self.assertIn("did not reach", self._get_notes(ticket)[0].body)

    # -- Where it may go ---------------------------------------------------------------------------

    def test_an_address_leads_to_the_internet_and_holds_no_password(self):
        for url in (
            "http://127.0.0.1/x",
            "http://10.0.0.8/x",
            "http://[::1]/x",
            "http://169.254.169.254/latest",
            "http://localhost:8069/x",
            "ftp://connector.example/x",
            "https://me:secret@connector.example/x",
            "javascript:alert(1)",
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.hook.reply_url = url

    def test_a_name_that_means_an_inner_address_when_it_is_used_gets_nothing(self):
        ticket = self._ask()
        self._reply(ticket)
        inner = [(2, 1, 6, "", ("127.0.0.1", 443))]
        guarded = "odoo.addons.crm_core.tools.messaging.guarded_http"
        with (
            patch.object(webhook_reply, "request", REAL_REQUEST),
            patch(f"{guarded}.socket.getaddrinfo", return_value=inner),
            patch(f"{guarded}.socket.socket") as opened,
        ):
            self._send()
        opened.assert_not_called()
        self.assertEqual(self._get_dispatches(ticket).reason, "no_provider")

    def test_an_agent_sees_neither_address_nor_secret(self):
        hook = self.hook.with_user(self.agent)
        with mute_logger("odoo.models"), self.assertRaises(AccessError):
            hook.read(["reply_url"])
        with mute_logger("odoo.models"), self.assertRaises(AccessError):
            hook.action_test_reply()
        self.assertEqual(self.posted, [])

    def test_a_copy_of_a_webhook_posts_nothing(self):
        copy = self.hook.copy()
        self.assertFalse(copy.reply_url)
        self.assertNotEqual(copy.reply_secret, self.hook.reply_secret)

    def test_a_test_says_what_the_other_program_answered(self):
        hook = self.hook.with_user(self.manager)
        self.assertEqual(hook.action_test_reply()["params"]["type"], "success")
        self.assertTrue(self._get_payloads()[0]["is_test"])
        self.answer = Answer(404, "nothing here")
        with self.assertRaisesRegex(UserError, "404 nothing here"):
            hook.action_test_reply()
        hook.reply_url = False
        with self.assertRaises(UserError):
            hook.action_test_reply()

    def test_a_new_secret_is_another_one(self):
        before = self.hook.reply_secret
        self.hook.with_user(self.manager).action_renew_reply_secret()
        self.assertNotEqual(self.hook.reply_secret, before)
        with self.assertRaises(AccessError):
            self.hook.with_user(self.agent).action_renew_reply_secret()

    # -- Around it ---------------------------------------------------------------------------------

    def test_nobody_chooses_the_channel_by_hand(self):
        channels = dict(self.env["crm.message.composer"]._get_channels())
        self.assertNotIn("webhook", channels)

    def test_answers_by_e_mail_of_an_agent_go_back_as_well(self):
        ticket = self._ask()
        ticket.message_post(
            body="From my telephone",
            author_id=self.agent.partner_id.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._send()
        self.assertEqual(
            [payload["text"] for payload in self._get_payloads()], ["From my telephone"]
        )

    def test_many_answers_are_prepared_without_a_query_for_each(self):
        team = self._create_team("Many", member_ids=[Command.set(self.agent.ids)])
        hook = self.hook.copy({"team_id": team.id, "reply_url": URL})
        for number in range(20):
            self._reply(self._ask(str(number), f"thread-{number}", hook))
        dispatches = self.env["crm.dispatch"].search([("address", "=like", f"{hook.id}:%")])
        channel = self.env["crm.channel.webhook"]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            prepared = channel._prepare(dispatches)
        self.assertEqual(len(prepared), 20)
