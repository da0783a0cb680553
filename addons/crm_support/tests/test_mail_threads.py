# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .mail_common import TicketMailCase

PROVEN = {"authentication_results": "mx.lyon.example; dkim=pass; spf=pass; dmarc=pass"}
FORGED = {
    "from": "Agent <support_agent@lyon.example>",
    "authentication_results": "mx.lyon.example; dkim=none; spf=fail; dmarc=fail",
}


@tagged("post_install", "-at_install")
class TestMailThreads(TicketMailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.email = "support_agent@lyon.example"

    def setUp(self):
        super().setUp()
        self.ticket = self._receive()
        self.asked = self._get_messages(self.ticket).message_id

    def _answer(self, **headers):
        """Have an answer come in, and return the new tickets that it made."""
        return self._receive(**{"subject": "Something else", **headers})

    def test_an_answer_of_a_party_lands_on_its_ticket(self):
        """T-S2: headers, token, subject; contact, colleague, copy."""
        self.ticket.email_cc = "Boss <boss@elsewhere.example>"
        self.env["res.partner"].create(
            {
                "name": "Colleague",
                "parent_id": self.customer.id,
                "email": "colleague@customer.example",
            }
        )
        token = f"AW: [#{self.ticket.number}] Drucker"
        for case, headers in {
            "in-reply-to": {"in_reply_to": self.asked},
            "references": {"references": f"<a@b.example> {self.asked} <c@d.example>"},
            "500 references": {
                "references": " ".join(f"<{n}@x.example>" for n in range(500)) + f" {self.asked}"
            },
            "token": {"subject": token},
            "same subject": {"subject": "RE: the printer is on  FIRE"},
            "a colleague": {"from": "colleague@customer.example", "in_reply_to": self.asked},
            "a colleague with the token": {"from": "colleague@customer.example", "subject": token},
            "in copy": {"from": "Boss <boss@elsewhere.example>", "subject": token},
        }.items():
            with self.subTest(case=case):
                count = len(self._get_messages(self.ticket))
                self.assertFalse(self._answer(text=case, **headers))
                self.assertEqual(len(self._get_messages(self.ticket)), count + 1)
                self.assertFalse(self._get_messages(self.ticket)[:1].is_internal)

    def test_a_stranger_with_a_valid_header_gets_a_ticket_of_his_own(self):
        """S-11"""
        for case, headers in {
            "header": {"in_reply_to": self.asked},
            "token": {"subject": f"[#{self.ticket.number}] x"},
        }.items():
            with self.subTest(case=case):
                ticket = self._answer(
                    **{"from": f"{case}@stranger.example", "text": case, **headers}
                )
                self.assertEqual(len(ticket), 1)
                self.assertEqual(ticket.related_ids, self.ticket)
                self.assertNotIn(self.ticket.name, ticket.name)
                self.assertEqual(len(self._get_messages(self.ticket)), 1)
                self.assertNotIn(
                    self.ticket.name, self._get_acknowledgements(ticket).mail_message_id.body or ""
                )
                self.assertNotIn(f"{case}@stranger.example", self.ticket.email_cc or "")

    def test_a_ticket_of_another_company_is_not_answered_by_its_number(self):
        ticket = self._answer(to="help@abidjan.example", subject=f"[#{self.ticket.number}] x")
        self.assertEqual(ticket.team_id, self.team_other)
        self.assertFalse(ticket.related_ids)
        self.assertEqual(len(self._get_messages(self.ticket)), 1)

    def test_the_same_subject_of_another_sender_is_another_ticket(self):
        self.assertEqual(len(self._receive(**{"from": "other@elsewhere.example"})), 1)

    def test_the_same_subject_counts_for_days_that_the_team_sets(self):
        old = fields.Datetime.now() - timedelta(days=8)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_ticket SET create_date = %s, write_date = %s, date_last_customer_message = %s WHERE id = %s",
            (old, old, old, self.ticket.id),
        )
        self.env.invalidate_all()
        self.assertEqual(len(self._receive()), 1)
        self.team.same_subject_days = 0
        self.assertEqual(len(self._receive()), 1)

    def test_an_agent_answers_by_email_and_the_customer_gets_it(self):
        self.assertFalse(
            self._answer(
                **{
                    "from": self.agent.email_formatted,
                    "in_reply_to": self.asked,
                    "text": "Unplug it",
                    **PROVEN,
                }
            )
        )
        message = self._get_messages(self.ticket)[:1]
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.contact, message.notified_partner_ids)
        self.assertFalse(self.ticket.is_waiting_for_reply)

    def test_an_agent_answers_by_email_who_is_no_contact(self):
        ticket = self._receive(**{"from": "new@elsewhere.example"})
        answered = self._get_messages(ticket).message_id
        self._answer(
            **{
                "from": self.agent.email_formatted,
                "in_reply_to": answered,
                "text": "Unplug it",
                **PROVEN,
            }
        )
        notified = self._get_messages(ticket)[:1].notification_ids
        self.assertIn("new@elsewhere.example", notified.mapped("mail_email_address"))

    def test_who_left_the_team_no_longer_answers(self):
        """S-08"""
        self.team.write({"visibility": "invited", "member_ids": [(3, self.agent.id)]})
        ticket = self._answer(
            **{"from": self.agent.email_formatted, "in_reply_to": self.asked, **PROVEN}
        )
        self.assertEqual(ticket.related_ids, self.ticket)
        self.assertEqual(len(self._get_messages(self.ticket)), 1)

    def test_a_forged_colleague_is_a_note_that_the_customer_does_not_get(self):
        """S-10"""
        self.ticket.message_subscribe(partner_ids=self.contact.ids)
        self.ticket.user_id = self.lead
        self.assertFalse(
            self._answer(
                in_reply_to=self.asked,
                cc="evil@elsewhere.example",
                text="Pay to this account",
                **FORGED,
            )
        )
        message = self._get_messages(self.ticket)[:1]
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.author_id)
        self.assertIn("Not verified", message.body)
        self.assertNotIn(self.contact, message.notified_partner_ids)
        self.assertNotIn("evil@elsewhere.example", self.ticket.email_cc or "")
        self.assertTrue(self.ticket.is_waiting_for_reply, "nobody answered the customer")
        warned = self.env["mail.message"].search(
            [
                ("model", "=", "crm.ticket"),
                ("res_id", "=", self.ticket.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(warned.notified_partner_ids, self.lead.partner_id)

    def test_a_colleague_whom_the_server_knows_is_believed(self):
        headers = {**FORGED, **PROVEN}
        self._answer(in_reply_to=self.asked, **headers)
        self.assertEqual(self._get_messages(self.ticket)[:1].author_id, self.agent.partner_id)

    def test_a_colleague_for_whom_nobody_vouches_reaches_no_customer(self):
        """S-10: no header, one that says nothing, one of another server."""
        cases = {
            "no header": {},
            "nothing checked": {"authentication_results": "mx.lyon.example; none"},
            "no signature": {"authentication_results": "mx.lyon.example; dkim=none; spf=none"},
        }
        parameters = self.env["ir.config_parameter"]
        for case, headers in cases.items():
            with self.subTest(case=case):
                mine = {"from": self.agent.email_formatted, "in_reply_to": self.asked}
                self.assertFalse(self._answer(text=case, **mine, **headers))
                message = self._get_messages(self.ticket)[:1]
                self.assertTrue(message.subtype_id.internal)
                self.assertIn("Not verified", message.body)
        with self.subTest(case="another server"):
            parameters.set_param("crm_support.authentication_server", "mx.abidjan.example")
            self._answer(text="Another", **mine, **PROVEN)
            self.assertTrue(self._get_messages(self.ticket)[:1].subtype_id.internal)

    def test_a_colleague_is_believed_without_proof_where_the_settings_say_so(self):
        self.env["res.config.settings"].create({"crm_support_believe_colleagues": True}).execute()
        self._answer(**{"from": self.agent.email_formatted, "in_reply_to": self.asked})
        message = self._get_messages(self.ticket)[:1]
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.contact, message.notified_partner_ids)

    def test_a_colleague_who_asks_for_help_himself_gets_his_ticket(self):
        ticket = self._receive(**{"from": self.agent.email_formatted, "subject": "My screen"})
        self.assertEqual(ticket.partner_id, self.agent.partner_id)

    def test_a_closed_ticket_is_opened_again_or_followed(self):
        self.ticket.action_close()
        self.assertFalse(self._answer(in_reply_to=self.asked))
        self.assertFalse(self.ticket.is_closed)
        self.assertEqual(self.ticket.reopen_count, 1)
        self.ticket.action_close()
        self.ticket.date_closed = fields.Datetime.now() - timedelta(days=15)
        follow_up = self._answer(in_reply_to=self.asked)
        self.assertEqual(follow_up.parent_id, self.ticket)
        self.assertTrue(self.ticket.is_closed)
        self.team.reopen_days = 0
        self.ticket.date_closed = fields.Datetime.now()
        self.assertEqual(self._answer(in_reply_to=self.asked, text="Again").parent_id, self.ticket)

    def test_an_answer_takes_a_waiting_ticket_back_to_work(self):
        self._reply(self.ticket)
        self.ticket.stage_id = self.stage_waiting
        self._answer(in_reply_to=self.asked)
        self.assertEqual(self.ticket.stage_id, self.stage_doing)

    def test_what_was_quoted_is_marked(self):
        quoted = "Thank you\n\nOn Mon, 2 Mar 2026, Support wrote:\n> Unplug it\n> and wait\n"
        self._answer(in_reply_to=self.asked, text=quoted)
        self.assertIn("data-o-mail-quote", self._get_messages(self.ticket)[:1].body)
