# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A customer who comes back to a closed ticket: it is opened again within the days of its team, and followed by another one after them."""

from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import fields
from odoo.tests import tagged

from .portal_common import PortalCase
from .sla_common import SlaCase

PORTAL = "odoo.addons.crm_support.models.crm_ticket_portal"


class ReturnCase(PortalCase, SlaCase):
    """A ticket that was answered and closed, and its customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._promise(("first_reply", 4), ("next_reply", 4), ("resolution", 8))
        cls.team.reopen_days = 14

    def setUp(self):
        super().setUp()
        self.settled = self._settle(self._create_ticket(partner_id=self.contact.id))
        self.path = f"/my/tickets/{self.settled.id}"

    def _settle(self, ticket):
        """Answer a ticket, let it wait for its customer, and close it."""
        self._reply(ticket)
        ticket.stage_id = self.stage_waiting
        ticket.action_close()
        return ticket

    def _end_days(self):
        """Let the days in which the ticket may be opened again be over."""
        self.settled.date_closed = fields.Datetime.now() - timedelta(days=15)

    def _get_comments(self, ticket):
        return ticket.message_ids.filtered(lambda own: own.message_type == "comment")

    def _find_follow_ups(self):
        return self.env["crm.ticket"].search([("parent_id", "=", self.settled.id)], order="id")

    def _post_fresh(self, action, **values):
        answer = self._post(f"{self.path}/{action}", **values)
        self.env.invalidate_all()
        return answer


@tagged("post_install", "-at_install")
class TestTicketReturn(ReturnCase):
    """Within the days of the team."""

    def _describe(self, ticket):
        """Return all that hangs on a customer's message."""
        clocks = {(clock.kind, clock.state, bool(clock.deadline)) for clock in ticket.sla_clock_ids}
        since = ticket.date_waiting_since
        return {
            "waits": (ticket.is_waiting_for_reply, ticket.waiting_text),
            "since": bool(since) and since == ticket.date_last_customer_message,
            "stage": ticket.stage_id,
            "count": ticket.reopen_count,
            "silence": (ticket.silence_since, ticket.silence_warned_at),
            "sla": (ticket.sla_state, ticket.sla_paused_at, bool(ticket.sla_deadline)),
            "clocks": clocks,
        }

    def test_every_way_back_is_the_same_as_a_message_by_e_mail(self):
        token = self.settled._portal_ensure_token()
        by_mail = self._settle(self._create_ticket(partner_id=self.contact.id))
        self._write_as_customer(by_mail)
        wanted = self._describe(by_mail)
        self.assertEqual(wanted["waits"], (True, "0 min"))
        self.assertIn(("next_reply", "running", True), wanted["clocks"])
        ways = (
            ("the button", self.login, "reopen", {}),
            ("the link", None, "reopen", {"access_token": token}),
            ("words", self.login, "reply", {"body": "It is back"}),
            ("words by the link", None, "reply", {"body": "It is back", "access_token": token}),
        )
        for way, login, action, values in ways:
            with self.subTest(way=way):
                self.settled = self._settle(self._create_ticket(partner_id=self.contact.id))
                self.settled.access_token = token
                self.path = f"/my/tickets/{self.settled.id}"
                self.authenticate(login and login.login, login and login.login)
                self.assertEqual(self._post_fresh(action, **values).status_code, 303)
                self.assertEqual(self._describe(self.settled), wanted)
                self.assertFalse(self._find_follow_ups())

    def test_who_opens_his_ticket_again_by_the_button_waits_from_that_moment_in_the_queue(self):
        self._log_in(self.login)
        began = fields.Datetime.now()
        self.settled.user_id = self.agent
        self._post_fresh("reopen")
        self.assertGreaterEqual(self.settled.date_waiting_since, began)
        later = self._create_ticket("Later", user_id=self.agent.id)
        later.date_waiting_since = fields.Datetime.now() + timedelta(minutes=1)
        action = self.env["crm.ticket"].with_user(self.agent).action_next_ticket()
        self.assertEqual(action["res_id"], self.settled.id)
        self.settled.date_waiting_since -= timedelta(hours=2)
        total = self.env["crm.ticket.team"].get_wallboard(self.team.id)["total"]
        self.assertAlmostEqual(total["longest"], 2 * 3600, delta=60)

    def test_a_customer_who_was_never_answered_waits_from_the_moment_that_he_comes_back(self):
        self._log_in(self.login)
        self.ticket.date_last_customer_message = fields.Datetime.now() - timedelta(days=2)
        self.ticket.action_close()
        began = fields.Datetime.now()
        self._post(f"/my/tickets/{self.ticket.id}/reopen")
        self.env.invalidate_all()
        self.assertGreaterEqual(self.ticket.date_waiting_since, began)

    def test_the_next_reply_after_the_button_is_promised_and_kept(self):
        self._log_in(self.login)
        self._post_fresh("reopen")
        self.assertEqual(self._get_clock(self.settled, "next_reply").state, "running")
        self._reply(self.settled)
        self.assertEqual(self._get_clock(self.settled, "next_reply").state, "met")
        self._check_ledger(self.settled.sla_clock_ids)

    def test_a_button_pressed_twice_opens_once(self):
        self._log_in(self.login)
        for _time in range(2):
            self.assertEqual(self._post_fresh("reopen").status_code, 303)
        self.assertEqual(self.settled.reopen_count, 1)
        logs = " ".join(self.settled.message_ids.mapped("body"))
        self.assertEqual(logs.count("The customer opened the ticket again."), 1)

    def test_a_team_without_an_open_stage_is_told_and_nothing_is_half_done(self):
        self._log_in(self.login)
        before = self.settled.message_ids
        teams = type(self.team)
        for action in ("reopen", "reply"):
            with patch.object(teams, "_get_stages", return_value=self.stage_solved):
                answer = self._post_fresh(action, body="It is back")
            self.assertEqual(answer.status_code, 200, action)
            self.assertIn("has no open stage", answer.text)
        self.assertEqual(self.settled.message_ids, before)
        self.assertFalse(self.settled.is_waiting_for_reply)


@tagged("post_install", "-at_install")
class TestTicketFollowUp(ReturnCase):
    """After the days of the team."""

    def setUp(self):
        super().setUp()
        self._end_days()
        self._log_in(self.login)

    def test_the_button_is_there_as_long_as_it_works(self):
        settled = self.url_open(self.path).text
        self.assertNotIn("/reopen", settled)
        self.assertIn("What you write here makes a new ticket", settled)
        self.settled.date_closed = fields.Datetime.now() - timedelta(days=13)
        fresh = self.url_open(self.path).text
        self.assertIn(f'action="{self.path}/reopen"', fresh)
        self.assertNotIn("makes a new ticket", fresh)
        self.team.reopen_days = 0
        self.settled.date_closed = fields.Datetime.now()
        self.assertNotIn("/reopen", self.url_open(self.path).text)

    def test_who_tries_the_button_anyway_is_told_what_to_do(self):
        before = self.settled.message_ids
        answer = self._post_fresh("reopen")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("This ticket is closed for good.", answer.text)
        self.assertTrue(self.settled.is_closed)
        self.assertFalse(self.settled.is_waiting_for_reply)
        self.assertEqual(self.settled.message_ids, before)
        self.assertFalse(self._find_follow_ups())

    def test_what_he_writes_makes_a_ticket_that_follows_and_he_is_led_there(self):
        before = self._get_comments(self.settled)
        answer = self._post_fresh(
            "reply",
            files=[("files", ("display.png", b"\x89PNG\r\n\x1a\n", "image/png"))],
            body="It is <b>back</b>",
        )
        self.assertEqual(answer.status_code, 303)
        follow_up = self._find_follow_ups()
        self.assertEqual(len(follow_up), 1)
        location = answer.headers["Location"]
        self.assertEqual(urlsplit(location).path, f"/my/tickets/{follow_up.id}")
        page = self.url_open(location)
        self.assertEqual(page.status_code, 200)
        words = " ".join(page.text.split())
        self.assertIn(f"Ticket {self.settled.number} is closed for good. Your message", words)
        self.assertIn("display.png", page.text)
        said = self._get_comments(follow_up)
        self.assertIn("It is &lt;b&gt;back", said.body)
        self.assertEqual((said.author_id, said.attachment_ids.name), (self.contact, "display.png"))
        self.assertEqual(
            (follow_up.name, follow_up.team_id, follow_up.partner_id, follow_up.channel),
            (self.settled.name, self.team, self.contact, "portal"),
        )
        self.assertEqual(follow_up.stage_id, self.stage_new)
        self.assertTrue(follow_up.is_waiting_for_reply and follow_up.date_waiting_since)
        self.assertEqual(self._get_clock(follow_up, "first_reply").state, "running")
        self.assertTrue(self.settled.is_closed)
        self.assertFalse(self.settled.is_waiting_for_reply)
        self.assertEqual(self._get_comments(self.settled), before)

    def test_a_team_that_always_wants_new_tickets_gets_them(self):
        self.settled.date_closed = fields.Datetime.now()
        self.team.reopen_days = 0
        self.assertIn("closed for good", self._post_fresh("reopen").text)
        self._post_fresh("reply", body="It is back")
        self.assertTrue(self._find_follow_ups())
        self.assertTrue(self.settled.is_closed)

    def test_what_he_writes_next_goes_to_the_same_ticket_until_that_one_is_closed(self):
        for text in ("It is back", "And it smells"):
            self._post_fresh("reply", body=text)
        first = self._find_follow_ups()
        self.assertEqual(len(self._get_comments(first)), 2)
        first.action_close()
        self._post_fresh("reply", body="Once more")
        self.assertEqual(len(self._find_follow_ups()), 2)

    def test_a_ticket_that_the_team_made_to_follow_is_not_written_on(self):
        own = self._create_ticket(
            "Low score", parent_id=self.settled.id, partner_id=self.contact.id
        )
        self._post_fresh("reply", body="It is back")
        self.assertEqual(len(self._find_follow_ups() - own), 1)
        self.assertFalse(self._get_comments(own))

    def test_who_has_the_link_gets_one_for_the_new_ticket_and_it_opens_nothing_else(self):
        token = self.settled._portal_ensure_token()
        self.authenticate(None, None)
        self.assertIn("closed for good", self._post_fresh("reopen", access_token=token).text)
        answer = self._post_fresh("reply", body="It is back", access_token=token)
        self.assertEqual(answer.status_code, 303)
        follow_up = self._find_follow_ups()
        self.assertEqual(follow_up.partner_id, self.contact)
        self.assertEqual(self._get_comments(follow_up).author_id, self.contact)
        page = self.url_open(answer.headers["Location"])
        self.assertEqual(page.status_code, 200)
        self.assertIn("It is back", page.text)
        self.assertNotEqual(follow_up.access_token, token)
        wrong = self.url_open(f"/my/tickets/{follow_up.id}?access_token={token}")
        self.assertEqual(wrong.status_code, 404)
        self.assertEqual(self._post_fresh("reply", body="x", access_token="no").status_code, 404)
        self.assertEqual(len(self._find_follow_ups()), 1)

    def test_somebody_who_is_no_contact_comes_back_by_his_link(self):
        self.settled = self._settle(
            self._create_ticket(partner_name="Somebody", partner_email="some@body.example")
        )
        self._end_days()
        self.path = f"/my/tickets/{self.settled.id}"
        token = self.settled._portal_ensure_token()
        self.authenticate(None, None)
        self._post_fresh("reply", body="It is back", access_token=token)
        follow_up = self._find_follow_ups()
        self.assertFalse(follow_up.partner_id)
        self.assertEqual(
            (follow_up.partner_name, follow_up.partner_email), ("Somebody", "some@body.example")
        )
        self.assertIn("some@body.example", self._get_comments(follow_up).email_from)
        self.assertTrue(follow_up.is_waiting_for_reply)

    def test_a_colleague_of_ours_who_writes_on_the_page_makes_no_ticket(self):
        self.authenticate(self.agent.login, self.agent.login)
        self.assertEqual(self._post_fresh("reply", body="By the way").status_code, 303)
        self.assertFalse(self._find_follow_ups())
        self.assertIn("By the way", self._get_comments(self.settled)[0].body)
        self.assertTrue(self.settled.is_closed)

    def test_a_flood_of_tickets_that_follow_is_held_off(self):
        token = self.settled._portal_ensure_token()
        with patch(f"{PORTAL}.MOST_TICKETS", 1):
            self._post_fresh("reply", body="It is back")
            self._find_follow_ups().action_close()
            self.assertIn("a lot at once", self._post_fresh("reply", body="Again").text)
            self.authenticate(None, None)
            answer = self._post_fresh("reply", body="Again", access_token=token)
        self.assertIn("a lot at once", answer.text)
        self.assertEqual(len(self._find_follow_ups()), 1)

    def test_words_by_the_route_of_odoos_own_chatter_make_a_ticket_that_follows(self):
        self.authenticate(None, None)
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "crm.ticket",
                "thread_id": self.settled.id,
                "post_data": {
                    "body": "By the back door",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                },
                "token": self.settled._portal_ensure_token(),
            },
        )
        self.env.invalidate_all()
        follow_up = self._find_follow_ups()
        self.assertIn("By the back door", self._get_comments(follow_up).body)
        self.assertTrue(self.settled.is_closed)

    def test_a_message_by_a_way_that_asks_nobody_makes_a_ticket_that_follows(self):
        self._write_as_customer(self.settled)
        follow_up = self._find_follow_ups()
        self.assertTrue(self.settled.is_closed)
        self.assertFalse(self.settled.is_waiting_for_reply)
        self.assertIn("A question", self._get_comments(follow_up).body)
        self.assertEqual(follow_up.partner_id, self.contact)
        self.assertTrue(follow_up.is_waiting_for_reply)
