# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Live chats become tickets: by the robot, by the agent, once, complete, and nobody reads another's."""

from datetime import timedelta
from html import escape
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import html2plaintext, mute_logger

from .chat_common import ChatCase

ENTRY = "odoo.addons.crm_support.models.crm_ticket_form_entry"
GOLDEN = {
    "name": "The cold room is warm",
    "partner_name": "Test Contact",
    "partner_email": "awa@mail.example",
    "partner_phone": "+33 6 12 34 56 78",
}


@tagged("post_install", "-at_install")
class TestTicketChat(ChatCase):
    # -- The robot ---------------------------------------------------------------------------------

    def test_a_visitor_tells_the_robot_and_gets_a_number(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        self.assertEqual(ticket.name, "The cold room is warm")
        self.assertEqual((ticket.channel, ticket.team_id), ("chat", self.team))
        self.assertEqual(ticket.partner_name, "Koffi Adou")
        self.assertEqual(ticket.partner_email, "koffi@mail.example")
        self.assertEqual(ticket.partner_phone, "+33 6 12 34 56 78")
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.is_waiting_for_reply)
        self.assertFalse(ticket.date_first_reply)
        self.assertIn(ticket.number, self._read_words(channel))

    def test_the_transcript_is_complete_and_in_order(self):
        ticket = self._get_ticket(self._ask())
        text = html2plaintext(ticket.description)
        words = ["What is it?", "The cold room is warm", "Name?", "E-mail?"]
        words += ["koffi@mail.example", "Phone?", "+33 6 12 34 56 78"]
        places = [text.find(word) for word in words]
        self.assertNotIn(-1, places, text)
        self.assertEqual(places, sorted(places))
        self.assertIn("Test Robot", text)
        asked = ticket.message_ids.filtered(lambda own: own.message_type == "comment")
        self.assertIn("The cold room is warm", html2plaintext(asked.body))

    def test_the_four_ways_in_make_the_same_ticket(self):
        """S-01."""
        self.contact.write({"name": "Test Contact", "phone": GOLDEN["partner_phone"]})
        tickets = self.env["crm.ticket"]
        mail = tickets.browse(self._mail_in())
        form = tickets._create_from_form(
            self.team,
            {
                "name": "Test Contact",
                "email": "awa@mail.example",
                "subject": GOLDEN["name"],
                "description": "Help",
                "phone": GOLDEN["partner_phone"],
            },
        )
        portal = tickets._create_of_customer(
            {"name": GOLDEN["name"], "team_id": self.team.id, "channel": "portal"},
            "Help",
            author=self.contact,
        )
        chat = self._get_ticket(self._ask(name="Test Contact", email="awa@mail.example"))
        for ticket in (mail, form, portal, chat):
            with self.subTest(channel=ticket.channel):
                self.assertEqual({name: ticket[name] for name in GOLDEN}, GOLDEN)
                self.assertEqual(ticket.partner_id, self.contact)
                self.assertEqual(ticket.team_id, self.team)
                self.assertEqual(ticket.stage_id, self.stage_new)
                self.assertTrue(ticket.is_waiting_for_reply)
        self.assertEqual(
            [ticket.channel for ticket in (mail, form, portal, chat)],
            ["email", "form", "portal", "chat"],
        )

    def _mail_in(self):
        self.env["mail.alias.domain"].search([], limit=1) or self.env["mail.alias.domain"].create(
            {"name": "support.example"}
        )
        self.team.alias_name = "test-chat-support"
        raw = (
            "From: Test Contact <awa@mail.example>\r\n"
            f"To: {self.team.alias_id.display_name}\r\nSubject: {GOLDEN['name']}\r\n"
            "Message-ID: <chat-golden@mail.example>\r\n\r\nHelp\r\n"
        )
        return self.env["mail.thread"].message_process("crm.ticket", raw)

    def test_a_stranger_does_not_become_one_of_ours_by_typing_an_address(self):
        self.agent.partner_id.email = "agent@ours.example"
        ticket = self._get_ticket(self._ask(email="agent@ours.example"))
        self.assertFalse(ticket.partner_id)
        self.assertEqual(ticket.partner_email, "agent@ours.example")

    def test_a_customer_who_is_logged_in_is_himself_whatever_he_types(self):
        self._log_in(self.login)
        ticket = self._get_ticket(self._ask(email="chris@mail.example"))
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertEqual(ticket.partner_email, self.contact.email)

    def test_what_is_typed_is_text(self):
        """S-18."""
        bad = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
        for sent in (bad, escape(bad)):
            ticket = self._get_ticket(self._ask(first=sent, name=sent))
            for html in (ticket.description, *ticket.message_ids.mapped("body")):
                self.assertNotIn("<img", html)
                self.assertNotIn("<script", html)
            self._leave()
        self.assertIn("<script>alert(2)", html2plaintext(ticket.description))
        self.assertIn("<script>alert(2)", ticket.name)

    def test_files_of_the_chat_come_along_and_programs_do_not(self):
        """S-19."""
        channel = self._chat("It is warm", "Koffi", "koffi@mail.example")
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": b"<svg onload=alert(1)>",
                    "res_model": "discuss.channel",
                    "res_id": channel.id,
                }
                for name in ("../../display.svg", "tool.exe")
            ]
        )
        visitor = channel.livechat_customer_history_ids.guest_id
        channel.with_context(guest=visitor).message_post(
            body="+33 6",
            attachment_ids=files.ids,
            message_type="comment",
            author_guest_id=visitor.id,
            author_id=False,
        )
        self._go_on(channel)
        ticket = self._get_ticket(channel)
        kept = ticket.message_ids.attachment_ids
        self.assertEqual(kept.mapped("name"), ["display.svg"])
        self.assertEqual(kept.mimetype, "text/plain")
        self.assertIn("[tool.exe]", html2plaintext(ticket.description))

    def test_one_chat_makes_one_ticket_however_often_the_step_is_run(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        for _time in range(3):
            self.step.sudo()._process_step(channel.sudo())
        self.make_jsonrpc_request(
            "/chatbot/restart", {"channel_id": channel.id, "chatbot_script_id": self.script.id}
        )
        self.step.sudo()._process_step(channel.sudo())
        self.assertEqual(self.env["crm.ticket"].search_count([("channel", "=", "chat")]), 1)
        self.assertEqual(self._get_ticket(channel), ticket)

    def test_the_database_keeps_a_second_ticket_out(self):
        channel = self._ask()
        other = self._create_ticket()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self.env["crm.ticket.chat"].create(
                    {"channel_id": channel.id, "ticket_id": other.id}
                )

    def test_floods_make_no_tickets_and_are_told_so(self):
        """S-21."""
        with patch(f"{ENTRY}.MOST_PER_IP", 1):
            self.assertTrue(self._get_ticket(self._ask()))
            self._leave()
            channel = self._ask(email="other@mail.example")
        self.assertFalse(self._get_ticket(channel))
        self.assertIn("Too many requests", self._read_words(channel))

    def test_a_step_without_a_team_uses_the_live_chats_team_and_its_own_goes_before(self):
        second = self._create_team("Test second")
        self.step.ticket_team_id = second
        self.assertEqual(self._get_ticket(self._ask()).team_id, second)

    # -- Agents --------------------------------------------------------------------------------------

    def test_an_agent_who_is_there_gets_the_chat_and_its_ticket(self):
        self.step.step_type = "create_ticket_and_forward"
        self.env["mail.presence"]._update_presence(self.agent)
        channel = self._ask()
        ticket = self._get_ticket(channel)
        self.assertEqual(channel.livechat_operator_id, self.agent.partner_id)
        self.assertEqual(ticket.user_id, self.agent)

    def test_nobody_there_leaves_a_ticket_and_a_number(self):
        """S-27."""
        self.step.step_type = "create_ticket_and_forward"
        channel = self._ask()
        ticket = self._get_ticket(channel)
        self.assertTrue(ticket)
        self.assertFalse(ticket.user_id)
        self.assertIn(ticket.number, self._read_words(channel))

    def _start_with_agent(self):
        channel = self._chat("It is warm")
        channel.sudo()._add_members(users=self.agent)
        return channel

    def test_an_agent_makes_a_ticket_by_a_command(self):
        channel = self._start_with_agent()
        mine = channel.with_user(self.agent)
        mine.execute_command_ticket(body="/ticket The compressor")
        ticket = self._get_ticket(channel)
        self.assertEqual((ticket.name, ticket.team_id), ("The compressor", self.team))
        self.assertEqual(ticket.user_id, self.agent)
        self.assertIn("It is warm", html2plaintext(ticket.description))
        mine.execute_command_ticket(body="/ticket Again")
        self.assertEqual(self.env["crm.ticket"].search_count([("channel", "=", "chat")]), 1)
        action = ticket.with_user(self.agent).action_open_chat()
        self.assertEqual(action["params"]["active_id"], channel.id)

    def test_who_has_no_part_in_a_chat_makes_no_ticket_of_it(self):
        channel = self._start_with_agent()
        for user in (self.agent_outside, self.employee, self.portal, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                channel.with_user(user).execute_command_ticket(body="/ticket Mine")
        channel.sudo()._add_members(users=self.employee)
        with self.assertRaises(AccessError):
            channel.with_user(self.employee).execute_command_ticket(body="/ticket Mine")
        self.assertFalse(self._get_ticket(channel))

    def test_a_channel_of_colleagues_makes_no_ticket(self):
        channel = (
            self.env["discuss.channel"]
            .with_user(self.agent)
            ._create_channel(name="Test colleagues", group_id=None)
        )
        with self.assertRaises(AccessError):
            channel.execute_command_ticket(body="/ticket Gossip")

    def test_the_conversation_opens_for_those_who_may_read_it(self):
        ticket = self._get_ticket(self._ask())
        with self.assertRaises(UserError):
            ticket.with_user(self.lead).action_open_chat()
        self.assertEqual(ticket.with_user(self.lead).chat_count, 1)
        self.assertFalse(
            self.env["crm.ticket.chat"]
            .with_user(self.stranger)
            .search([("ticket_id", "=", ticket.id)])
        )

    # -- What is said afterwards ---------------------------------------------------------------------

    def _run_cron(self):
        self.env.flush_all()
        self.env.ref("crm_support.ir_cron_crm_support_chat").method_direct_trigger()
        self.env.invalidate_all()

    def _get_comments(self, ticket):
        return ticket.message_ids.filtered(lambda own: own.message_type == "comment")

    def test_what_is_said_later_is_added_when_the_chat_ends(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        self._say(channel, "And it smells")
        self.assertEqual(len(self._get_comments(ticket)), 1)
        self.make_jsonrpc_request("/im_livechat/visitor_leave_session", {"channel_id": channel.id})
        added = self._get_comments(ticket).sorted("id")[-1:]
        self.assertIn("And it smells", html2plaintext(added.body))
        self.assertNotIn("The cold room is warm", added.body)
        self.assertFalse(ticket.chat_ids.has_more)

    def test_what_is_said_in_a_chat_that_nobody_ends_is_added_once_it_is_quiet(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        self._say(channel, "And it smells")
        self._run_cron()
        self.assertEqual(len(self._get_comments(ticket)), 1)
        channel.last_interest_dt = fields.Datetime.now() - timedelta(hours=1)
        for _time in range(2):
            self._run_cron()
        self.assertEqual(len(self._get_comments(ticket)), 2)

    def test_a_chat_that_cannot_be_added_says_why_and_holds_nobody_up(self):
        channel = self._ask()
        self._say(channel, "And it smells")
        chat = self._get_ticket(channel).chat_ids
        channel.last_interest_dt = fields.Datetime.now() - timedelta(hours=1)
        with patch.object(type(self.env["crm.ticket"]), "_post_chat", side_effect=ValueError("no")):
            self._run_cron()
        self.assertEqual(chat.problem, "no")
        self._say(channel, "Still there?")
        channel.last_interest_dt = fields.Datetime.now() - timedelta(hours=1)
        self._run_cron()
        self.assertFalse(chat.problem or chat.has_more)

    def test_who_waits_follows_the_chat(self):
        channel = self._start_with_agent()
        channel.with_user(self.agent).execute_command_ticket(body="/ticket Warm")
        ticket = self._get_ticket(channel)
        channel.with_user(self.agent).message_post(
            body="Turn it off", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(ticket.is_waiting_for_reply)
        self.assertTrue(ticket.date_first_reply)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=1)):
            self._say(channel, "How?")
        self.assertTrue(ticket.is_waiting_for_reply)
        channel._close_livechat_session()
        self.assertTrue(ticket.is_waiting_for_reply)

    def test_what_the_visitor_says_opens_the_closed_ticket_again(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        ticket.action_close()
        self._say(channel, "It is back")
        self.assertFalse(ticket.is_closed)
        self.assertTrue(ticket.is_waiting_for_reply and ticket.date_waiting_since)
        self.assertEqual(self._get_ticket(channel), ticket)

    def test_what_the_visitor_says_on_a_ticket_settled_for_good_makes_one_that_follows(self):
        channel = self._ask()
        ticket = self._get_ticket(channel)
        ticket.user_id = self.agent
        ticket.action_close()
        self.team.reopen_days = 0
        self._say(channel, "It is back")
        follow_up = self._get_ticket(channel)
        self.assertEqual(follow_up.parent_id, ticket)
        self.assertEqual((follow_up.user_id, follow_up.channel), (self.agent, "chat"))
        self.assertEqual(follow_up.partner_email, "koffi@mail.example")
        self.assertIn("It is back", follow_up.description)
        self._say(channel, "And it smells")
        self.make_jsonrpc_request("/im_livechat/visitor_leave_session", {"channel_id": channel.id})
        self.assertEqual(self._get_ticket(channel), follow_up)
        self.assertIn("And it smells", html2plaintext(self._get_comments(follow_up).body))
        self.assertEqual(len(self._get_comments(ticket)), 1)
        self.assertTrue(ticket.is_closed)

    # -- Strangers -----------------------------------------------------------------------------------

    def test_a_visitor_reads_and_moves_nobody_elses_chat(self):
        """S-27."""
        channel = self._chat("It is warm", "Koffi", "koffi@mail.example")
        self._leave()
        self._open()
        before = self._read_words(channel)
        self._go_on(channel)
        page = self.url_open(f"/im_livechat/download_transcript/{channel.id}")
        self.assertEqual(page.status_code, 404)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self._say(channel, "Me too")
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request("/discuss/channel/messages", {"channel_id": channel.id})
        self.assertEqual(self._read_words(channel), before)
        self.assertFalse(self._get_ticket(channel))

    # -- The team --------------------------------------------------------------------------------------

    def test_a_manager_gives_a_team_its_live_chat_by_a_click(self):
        team = self._create_team("Test new", member_ids=[(6, 0, self.agent.ids)])
        with self.assertRaises(AccessError):
            team.with_user(self.lead).action_create_livechat()
        mine = team.with_user(self.manager)
        for _time in range(2):
            mine.action_create_livechat()
        channel = team.livechat_channel_id
        self.assertEqual(channel.user_ids, self.agent)
        script = self.env.ref("crm_support.chatbot_script_support")
        self.assertEqual(channel.rule_ids.chatbot_script_id, script)
        self.assertIn(f"/im_livechat/support/{channel.id}", mine.livechat_url)
        self.assertEqual(mine.action_open_livechat()["url"], mine.livechat_url)

    def test_the_shipped_script_offers_a_ticket_when_nobody_is_there(self):
        self.team.livechat_channel_id = False
        self.team.with_user(self.manager).action_create_livechat()
        self.livechat = self.team.livechat_channel_id
        self.script = self.env.ref("crm_support.chatbot_script_support")
        channel = self._chat("The display is dark")
        # nobody is there: the robot goes on by itself
        self._go_on(channel)
        yes = self.env.ref("crm_support.chatbot_script_support_answer_yes")
        self._say(channel, yes.name)
        asked = channel.chatbot_message_ids.filtered(
            lambda own: own.script_step_id == yes.script_step_id
        )
        asked[-1:].user_script_answer_id = yes
        self._go_on(channel)
        for answer in ("Koffi Adou", "koffi@mail.example"):
            self._say(channel, answer)
            self._go_on(channel)
        ticket = self._get_ticket(channel)
        self.assertEqual(ticket.name, "The display is dark")
        self.assertEqual((ticket.partner_name, ticket.team_id), ("Koffi Adou", self.team))

    # -- The timeline ----------------------------------------------------------------------------------

    def test_the_timeline_tells_a_chat_once(self):
        self._log_in(self.login)
        channel = self._ask()
        ticket = self._get_ticket(channel)
        page = self.env["crm.interaction"].get_page("res.partner", self.contact.id)
        rows = {(row["model"], row["res_id"]) for row in page["rows"]}
        self.assertIn(("crm.ticket", ticket.id), rows)
        self.assertNotIn(("discuss.channel", channel.id), rows)
