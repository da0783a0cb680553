# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCase

QUESTION = "Do you have a spare regulator?"
CUSTOMERS_WORDS = "The compressor stops"


@tagged("post_install", "-at_install")
class TestTicketSupplier(PortalCase):
    """Two suppliers, a customer, and a ticket that none of them may mix up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket.description = "<p>Freezer of Test Customer Ltd</p>"
        cls.supplier, cls.supplier_other = cls.env["res.partner"].create(
            [
                {"name": "Test Supplier", "email": "sam@supplier.example"},
                {"name": "Test Rival Supplier", "email": "rita@rival.example"},
            ]
        )
        cls.login_supplier = cls._create_login(cls.supplier, "supplier_sam")
        cls.login_supplier_other = cls._create_login(cls.supplier_other, "supplier_rita")
        cls.request = cls._ask(cls.supplier)

    @classmethod
    def _ask(cls, supplier, ticket=None, user=None, **values):
        wizard = cls.env["crm.ticket.supplier.ask"].with_user(user or cls.agent)
        wizard = wizard.create(
            {
                "ticket_id": (ticket or cls.ticket).id,
                "partner_id": supplier.id,
                "name": "Regulator",
                "question": QUESTION,
                **values,
            }
        )
        action = wizard.action_ask()
        return cls.env["crm.ticket.supplier"].browse(action["res_id"])

    def _open(self, query="", request=None):
        path = f"/my/supplier-requests/{(request or self.request).id}{query}"
        return self.url_open(path, allow_redirects=False)

    def _get_token(self):
        return self.request._portal_ensure_token()

    def _answer(self, text="Ten of them", **values):
        return self._post(f"/my/supplier-requests/{self.request.id}/reply", body=text, **values)

    def _get_notes(self, ticket=None):
        return " ".join((ticket or self.ticket).message_ids.mapped("body"))

    # -- Who sees what ---

    def test_the_supplier_sees_his_question_and_nothing_of_the_ticket(self):
        self._note(self.request, "Never tell him the price")
        self._reply(self.ticket, "We ask our supplier")
        for way in ("login", "link"):
            with self.subTest(way=way):
                if way == "login":
                    self._log_in(self.login_supplier)
                    page = self._open()
                else:
                    self.authenticate(None, None)
                    page = self._open(f"?access_token={self._get_token()}")
                self.assertEqual(page.status_code, 200)
                self.assertIn(QUESTION, page.text)
                for hidden in (
                    CUSTOMERS_WORDS,
                    "Freezer of",
                    "Test Contact",
                    "Test Customer",
                    self.ticket.number,
                    "We ask our supplier",
                    "Never tell",
                ):
                    self.assertNotIn(hidden, page.text)

    def test_nobody_else_opens_the_page_by_number_token_or_login(self):
        """S-04: other supplier, customer, stranger; wrong, cut, foreign and strange tokens."""
        token = self._get_token()
        foreign = self._ask(self.supplier_other)._portal_ensure_token()
        for user in (self.login_supplier_other, self.login, self.login_colleague, self.portal):
            with self.subTest(user=user.login):
                user.sudo().password = user.login
                self._log_in(user)
                self.assertEqual(self._open().status_code, 404)
                self.assertEqual(self._open(f"?access_token={token}").status_code, 404)
                self.assertEqual(self._answer(access_token=token).status_code, 404)
                self.assertNotIn("Regulator", self.url_open("/my/tickets").text)
        self.authenticate(None, None)
        for sent in (
            "",
            token[:-1],
            foreign,
            f"{token}x",
            "\u00e9",
            "None",
            self.ticket.access_token,
        ):
            with self.subTest(sent=sent):
                self.assertEqual(self._open(f"?access_token={sent}").status_code, 404)
        for number in (0, self.request.id + 9999, 2**31, 2**63):
            with self.subTest(number=number):
                path = f"/my/supplier-requests/{number}?access_token={token}"
                self.assertIn(self.url_open(path).status_code, (404, 429))

    def test_the_list_shows_a_supplier_his_own_requests(self):
        self._ask(self.supplier_other, name="Only for Rita")
        self._log_in(self.login_supplier)
        page = self.url_open("/my/supplier-requests").text
        self.assertIn("Regulator", page)
        self.assertNotIn("Only for Rita", page)

    def test_odoos_own_ways_to_messages_open_nothing_by_the_link(self):
        token = self._get_token()
        signed = self.request._sign_token(self.supplier.id)
        for user in (None, self.login_supplier_other, self.login):
            self.authenticate(user and user.login, user and user.login)
            with self.subTest(user=user), mute_logger("odoo.http"):
                for params in ({"token": token}, {"hash": signed, "pid": self.supplier.id}):
                    thread = {"thread_model": "crm.ticket.supplier", "thread_id": self.request.id}
                    for path in ("/mail/thread/messages", "/mail/message/post"):
                        sent = {**thread, **params, "post_data": {"body": "Hello"}}
                        answer = self.url_open(path, json={"params": sent})
                        self.assertNotIn(QUESTION, answer.text)
        self.assertNotIn("Hello", " ".join(self.request.message_ids.mapped("body")))

    def test_rights_follow_those_on_the_ticket(self):
        self.team.visibility = "invited"
        self.assertTrue(self.request.with_user(self.agent).read(["name"]))
        for user in (
            self.agent_outside,
            self.stranger,
            self.employee,
            self.portal,
            self.login_supplier,
            self.login,
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.request.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    self._ask(self.supplier, user=user)
                with self.assertRaises(AccessError):
                    self.request.with_user(user).action_end()

    def test_the_customer_sees_nothing_on_his_ticket_merged_or_not(self):
        self._log_in(self.login_supplier)
        self._answer("Ten regulators in stock")
        other = self._create_ticket("Second", partner_id=self.contact.id)
        self._log_in(self.login)
        page = self.url_open(f"/my/tickets/{self.ticket.id}").text
        for hidden in ("egulator", "Test Supplier", QUESTION):
            self.assertNotIn(hidden, page)
        self.env["crm.merge"].with_user(self.agent)._merge(
            other.with_user(self.agent), self.ticket.with_user(self.agent)
        )
        self.env.invalidate_all()
        self.assertEqual(self.request.ticket_id, other)
        page = self.url_open(f"/my/tickets/{other.id}").text
        for hidden in ("egulator", "Test Supplier", QUESTION):
            self.assertNotIn(hidden, page)
        messages = self.env["mail.message"].with_user(self.login)
        self.assertFalse(messages.search([("body", "ilike", "regulator")]))

    # -- Answers ---

    def test_an_answer_with_a_file_is_noted_on_the_ticket_for_the_team_alone(self):
        self._log_in(self.login_supplier)
        spoke = self.ticket.date_last_customer_message
        files = {"files": ("stock.txt", b"ten", "text/plain")}
        self.assertEqual(self._answer("Ten of <b>them</b>", files=files).status_code, 303)
        self.assertTrue(self.request.is_answered)
        self.assertIn("Ten of", self._get_notes())
        note = self.ticket.message_ids[:1]
        self.assertTrue(note.is_internal)
        self.assertNotIn("<b>them</b>", note.body)
        self.assertEqual(self.ticket.date_last_customer_message, spoke)
        self.assertFalse(self.ticket._get_customer_messages())
        file = self.request._get_supplier_messages().attachment_ids
        path = f"/my/supplier-requests/{self.request.id}/file/{file.id}"
        self.assertEqual(self.url_open(path).content, b"ten")
        self._log_in(self.login_supplier_other)
        self.assertEqual(self.url_open(path).status_code, 404)
        self._log_in(self.login)
        self.assertEqual(
            self.url_open(f"/my/tickets/{self.ticket.id}/file/{file.id}").status_code, 404
        )

    def test_files_of_the_question_go_along_and_colleagues_open_them(self):
        uploads = self.env["ir.attachment"].with_user(self.agent)
        file = uploads.create(
            {"name": "photo.txt", "raw": b"pic", "res_model": "crm.ticket.supplier.ask"}
        )
        asked = self._ask(self.supplier, attachment_ids=[Command.set(file.ids)])
        self.assertEqual(asked._get_supplier_messages().attachment_ids, file.sudo())
        self.assertEqual(file.with_user(self.lead).raw, b"pic")
        self._log_in(self.login_supplier)
        path = f"/my/supplier-requests/{asked.id}/file/{file.id}"
        self.assertEqual(self.url_open(path).content, b"pic")
        theirs = self.env["ir.attachment"].create({"name": "secret.txt", "raw": b"no"})
        with self.assertRaises(AccessError):
            self._ask(self.supplier, attachment_ids=[Command.set(theirs.ids)])

    def test_files_of_the_ticket_are_not_served_on_the_suppliers_page(self):
        secret = self.env["ir.attachment"].create(
            {
                "name": "contract.txt",
                "raw": b"x",
                "res_model": "crm.ticket",
                "res_id": self.ticket.id,
            }
        )
        self._log_in(self.login_supplier)
        path = f"/my/supplier-requests/{self.request.id}/file/{secret.id}"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_the_link_answers_in_the_suppliers_name_and_a_flood_is_held(self):
        self.authenticate(None, None)
        token = self._get_token()
        self.assertEqual(self._answer("By link", access_token=token).status_code, 303)
        said = self.request._get_supplier_messages()[-1:]
        self.assertEqual(said.author_id, self.supplier)
        for _number in range(30):
            self.request._post_of_supplier("Again")
        count = len(self.request.message_ids)
        self.assertIn("a lot at once", self._answer("Once more", access_token=token).text)
        self.assertEqual(len(self.request.message_ids), count)

    def test_colleagues_look_at_the_page_and_do_not_answer_for_the_supplier(self):
        self.agent.sudo().password = self.agent.login
        self._log_in(self.agent)
        self.assertEqual(self._open().status_code, 200)
        self.assertEqual(self._answer("As if I were him").status_code, 404)

    # -- The end ---

    def test_ending_stops_page_link_files_and_list_at_once(self):
        token = self._get_token()
        self.request.with_user(self.agent).action_end()
        self.assertNotEqual(self.request.access_token, token)
        self._log_in(self.login_supplier)
        self.assertEqual(self._open().status_code, 404)
        self.assertEqual(self._answer().status_code, 404)
        self.assertNotIn("Regulator", self.url_open("/my/supplier-requests").text)
        self.authenticate(None, None)
        for sent in (token, self.request.access_token):
            self.assertEqual(self._open(f"?access_token={sent}").status_code, 404)
        with self.assertRaisesRegex(UserError, "ended"):
            self._reply(self.request, "Are you there?")
        self._note(self.request, "He never answered")
        self.request.with_user(self.agent).action_reopen()
        self.assertEqual(
            self._open(f"?access_token={token}").status_code, 404, "an old link stays shut"
        )
        self._log_in(self.login_supplier)
        self.assertEqual(self._open().status_code, 200)

    def test_deleting_the_ticket_deletes_what_was_asked(self):
        messages = self.request.message_ids
        self.ticket.with_user(self.manager).unlink()
        self.assertFalse(self.request.exists() or messages.exists())

    def test_a_split_is_not_undone_once_a_supplier_was_asked(self):
        message = self._write_as_customer(self.ticket, "And my invoice is wrong")
        new = self.ticket.with_user(self.agent)._split_off(message.with_user(self.agent))
        self._ask(self.supplier, ticket=new)
        new.invalidate_recordset()
        self.assertFalse(new.can_undo_split)

    # -- Bad input ---

    def test_who_cannot_be_asked(self):
        nameless = self.env["res.partner"].create({"name": "No address"})
        with self.assertRaisesRegex(UserError, "no valid e-mail"):
            self._ask(nameless)
        with self.assertRaisesRegex(ValidationError, "is the customer"):
            self._ask(self.colleague)
        with self.assertRaisesRegex(ValidationError, "is a colleague"):
            self._ask(self.lead.partner_id)
        with self.assertRaisesRegex(UserError, "what is asked"):
            self._ask(self.supplier, question="  ")
        theirs = self.env["res.partner"].create(
            {"name": "Theirs", "email": "x@y.example", "company_id": self.company_other.id}
        )
        with self.assertRaises(UserError):
            self._ask(theirs)
        with self.assertRaisesRegex(UserError, "stays with its supplier"):
            self.request.with_user(self.agent).partner_id = self.supplier_other

    def test_the_ticket_counts_and_opens_its_requests(self):
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual(ticket.supplier_count, 1)
        found = self.request.search(ticket.action_view_suppliers()["domain"])
        self.assertEqual(found, self.request)
        self.assertEqual(ticket.action_ask_supplier()["context"]["default_ticket_id"], ticket.id)
