# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketSplit(CrmSupportCase):
    def setUp(self):
        super().setUp()
        self.ticket = self._create_ticket(partner_id=self.contact.id, user_id=self.agent.id)
        self.ticket.message_subscribe(self.contact.ids)
        self.asked = self._say("My printer is broken", "2026-06-15 08:00:00")
        self.answered = self._say("Try again", "2026-06-15 09:00:00", author=self.agent.partner_id)
        self.file = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"x",
                "res_model": "crm.ticket",
                "res_id": self.ticket.id,
            }
        )
        self.besides = self._say(
            "And my invoice is wrong", "2026-06-15 10:00:00", attachment_ids=self.file.ids
        )
        self.note = self._say(
            "Ask accounting",
            "2026-06-15 11:00:00",
            author=self.agent.partner_id,
            subtype_xmlid="mail.mt_note",
        )

    def _say(self, body, date, author=None, **values):
        message = self.ticket.message_post(
            **{
                "body": body,
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                "author_id": (author or self.contact).id,
                **values,
            }
        )
        message.date = date
        return message

    def _split(self, messages, user=None):
        user = user or self.agent
        ticket = self.ticket.with_user(user)
        return ticket._split_off(messages.with_user(user), {"name": "Wrong invoice"}).with_user(
            self.env.user
        )

    def test_a_message_becomes_a_ticket_of_its_own_with_its_files(self):
        new = self._split(self.besides)
        self.assertEqual(self.besides.res_id, new.id)
        self.assertEqual(self.file.res_id, new.id)
        self.assertEqual(self.asked.res_id, self.ticket.id)
        self.assertEqual(new.partner_id, self.contact)
        self.assertEqual(new.user_id, self.agent)
        self.assertIn(self.ticket, new.related_ids)
        self.assertIn("my invoice is wrong", new.description)
        self.assertIn(self.contact, new.message_partner_ids)
        self.assertNotEqual(new.number, self.ticket.number)

    def test_who_spoke_last_is_found_out_again_on_both_tickets(self):
        self.assertTrue(self.ticket.is_waiting_for_reply)
        new = self._split(self.besides)
        self.assertTrue(new.is_waiting_for_reply)
        self.assertFalse(new.date_first_reply)
        self.assertFalse(self.ticket.is_waiting_for_reply, "the team spoke last there now")
        self.assertEqual(str(self.ticket.date_last_customer_message), "2026-06-15 08:00:00")

    def test_an_answer_to_a_message_that_was_split_off_lands_on_the_new_ticket(self):
        new = self._split(self.besides)
        parent = self.env["mail.message"].search([("message_id", "=", self.besides.message_id)])
        self.assertEqual(parent.res_id, new.id)

    def test_undoing_a_split_puts_everything_back(self):
        names = [
            "date_last_customer_message",
            "date_last_reply",
            "date_first_reply",
            "is_waiting_for_reply",
            "name",
        ]
        before = self.ticket.read(names)
        self.ticket._restate_speakers()
        messages = self.ticket.message_ids
        new = self._split(self.besides | self.note)
        self.assertTrue(new.with_user(self.agent).can_undo_split)
        new.with_user(self.agent).action_undo_split()
        self.assertFalse(new.exists())
        self.assertLessEqual(messages, self.ticket.message_ids)
        self.assertEqual(self.file.exists().res_id, self.ticket.id)
        self.assertFalse(self.env["crm.ticket.split"].search([("ticket_id", "=", self.ticket.id)]))
        self.assertEqual(self.ticket.is_waiting_for_reply, before[0]["is_waiting_for_reply"])
        self.assertEqual(str(self.ticket.date_last_customer_message), "2026-06-15 10:00:00")

    def test_a_split_is_not_undone_once_something_happened_on_the_new_ticket(self):
        def close(new):
            new.action_close()

        def write(new):
            new.message_post(body="Seen", message_type="comment", subtype_xmlid="mail.mt_comment")

        def plan(new):
            new.activity_schedule("mail.mail_activity_data_call", user_id=self.agent.id)

        for happens in (close, write, plan):
            with self.subTest(happens=happens.__name__):
                new = self._split(self._say("Something else", "2026-06-16 10:00:00"))
                happens(new)
                self.assertFalse(new.with_user(self.agent).can_undo_split)
                with self.assertRaisesRegex(UserError, "it stays"):
                    new.with_user(self.agent).action_undo_split()

    def test_messages_of_other_tickets_are_not_taken(self):
        other = self._create_ticket("Other")
        strange = other.message_post(
            body="Mine", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        for messages in (strange, self.besides | strange, self.env["mail.message"]):
            with self.assertRaisesRegex(UserError, "messages of this ticket"):
                self._split(messages)
        self.assertEqual(strange.res_id, other.id)

    def test_notes_stay_hidden_from_the_customer_when_they_are_split_off(self):
        """S-06"""
        self.portal.partner_id.parent_id = self.customer
        self.ticket.partner_id = self.portal.partner_id
        new = self._split(self.note | self.besides)
        seen = (
            self.env["mail.message"]
            .with_user(self.portal)
            .search([("model", "=", "crm.ticket"), ("res_id", "=", new.id)])
        )
        self.assertIn("my invoice is wrong", " ".join(seen.mapped("body")))
        self.assertNotIn("Ask accounting", " ".join(seen.mapped("body")))
        self.assertNotIn("Ask accounting", str(new.description))

    def test_who_may_not_change_a_ticket_does_not_split_it(self):
        self.team.visibility = "invited"
        for user in (self.agent_outside, self.stranger, self.portal, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._split(self.besides, user=user)
        self.assertEqual(self.besides.res_id, self.ticket.id)

    def test_a_split_is_undone_by_who_did_it_and_by_leads(self):
        new = self._split(self.besides)
        for user in (self.agent_outside, self.stranger, self.portal, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                new.with_user(user).action_undo_split()
        new.with_user(self.lead).action_undo_split()
        self.assertFalse(new.exists())

    def test_the_dialog_moves_the_chosen_message_and_those_after_it(self):
        wizard = self.env["crm.ticket.split.wizard"].with_user(self.agent)
        context = {
            "active_model": "crm.ticket",
            "active_id": self.ticket.id,
            "crm_ticket_message_id": self.answered.id,
        }
        form = Form(wizard.with_context(**context))
        self.assertEqual(len(form.line_ids), 4)
        form.name = "From the answer on"
        form.is_following = True
        action = form.save().action_split()
        new = self.env["crm.ticket"].browse(action["res_id"])
        self.assertEqual(new.name, "From the answer on")
        self.assertEqual((self.answered | self.besides | self.note).mapped("res_id"), [new.id] * 3)
        self.assertEqual(self.asked.res_id, self.ticket.id)

    def test_the_dialog_wants_a_message(self):
        wizard = self.env["crm.ticket.split.wizard"].with_user(self.agent)
        form = Form(wizard.with_context(active_model="crm.ticket", active_id=self.ticket.id))
        with self.assertRaisesRegex(UserError, "at least one message"):
            form.save().action_split()

    def test_the_dialog_shows_nothing_of_a_ticket_that_one_may_not_see(self):
        hidden = self._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(self.lead.ids)]
        )
        self.ticket.team_id = hidden
        self.ticket.user_id = False
        wizard = self.env["crm.ticket.split.wizard"].with_user(self.agent_outside)
        with self.assertRaises(AccessError):
            wizard.with_context(active_model="crm.ticket", active_id=self.ticket.id).default_get(
                ["line_ids"]
            )
