# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees whose tickets, by every way there is: pages, calls, chatter, files, links."""

import time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .portal_common import SECRET, PortalCase

PICTURE = ("display.png", b"\x89PNG\r\n\x1a\n")


@tagged("post_install", "-at_install")
class TestTicketIsolation(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket_colleague = cls._create_ticket("Of the colleague", partner_id=cls.colleague.id)
        cls.ticket_outsider = cls._create_ticket("Of the outsider", partner_id=cls.outsider.id)
        cls.ticket_abroad = cls._create_ticket(
            "Abroad", team_id=cls.team_other.id, partner_id=cls.outsider.id
        )
        cls.all_tickets = (
            cls.ticket | cls.ticket_colleague | cls.ticket_outsider | cls.ticket_abroad
        )

    def _see(self, user):
        return self.env["crm.ticket"].with_user(user).search([("id", "in", self.all_tickets.ids)])

    def _call(self, model, method, *args, **kwargs):
        params = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self.make_jsonrpc_request("/web/dataset/call_kw", params)

    # -- Who sees what -----------------------------------------------------------------------------

    def test_each_sees_his_own_and_what_he_follows_also_of_another_company(self):
        """T-S12, S-02."""
        self.assertEqual(self._see(self.login), self.ticket)
        self.assertEqual(self._see(self.login_colleague), self.ticket_colleague)
        self.assertEqual(self._see(self.login_outsider), self.ticket_outsider | self.ticket_abroad)
        (self.ticket_abroad | self.ticket_outsider).message_subscribe(self.contact.ids)
        self.assertEqual(
            self._see(self.login), self.ticket | self.ticket_outsider | self.ticket_abroad
        )
        self._log_in(self.login)
        page = self.url_open("/my/tickets")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Abroad", page.text)
        counted = self.make_jsonrpc_request("/my/counters", {"counters": ["ticket_count"]})
        self.assertEqual(counted, {"ticket_count": 3})

    def test_the_team_or_the_customer_lets_everybody_of_a_company_see(self):
        self.team.customer_scope = "company"
        self.assertEqual(self._see(self.login), self.ticket | self.ticket_colleague)
        self.assertEqual(self._see(self.login_outsider), self.ticket_outsider | self.ticket_abroad)
        self.customer.ticket_scope = "contact"
        self.assertEqual(self._see(self.login), self.ticket)
        self.team.customer_scope = "contact"
        self.customer.ticket_scope = "company"
        self.assertEqual(self._see(self.login_colleague), self.ticket | self.ticket_colleague)

    def test_what_is_searched_and_what_is_checked_is_the_same(self):
        self.ticket_outsider.message_subscribe(self.contact.ids)
        for team_scope in ("contact", "company"):
            for customer_scope in (False, "contact", "company"):
                self.team.customer_scope = team_scope
                self.customer.ticket_scope = customer_scope
                for user in (self.login, self.login_colleague, self.login_outsider, self.portal):
                    with self.subTest(team=team_scope, customer=customer_scope, user=user.login):
                        checked = self.all_tickets.with_user(user)._filtered_access("read")
                        self.assertEqual(set(self._see(user).ids), set(checked.ids))

    def test_a_team_that_is_not_on_the_portal_shows_customers_nothing(self):
        token = self.ticket._portal_ensure_token()
        for visibility in ("internal", "invited"):
            self.team.visibility = visibility
            self.assertFalse(self._see(self.login))
            self.authenticate(None, None)
            answer = self.url_open(f"/my/tickets/{self.ticket.id}?access_token={token}")
            self.assertEqual(answer.status_code, 404)
            self.assertNotIn(self.ticket.name, answer.text)
            with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                self.make_jsonrpc_request(
                    "/mail/chatter_fetch",
                    {
                        "thread_model": "crm.ticket",
                        "thread_id": self.ticket.id,
                        "token": token,
                        "fetch_params": {},
                    },
                )

    def test_a_new_login_with_an_address_of_old_tickets_sees_none_of_them(self):
        """S-09."""
        old = self._create_ticket("By mail, long ago", partner_email="dora@mail.example")
        dora = self.env["res.partner"].create({"name": "Dora", "email": "dora@mail.example"})
        login = self._create_login(dora, "ticket_dora")
        self.assertFalse(self.env["crm.ticket"].with_user(login).search([("id", "=", old.id)]))
        old.partner_id = dora
        self.assertEqual(self.env["crm.ticket"].with_user(login).search([("id", "=", old.id)]), old)

    # -- By calls ----------------------------------------------------------------------------------

    def test_calls_give_no_foreign_row(self):
        """S-04."""
        self._log_in(self.login)
        mine = [self.ticket.id]
        domain = [["id", "in", self.all_tickets.ids]]
        self.assertEqual(self._call("crm.ticket", "search", domain), mine)
        self.assertEqual(
            [row[0] for row in self._call("crm.ticket", "name_search", "outsider", domain)], []
        )
        groups = self._call("crm.ticket", "formatted_read_group", domain, ["stage_id"], ["__count"])
        self.assertEqual([group["__count"] for group in groups], [1])
        self.assertEqual(self._call("crm.ticket", "search_count", domain), 1)
        for method, args in (
            ("read", [["name"]]),
            ("export_data", [["name"]]),
            ("web_read", [{"name": {}}]),
        ):
            with (
                self.subTest(method=method),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self._call("crm.ticket", method, self.ticket_outsider.ids, *args)

    def test_linked_tickets_are_not_told(self):
        """S-04."""
        self.ticket.parent_id = self.ticket_outsider
        self.ticket.related_ids = self.ticket_outsider
        as_customer = self.ticket.with_user(self.login)
        for name in (
            "parent_id",
            "child_ids",
            "related_ids",
            "ticket_properties",
            "tag_ids",
            "email_cc",
            "user_id",
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                as_customer.read([name])
        self.assertNotIn("Of the outsider", str(as_customer.read()))

    def test_notes_are_not_found_by_guessing_words(self):
        """S-06."""
        note = self._note(self.ticket)
        mailed = self.ticket.message_post(
            body=SECRET,
            message_type="email",
            subtype_xmlid="mail.mt_note",
            author_id=self.agent.partner_id.id,
        )
        tickets = self.env["crm.ticket"].with_user(self.login)
        for path in (
            "message_ids.body",
            "website_message_ids.body",
            "message_ids.attachment_ids.name",
        ):
            with self.subTest(path=path), self.assertRaises(AccessError):
                tickets.search([(path, "ilike", "ourselves")])
        messages = self.env["mail.message"].with_user(self.login)
        self.assertFalse(messages.search([("body", "ilike", "ourselves")]))
        for message in note | mailed:
            with self.assertRaises(AccessError):
                message.with_user(self.login).read(["body"])

    def test_the_chatter_gives_customers_no_note_and_no_foreign_ticket(self):
        """S-06."""
        self._note(self.ticket)
        self._reply(self.ticket, "Send a picture")
        token = self.ticket._portal_ensure_token()
        asked = {"thread_model": "crm.ticket", "thread_id": self.ticket.id, "fetch_params": {}}
        for user, extra in ((self.login, {}), (None, {"token": token})):
            self.authenticate(user and user.login, user and user.login)
            answer = str(self.make_jsonrpc_request("/mail/chatter_fetch", {**asked, **extra}))
            self.assertIn("Send a picture", answer)
            self.assertNotIn("ourselves", answer)
        for extra in (
            {"token": token[:-1]},
            {"token": self.ticket_outsider._portal_ensure_token()},
        ):
            with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request("/mail/chatter_fetch", {**asked, **extra})

    def test_mails_to_customers_hold_no_note(self):
        """S-06."""
        self.ticket.message_subscribe(self.contact.ids)
        note = self._note(self.ticket)
        self.assertNotIn(self.contact, note.notified_partner_ids)
        reply = self._reply(self.ticket, "Send a picture", partner_ids=self.contact.ids)
        self.assertIn(self.contact, reply.notified_partner_ids)
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", (note | reply).ids)])
        to_customer = mails.filtered(lambda mail: self.contact in mail.recipient_ids)
        self.assertTrue(to_customer)
        self.assertNotIn("ourselves", " ".join(to_customer.mapped("body_html")))

    # -- By links ----------------------------------------------------------------------------------

    def test_a_link_opens_its_ticket_and_writes_as_its_contact(self):
        self.authenticate(None, None)
        token = self.ticket._portal_ensure_token()
        path = f"/my/tickets/{self.ticket.id}"
        page = self.url_open(f"{path}?access_token={token}")
        self.assertIn(self.ticket.name, page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(
            self._post(f"{path}/reply", access_token=token, body="By my link").status_code, 303
        )
        self.assertEqual(self.ticket.message_ids[0].author_id, self.contact)
        self.ticket.message_subscribe(self.outsider.ids)
        signed = self.ticket._sign_token(self.outsider.id)
        proof = {"access_token": token, "pid": str(self.outsider.id), "hash": signed}
        self._post(f"{path}/reply", body="By another's link", **proof)
        self.assertEqual(self.ticket.message_ids[0].author_id, self.outsider)
        self._post(f"{path}/close", access_token=token)
        self.assertTrue(self.ticket.is_closed)

    def test_wrong_links_open_nothing_and_learn_nothing(self):
        """S-03."""
        token = self.ticket._portal_ensure_token()
        other = self.ticket_outsider._portal_ensure_token()
        path = f"/my/tickets/{self.ticket.id}"
        self._log_in(self.login_outsider)
        pages = set()
        for address in (
            path,
            f"{path}?access_token={token[:-1]}",
            f"{path}?access_token={other}",
            f"{path}?access_token=",
            f"{path}?access_token={token[:-1]}é",
            "/my/tickets/2147483000",
        ):
            answer = self.url_open(address)
            self.assertEqual(answer.status_code, 404, address)
            self.assertNotIn(self.ticket.name, answer.text)
            pages.add(answer.text.partition("<h1")[2].partition("</main")[0])
        self.assertEqual(len(pages), 1, "all are answered alike")
        for action in ("reply", "close", "reopen"):
            answer = self._post(f"{path}/{action}", access_token=other, body="Hello")
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(self.ticket.is_closed)
        self.assertNotEqual(self.url_open(f"/my/tickets/{self.ticket.number}").status_code, 200)

    def test_a_link_that_was_withdrawn_opens_nothing(self):
        """S-03."""
        token = self.ticket._portal_ensure_token()
        self.ticket.access_token = False
        self._log_in(self.login_outsider)
        for stale in (token, "False", "None"):
            answer = self.url_open(f"/my/tickets/{self.ticket.id}?access_token={stale}")
            self.assertEqual(answer.status_code, 404)

    def test_how_long_a_refusal_takes_tells_nothing_of_the_token(self):
        """S-03: compared without regard to where they differ. The quickest of many tries is what the machine's other work disturbs least."""
        token = self.ticket._portal_ensure_token()
        self._log_in(self.login_outsider)

        def measure(wrong):
            began = time.perf_counter()
            self.url_open(f"/my/tickets/{self.ticket.id}?access_token={wrong}")
            return time.perf_counter() - began

        near, far = token[:-1] + "-", "x" * len(token)
        times = [(measure(near), measure(far)) for _try in range(15)]
        quickest_near, quickest_far = (min(tries) for tries in zip(*times, strict=True))
        self.assertLess(abs(quickest_near - quickest_far), 0.02)

    def test_who_guesses_links_is_held_off(self):
        self.authenticate(None, None)
        path = f"/my/tickets/{self.ticket.id}"
        statuses = [
            self.url_open(f"{path}?access_token={number}").status_code for number in range(21)
        ]
        self.assertEqual(statuses, [404] * 20 + [429])
        right = self.url_open(f"{path}?access_token={self.ticket._portal_ensure_token()}")
        self.assertEqual(right.status_code, 200)

    def test_who_is_not_logged_in_is_sent_to_do_so_whether_a_ticket_exists_or_not(self):
        self.authenticate(None, None)
        for number in (self.ticket.id, 2147483000):
            answer = self.url_open(f"/my/tickets/{number}", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/web/login", answer.headers["Location"])

    # -- Files -------------------------------------------------------------------------------------

    def test_files_around_own_ones_are_not_given_out_nor_deleted(self):
        """S-07."""
        attachments = self.env["ir.attachment"]
        before = self._note(self.ticket, attachments=[("margin.txt", SECRET)]).attachment_ids
        own = self._reply(self.ticket, attachments=[PICTURE]).attachment_ids
        foreign = self._reply(
            self.ticket_outsider, attachments=[("contract.pdf", b"%PDF-1.4")]
        ).attachment_ids
        loose = attachments.create(
            {"name": "loose.txt", "raw": b"x", "res_model": "crm.ticket", "res_id": self.ticket.id}
        )
        self._log_in(self.login)
        path = f"/my/tickets/{self.ticket.id}/file"
        self.assertEqual(self.url_open(f"{path}/{own.id}").content, PICTURE[1])
        count = attachments.search_count([])
        hidden = (before | foreign | loose).ids
        guessed = {*hidden, *(own.id + step for step in (-50, -20, -2, 2, 20, 50))} - {own.id}
        for number in guessed:
            self.assertEqual(self.url_open(f"{path}/{number}").status_code, 404)
        for number in hidden:
            for address in (
                f"/web/content/{number}",
                f"/web/image/{number}",
                f"/web/content/{number}?access_token=x",
            ):
                self.assertNotIn(b"ourselves", self.url_open(address).content)
            with mute_logger("odoo.http"):
                for route in ("/mail/attachment/delete", "/portal/attachment/remove"):
                    with self.assertRaises(JsonRpcException):
                        self.make_jsonrpc_request(
                            route, {"attachment_id": number, "access_token": "x"}
                        )
        for number in hidden:
            self.assertEqual(self.url_open(f"/web/content/{number}").status_code, 404)
        self.assertEqual(attachments.search_count([]), count)

    def test_files_that_browsers_would_run_are_handed_out_to_be_kept(self):
        """S-19."""
        script = b"<script>alert(1)</script>"
        files = {
            "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "a.html": script,
            "a.xhtml": b'<html xmlns="http://www.w3.org/1999/xhtml">' + script + b"</html>",
            "a.xml": b"<?xml version='1.0'?><x/>",
            "a.mht": script,
            "a.htm": script,
            "gif.html": b"GIF89a/*" + script,
            "../../x.txt": b"x",
            '"><img onerror=alert(1)>.png': b"x",
        }
        self._log_in(self.login)
        sent = list(files.items())
        for batch in (sent[:5], sent[5:]):
            posted = [("files", (name, raw, "image/png")) for name, raw in batch]
            answer = self._post(f"/my/tickets/{self.ticket.id}/reply", files=posted, body="Look")
            self.assertEqual(answer.status_code, 303)
        kept = self.ticket.message_ids.attachment_ids
        self.assertEqual(len(kept), len(files))
        page = self.url_open(f"/my/tickets/{self.ticket.id}").text
        self.assertNotIn("<img onerror", page)
        for file in kept:
            self.assertNotRegex(file.name, r'[/\\<>"]')
            self.assertNotRegex(file.mimetype, r"ht|xml|svg", file.name)
            answer = self.url_open(f"/my/tickets/{self.ticket.id}/file/{file.id}")
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
            self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self._log_in_agent()
        for file in kept:
            answer = self.url_open(f"/web/content/{file.id}")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertNotRegex(answer.headers["Content-Type"], r"html|xml|svg")

    def test_files_of_emails_that_browsers_would_run_stay_files(self):
        """S-19."""
        script = b"<script>alert(1)</script>"
        svg = b'<svg xmlns="http://www.w3.org/2000/svg">' + script + b"</svg>"
        sent = [("a.svg", svg), ("a.html", script), ("gif.html", b"GIF89a/*" + script)]
        message = self.ticket.message_post(
            body="Look",
            attachments=sent,
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertEqual(len(message.attachment_ids), len(sent))
        self._log_in(self.login)
        for file in message.attachment_ids:
            answer = self.url_open(f"/my/tickets/{self.ticket.id}/file/{file.id}")
            self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
            self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self._log_in_agent()
        for file in message.attachment_ids:
            for path in (f"/web/content/{file.id}", f"/web/image/{file.id}"):
                answer = self.url_open(path)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", path)
                self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])

    def _log_in_agent(self):
        self.agent.password = self.agent.login
        self._log_in(self.agent)

    # -- Texts -------------------------------------------------------------------------------------

    def test_markup_of_customers_is_text(self):
        """S-18."""
        script = '<script>alert(1)</script><img src=x onerror="alert(1)">'
        self._log_in(self.login)
        self.team.name = script
        self._post("/my/tickets/new", subject=script, description=script, team_id=str(self.team.id))
        ticket = self.env["crm.ticket"].search([("name", "=", script)])
        for path in (
            "/my/tickets",
            f"/my/tickets/{ticket.id}",
            f"/my/tickets?search={script}",
            "/my/tickets/new",
        ):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("<script>alert(1)", page.text)
            self.assertNotIn("<img src=x", page.text)
        self.assertNotIn("<script", ticket.description)
        self.assertNotIn("<img", ticket.description)

    def test_a_list_asks_the_database_the_same_however_long_it_is(self):
        self._log_in(self.login)
        self.url_open("/my/tickets")
        tickets = self.env["crm.ticket"].with_user(self.login)
        with self.assertQueryCount(3):
            tickets.search([("is_closed", "=", False)], limit=20)
