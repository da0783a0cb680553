# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .mail_common import TicketMailCase

QUESTION = "Do you have a spare regulator?"


@tagged("post_install", "-at_install")
class TestTicketSupplierMail(TicketMailCase):
    """Requests by e-mail, as bytes, in both directions."""

    def setUp(self):
        super().setUp()
        self.agent.email = "support_agent@lyon.example"
        self.ticket = self._receive(subject="The secret freezer")
        self.supplier = self.env["res.partner"].create(
            {"name": "Test Supplier", "email": "sam@supplier.example"}
        )
        wizard = self.env["crm.ticket.supplier.ask"].with_user(self.agent)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            action = wizard.create(
                {
                    "ticket_id": self.ticket.id,
                    "partner_id": self.supplier.id,
                    "name": "Regulator",
                    "question": QUESTION,
                }
            ).action_ask()
            self.env.cr.flush()
        self.sent = [dict(mail) for mail in self._mails]
        self.request = self.env["crm.ticket.supplier"].browse(action["res_id"])
        question = self.request._get_supplier_messages()
        self.sent_number = question.message_id
        # Python's own writer of e-mails garbles longer ones
        self.asked = question.message_id = f"<{self.request.number}@lyon.example>"

    def _answer(self, text="Ten of them", **headers):
        """Have an answer come in, and return the new tickets that it made."""
        defaults = {"from": "Sam <sam@supplier.example>", "subject": "Re: x"}
        return self._receive(**{"text": text, **defaults, **headers})

    def _get_said(self):
        return " ".join(self.request._get_supplier_messages().mapped("body"))

    def _get_reasons(self):
        return self._get_quarantine().mapped("reason")

    def _see_of_customer(self):
        return " ".join(self.ticket._get_customer_messages().mapped("body"))

    # -- Out ---

    def test_the_question_reaches_the_supplier_alone_with_his_link_and_nothing_of_the_ticket(self):
        [mail] = self.sent
        self.assertEqual(len(mail["email_to"]), 1)
        self.assertIn("sam@supplier.example", mail["email_to"][0])
        self.assertIn(QUESTION, mail["body"])
        self.assertIn(f"[#{self.request.number}] Regulator", mail["subject"])
        self.assertIn("help@lyon.example", mail["reply_to"])
        self.assertIn("access_token=", mail["body"])
        whole = str(mail)
        for hidden in (self.ticket.number, "secret freezer", "Contact", "contact@customer.example"):
            self.assertNotIn(hidden, whole)

    def test_nobody_outside_but_the_supplier_gets_mail_whoever_follows(self):
        self.request.message_subscribe(self.contact.ids)
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.request.with_user(self.agent).message_post(
                body="And the price?",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.contact.ids,
            )
        told = [address for mail in self._mails for address in mail["email_to"]]
        self.assertTrue(any("sam@supplier.example" in address for address in told))
        self.assertFalse([address for address in told if "customer.example" in address])

    # -- In ---

    def test_an_answer_of_the_supplier_lands_on_the_request_and_never_on_the_conversation(self):
        for case, headers in {
            "in-reply-to": {"in_reply_to": self.asked},
            "references": {"references": f"<a@b.example> {self.asked}"},
            "token": {"subject": f"AW: [#{self.request.number}] Regulator"},
            "another address of ours": {"in_reply_to": self.asked, "to": "catchall@lyon.example"},
            "the ticket is named as well": {
                "references": f"{self._get_messages(self.ticket)[:1].message_id} {self.asked}"
            },
        }.items():
            with self.subTest(case=case):
                self.assertFalse(self._answer(text=f"Answer by {case}", **headers))
                self.assertIn(f"Answer by {case}", self._get_said())
                self.assertNotIn(f"Answer by {case}", self._see_of_customer())
                note = self.ticket.message_ids[:1]
                self.assertIn(f"Answer by {case}", note.body)
                self.assertTrue(note.is_internal)
        self.assertTrue(self.request.is_answered)
        self.assertEqual(self.request._get_supplier_messages()[-1:].author_id, self.supplier)

    def test_an_answer_is_not_passed_on_to_the_customer(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            raw = self._compose(
                **{"from": "sam@supplier.example", "text": "Ten", "in_reply_to": self.asked}
            )
            self.gateway.message_process(False, raw)
        told = [address for mail in self._mails for address in mail["email_to"]]
        self.assertFalse([address for address in told if "customer.example" in address])

    def test_an_answer_of_the_team_by_mail_goes_on_to_the_supplier(self):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            raw = self._compose(
                **{
                    "from": "support_agent@lyon.example",
                    "text": "And the price?",
                    "in_reply_to": self.asked,
                }
            )
            self.gateway.message_process(False, raw)
        self.assertIn("And the price?", self._get_said())
        self.assertTrue(
            any("sam@supplier.example" in str(mail["email_to"]) for mail in self._mails)
        )
        self.assertFalse(self.request.is_answered)

    def test_who_was_not_asked_is_kept_with_the_reason(self):
        forged = {
            "from": "support_agent@lyon.example",
            "authentication_results": "mx.lyon.example; dkim=none; spf=fail; dmarc=fail",
        }
        for case, headers in {
            "stranger": {"from": "eve@elsewhere.example"},
            "another of the same firm": {"from": "boss@supplier.example"},
            "the customer": {"from": "contact@customer.example"},
            "a forged colleague": forged,
        }.items():
            with self.subTest(case=case):
                count = len(self._get_quarantine())
                said = self._get_said()
                tickets = self._answer(text=f"From {case}", in_reply_to=self.asked, **headers)
                self.assertFalse(tickets)
                self.assertEqual(self._get_said(), said)
                self.assertEqual(len(self._get_quarantine()), count + 1)
                self.assertEqual(self._get_quarantine()[-1:].reason, "supplier")
                self.assertNotIn(f"From {case}", self._see_of_customer())

    def test_a_machine_of_the_supplier_is_put_aside(self):
        self._answer(in_reply_to=self.asked, auto_submitted="auto-replied", subject="Out of office")
        self.assertEqual(self._get_reasons(), ["machine"])
        self.assertFalse(self.request.is_answered)

    def test_a_mail_after_the_end_is_kept_and_nothing_leaves_any_more(self):
        self.request.with_user(self.agent).action_end()
        self.assertFalse(self._answer(in_reply_to=self.asked))
        self.assertFalse(self._answer(text="Two", subject=f"Re: [#{self.request.number}] x"))
        self.assertEqual(self._get_reasons(), ["supplier", "supplier"])
        self.assertNotIn("Ten of them", self._get_said())
        with self.mock_mail_gateway(mail_unlink_sent=False):
            self.request.with_user(self.agent).message_post(
                body="For us", subtype_xmlid="mail.mt_note", partner_ids=self.supplier.ids
            )
        self.assertFalse([mail for mail in self._mails if "supplier" in str(mail["email_to"])])

    def test_the_customer_who_answers_his_ticket_is_on_his_ticket(self):
        message = self._get_messages(self.ticket)[:1].message_id
        self._receive(text="It is worse", subject="Re: y", references=f"{message} {self.asked}")
        self.assertIn("It is worse", self._see_of_customer())
        self.assertNotIn("It is worse", self._get_said())

    def test_the_question_names_no_message_of_the_ticket(self):
        [mail] = self.sent
        said = self._get_messages(self.ticket).mapped("message_id")
        self.assertEqual(mail["message_id"], self.sent_number)
        for number in said:
            self.assertNotIn(number, mail["references"] or "")
