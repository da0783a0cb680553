# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .mail_common import TicketMailCase


@tagged("post_install", "-at_install")
class TestMailQuarantine(TicketMailCase):
    def _poison(self):
        """Have the gateway stumble over e-mails whose subject is Poison."""
        tickets = type(self.env["crm.ticket"])
        healthy = tickets.message_new

        def message_new(self, msg_dict, custom_values=None):
            ticket = healthy(self, msg_dict, custom_values)
            if msg_dict.get("subject") == "Poison":
                raise ValueError("Cannot be swallowed")
            return ticket

        return patch.object(tickets, "message_new", message_new)

    def test_only_administrators_and_the_server_hand_in_emails(self):
        raw = self._compose()
        for person in (self.portal, self.employee, self.agent, self.lead):
            threads = self.env["mail.thread"].with_user(person)
            with self.subTest(person=person.login):
                for name in ("message_process", "message_parse", "message_route"):
                    arguments = (False, raw) if name == "message_process" else (raw, {})
                    with self.assertRaises(AccessError):
                        getattr(threads, name)(*arguments)
                tickets = self.env["crm.ticket"].with_user(person)
                with self.assertRaises(AccessError):
                    tickets.with_context(crm_incoming="forged").message_new({})

    def test_a_poisoned_email_is_kept_and_the_next_hundred_pass(self):
        """T-S8, S-16"""
        poison = self._compose(subject="Poison")
        with self._poison():
            self.assertFalse(self._receive(poison))
            kept = self._get_quarantine()
            self.assertRecordValues(
                kept,
                [
                    {
                        "name": "Poison",
                        "sender": "contact@customer.example",
                        "reason": "error",
                        "detail": "ValueError: Cannot be swallowed",
                        "team_id": self.team.id,
                        "company_id": self.company.id,
                        "state": "waiting",
                    }
                ],
            )
            self.assertEqual(base64.b64decode(kept.raw), poison)
            made = sum(
                len(
                    self._receive(
                        **{"from": f"healthy{number}@customer{number}.example"},
                        subject=f"Healthy {number}",
                    )
                )
                for number in range(100)
            )
        self.assertEqual(made, 100)
        self.assertFalse(self._receive(poison), "a second delivery is the same e-mail")
        self.assertEqual(len(self._get_quarantine()), 1)

    def test_an_email_that_can_be_read_at_last_becomes_a_ticket(self):
        with self._poison():
            self._receive(subject="Poison")
            kept = self._get_quarantine().with_user(self.lead)
            kept.action_retry()
            self.assertEqual((kept.state, kept.reason), ("waiting", "error"))
        with self.mock_mail_gateway():
            kept.action_retry()
        self.assertEqual(kept.state, "taken")
        self.assertEqual(kept.ticket_id.name, "Poison")
        self.assertEqual(kept.ticket_id.partner_id, self.contact)
        with self.assertRaises(UserError):
            kept.action_retry()

    def test_what_is_too_large_is_kept_unread(self):
        self.env["ir.config_parameter"].set_param("crm_support.largest_mail", 5000)
        self.assertFalse(self._receive(text="x" * 6000))
        self.assertEqual(self._get_quarantine().reason, "size")

    def test_who_flooded_is_let_in_by_hand(self):
        self.env["ir.config_parameter"].set_param("crm_support.mails_per_sender", 0)
        self._receive()
        kept = self._get_quarantine()
        with self.mock_mail_gateway():
            kept.action_retry()
        self.assertEqual(kept.ticket_id.partner_id, self.contact)

    def test_what_no_database_takes_becomes_a_ticket_all_the_same(self):
        """S-16: zero bytes, halves of characters, unknown and wrong charsets."""
        head = (
            b"From: Awa <awa%d@x%d.example>\r\nTo: help@lyon.example\r\nSubject: %s\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: text/plain; charset=%s\r\n\r\n%s"
        )
        for number, (subject, charset, text) in enumerate(
            (
                (b"Zero \x00 byte", b"utf-8", b"a\x00b"),
                (b"=?utf-8?b?7aCA?=", b"utf-8", b"\xed\xa0\x80 half"),
                (b"Wrong", b"utf-8", b"caf\xe9"),
                (b"Unknown", b"klingon-7", b"text"),
                (b"=?klingon-7?q?=E9?=", b"", b"text"),
                (b"\xff\xfe\xfd", b"us-ascii", b"\xff\xfe"),
            )
        ):
            with self.subTest(subject=subject):
                kept = len(self._get_quarantine())
                tickets = self._receive(head % (number, number, subject, charset, text))
                self.assertEqual(len(tickets) + len(self._get_quarantine()) - kept, 1)

    def test_team_leads_of_the_company_alone_see_what_was_kept(self):
        self.env["ir.config_parameter"].set_param("crm_support.largest_mail", 10)
        self._receive()
        kept = self._get_quarantine()
        self.assertTrue(kept.with_user(self.lead).read(["name", "raw"]))
        self.assertFalse(kept.with_user(self.stranger).search([]))
        for user in (self.agent, self.employee, self.portal):
            with self.assertRaises(AccessError):
                kept.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                kept.with_user(user).action_retry()
            with self.assertRaises(AccessError):
                kept.with_user(user).action_discard()
        with self.assertRaises(AccessError):
            kept.with_user(self.lead).write({"raw": b"eA=="})
        kept.with_user(self.lead).action_discard()
        self.assertEqual(kept.state, "discarded")

    def test_an_email_under_a_known_number_that_says_something_else_is_kept_once(self):
        number = "<known@customer.example>"
        ticket = self._receive(message_id=number)
        other = self._compose(text="Something else", message_id=number)
        for _delivery in range(2):
            self.assertFalse(self._receive(other))
        self.assertEqual(self._get_quarantine().mapped("reason"), ["number"])
        self.assertEqual(len(self._get_messages(ticket)), 1)

    def test_what_was_kept_for_its_number_becomes_a_ticket_when_somebody_asks_for_it(self):
        number = "<asked@customer.example>"
        self._receive(message_id=number)
        self._receive(text="Something else", subject="Another matter", message_id=number)
        kept = self._get_quarantine()
        kept.action_retry()
        self.assertEqual((kept.state, kept.ticket_id.name), ("taken", "Another matter"))
        self.assertNotEqual(self._get_messages(kept.ticket_id).message_id, number)

    def test_a_character_set_that_nobody_knows_keeps_no_email_away(self):
        raw = self._compose(text="Hello").replace(b'charset="utf-8"', b'charset="x-unknown"')
        self.assertIn(b"x-unknown", raw)
        self.assertIn("Hello", self._receive(raw).description)
