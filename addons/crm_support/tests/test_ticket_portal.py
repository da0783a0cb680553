# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.tests import tagged

from .portal_common import SECRET, PortalCase


@tagged("post_install", "-at_install")
class TestTicketPortal(PortalCase):
    def setUp(self):
        super().setUp()
        self._log_in(self.login)

    # -- Looking -----------------------------------------------------------------------------------

    def test_the_home_page_leads_to_the_tickets_and_counts_the_open_ones(self):
        self._create_ticket("Settled", partner_id=self.contact.id, stage_id=self.stage_solved.id)
        home = self.url_open("/my")
        self.assertIn('href="/my/tickets"', home.text)
        self.assertEqual(
            self.make_jsonrpc_request("/my/counters", {"counters": ["ticket_count"]}),
            {"ticket_count": 1},
        )

    def test_the_list_is_filtered_searched_sorted_and_turned(self):
        for number in range(25):
            self._create_ticket(f"Cold room {number:02}", partner_id=self.contact.id)
        waiting = self._create_ticket(
            "A picture, please", partner_id=self.contact.id, stage_id=self.stage_waiting.id
        )
        closed = self._create_ticket(
            "All is well", partner_id=self.contact.id, stage_id=self.stage_solved.id
        )
        waiting.description = "<p>The compressor whistles</p>"
        first = self.url_open("/my/tickets").text
        self.assertIn("A picture, please", first)
        self.assertNotIn("All is well", first)
        self.assertNotIn("Cold room 00", first)
        self.assertIn("Cold room 00", self.url_open("/my/tickets/page/2").text)
        self.assertIn("Cold room 00", self.url_open("/my/tickets?sortby=oldest").text)
        only_waiting = self.url_open("/my/tickets?filterby=waiting").text
        self.assertIn("Waiting for You", only_waiting)
        self.assertNotIn("Cold room", only_waiting)
        self.assertIn(closed.number, self.url_open("/my/tickets?filterby=closed").text)
        found = self.url_open(f"/my/tickets?search=%23{waiting.number}&filterby=all").text
        self.assertIn("A picture, please", found)
        self.assertNotIn("Cold room", found)
        self.assertIn("Cold room 07", self.url_open("/my/tickets?search=ROOM+07").text)
        found = self.url_open("/my/tickets?search=compressor&filterby=all").text
        self.assertIn("A picture, please", found)
        self.assertNotIn("Cold room", found)

    def test_wrong_words_in_the_address_of_the_list_do_no_harm(self):
        for query in (
            "sortby=name;drop",
            "filterby=__class__",
            "search=%25%25%27%22%3Cscript%3E",
            "page=-3",
        ):
            answer = self.url_open(f"/my/tickets?{query}")
            self.assertEqual(answer.status_code, 200, query)
            self.assertNotIn("<script>%", answer.text)

    def test_a_ticket_shows_the_conversation_and_nothing_of_the_team(self):
        self._note(self.ticket)
        self._reply(self.ticket, "Please send a picture of the display")
        self.ticket.message_post(
            body=SECRET,
            message_type="email",
            subtype_xmlid="mail.mt_note",
            author_id=self.agent.partner_id.id,
        )
        page = self.url_open(f"/my/tickets/{self.ticket.id}")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertIn("Please send a picture of the display", page.text)
        self.assertIn(self.ticket.number, page.text)
        self.assertNotIn("Between ourselves", page.text)

    def test_a_description_written_by_the_team_is_shown_and_a_first_message_only_once(self):
        self.ticket.description = "<p>Told on the phone: it is warm</p>"
        self.assertIn("it is warm", self.url_open(f"/my/tickets/{self.ticket.id}").text)
        self._post(
            "/my/tickets/new",
            subject="Asked by me",
            description="Just once, please",
            team_id=str(self.team.id),
        )
        mine = self.env["crm.ticket"].search([("name", "=", "Asked by me")])
        self.assertEqual(self.url_open(f"/my/tickets/{mine.id}").text.count("Just once, please"), 1)

    def test_a_long_conversation_begins_with_its_end(self):
        for number in range(33):
            self._reply(self.ticket, f"Message no. {number:02}")
        page = self.url_open(f"/my/tickets/{self.ticket.id}").text
        self.assertNotIn("Message no. 02", page)
        self.assertIn("Message no. 32", page)
        self.assertIn("Message no. 02", self.url_open(f"/my/tickets/{self.ticket.id}?all=1").text)

    # -- Answering ---------------------------------------------------------------------------------

    def test_the_customer_answers_with_a_file_and_waits_for_the_team(self):
        self._reply(self.ticket)
        self.assertFalse(self.ticket.is_waiting_for_reply)
        answer = self._post(
            f"/my/tickets/{self.ticket.id}/reply",
            files=[("files", ("display.png", b"\x89PNG\r\n\x1a\n", "image/png"))],
            body="Here it is\n<b>E4</b>",
        )
        self.assertEqual(answer.status_code, 303)
        message = self.ticket.message_ids[0]
        self.assertEqual(message.author_id, self.contact)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn("&lt;b&gt;E4&lt;/b&gt;", message.body)
        self.assertEqual(message.attachment_ids.name, "display.png")
        self.assertTrue(self.ticket.is_waiting_for_reply)
        page = self.url_open(answer.headers["Location"])
        self.assertIn("Your message is with us", page.text)
        self.assertIn("display.png", page.text)

    def test_an_answer_without_words_or_with_a_wrong_file_is_told_and_kept(self):
        count = len(self.ticket.message_ids)
        path = f"/my/tickets/{self.ticket.id}/reply"
        self.assertIn("Please write something", self._post(path, body="  ").text)
        program = self._post(
            path,
            files=[("files", ("invoice.pdf.exe", b"MZ", "application/pdf"))],
            body="My invoice",
        )
        self.assertIn("is a program", program.text)
        self.assertIn("My invoice", program.text)
        many = [("files", (f"{number}.txt", b"x", "text/plain")) for number in range(6)]
        self.assertIn("No more than 5 files", self._post(path, files=many, body="All").text)
        self.assertEqual(len(self.ticket.message_ids), count)

    def test_a_flood_of_answers_is_held_off(self):
        path = f"/my/tickets/{self.ticket.id}/reply"
        for number in range(30):
            self.ticket.message_post(
                body=str(number),
                author_id=self.contact.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertIn("a lot at once", self._post(path, body="one more").text)
        self.assertFalse(
            self.ticket.message_ids.filtered(lambda message: "one more" in (message.body or ""))
        )

    # -- Closing -----------------------------------------------------------------------------------

    def test_the_customer_closes_and_opens_again_by_a_button_and_never_by_a_link(self):
        path = f"/my/tickets/{self.ticket.id}"
        for action in ("close", "reopen", "reply"):
            self.assertIn(self.url_open(f"{path}/{action}").status_code, (404, 405))
        self.assertFalse(self.ticket.is_closed)
        self.assertEqual(self._post(f"{path}/close").status_code, 303)
        self.assertEqual(self.ticket.stage_id, self.stage_solved)
        self.assertEqual(self._post(f"{path}/close").status_code, 303, "twice does no harm")
        self.ticket.is_waiting_for_reply = False
        self.assertEqual(self._post(f"{path}/reopen").status_code, 303)
        self.assertFalse(self.ticket.is_closed)
        self.assertTrue(self.ticket.is_waiting_for_reply)
        self.assertEqual(self.ticket.reopen_count, 1)
        logs = " ".join(self.ticket.message_ids.mapped("body"))
        self.assertIn("The customer closed the ticket.", logs)
        self.assertNotIn("The customer closed", self.url_open(path).text)

    def test_a_button_pressed_on_another_site_does_nothing(self):
        path = f"/my/tickets/{self.ticket.id}/close"
        with self.assertLogs("odoo.http", level="WARNING"):
            self.assertEqual(self._post(path, csrf_token="forged").status_code, 400)
        self.assertFalse(self.ticket.is_closed)

    # -- Asking ------------------------------------------------------------------------------------

    def test_the_customer_asks_and_extra_keys_are_ignored_and_logged(self):
        kind = self.env.ref("crm_support.crm_ticket_type_incident")
        extra = {f"key_{number}": "x" for number in range(36)}
        extra |= {
            "user_id": self.agent.id,
            "stage_id": self.stage_solved.id,
            "partner_id": self.outsider.id,
            "priority": "3",
        }
        with self.assertLogs(
            "odoo.addons.crm_support.controllers.asked", level=logging.INFO
        ) as logs:
            answer = self._post(
                "/my/tickets/new",
                subject="It leaks",
                description="Under the door",
                team_id=str(self.team.id),
                type_id=str(kind.id),
                **extra,
            )
        self.assertIn("ignored 40 unknown fields", logs.output[0])
        self.assertEqual(answer.status_code, 303)
        ticket = self.env["crm.ticket"].search([("name", "=", "It leaks")])
        self.assertEqual(ticket.partner_id, self.contact)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.type_id, kind)
        self.assertEqual(ticket.channel, "portal")
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertEqual(ticket.priority, "1")
        self.assertFalse(ticket.user_id)
        self.assertIn("Under the door", ticket.description)
        self.assertTrue(ticket.is_waiting_for_reply)

    def test_what_is_missing_is_said_and_nothing_is_lost(self):
        answer = self._post(
            "/my/tickets/new", subject="", description="Under the door", team_id=str(self.team.id)
        )
        self.assertIn("Please say in a few words", answer.text)
        self.assertIn("Under the door", answer.text)
        self.assertIn('href="#subject"', answer.text)

    def test_teams_of_another_company_or_not_on_the_portal_are_not_offered(self):
        hidden = self._create_team("Test internal", visibility="internal")
        self._create_team("Test second")
        page = self.url_open("/my/tickets/new").text
        self.assertIn("Test support", page)
        self.assertNotIn("Test internal", page)
        self.assertNotIn("Test other", page)
        for team in (hidden, self.team_other):
            answer = self._post(
                "/my/tickets/new", subject="Sneaky", description="x", team_id=str(team.id)
            )
            self.assertIn("Please choose who is to help you", answer.text)
        self.assertFalse(self.env["crm.ticket"].search([("name", "=", "Sneaky")]))
