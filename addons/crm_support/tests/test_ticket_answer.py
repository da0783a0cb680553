# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools import placeholders
from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketAnswer(CrmSupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(partner_id=cls.contact.id)
        cls.canned = cls.env["mail.canned.response"].create(
            {
                "source": "number",
                "substitution": "Hello {{contact}},\nthis is about {{number}}.",
                "group_ids": [Command.set(cls.env.ref("crm_support.group_crm_support_agent").ids)],
            }
        )

    def _open(self, user=None, ticket=None):
        wizard = self.env["crm.ticket.answer"].with_user(user or self.agent)
        return Form(
            wizard.with_context(active_model="crm.ticket", active_id=(ticket or self.ticket).id)
        )

    def test_an_answer_goes_to_the_contact_and_moves_the_ticket(self):
        form = self._open()
        form.body = "<p>It is solved</p>"
        form.stage_id = self.stage_solved
        form.save().action_send()
        message = self.ticket.message_ids.filtered(lambda one: "It is solved" in one.body)
        self.assertEqual(len(message), 1)
        self.assertIn(self.contact, message.notified_partner_ids)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertTrue(self.ticket.is_closed)
        self.assertFalse(self.ticket.is_waiting_for_reply)

    def test_a_second_click_sends_nothing(self):
        form = self._open()
        form.body = "<p>Once</p>"
        wizard = form.save()
        wizard.action_send()
        wizard.action_send()
        self.assertEqual(len(self.ticket.message_ids.filtered(lambda one: "Once" in one.body)), 1)

    def test_a_scheduled_answer_leaves_later_and_moves_the_ticket_then(self):
        form = self._open()
        form.body = "<p>Good morning</p>"
        form.stage_id = self.stage_waiting
        form.scheduled_date = fields.Datetime.now() + timedelta(days=1)
        form.save().action_send()
        self.assertEqual(self.ticket.stage_id, self.stage_new)
        self.assertTrue(self.ticket.is_waiting_for_reply)
        scheduled = self.env["mail.scheduled.message"].search(
            [("model", "=", "crm.ticket"), ("res_id", "=", self.ticket.id)]
        )
        self.assertEqual(scheduled.create_uid, self.agent)
        scheduled.with_user(self.agent).post_message()
        self.assertEqual(self.ticket.stage_id, self.stage_waiting)
        message = self.ticket.message_ids.filtered(lambda one: "Good morning" in one.body)
        self.assertIn(self.contact, message.notified_partner_ids)
        self.assertEqual(message.author_id, self.agent.partner_id)

    def test_a_scheduled_answer_moves_nothing_that_its_author_may_not_change_any_more(self):
        form = self._open()
        form.body = "<p>Good morning</p>"
        form.stage_id = self.stage_waiting
        form.scheduled_date = fields.Datetime.now() + timedelta(days=1)
        form.save().action_send()
        self.agent.group_ids = self.env.ref("base.group_user")
        scheduled = self.env["mail.scheduled.message"].search(
            [("model", "=", "crm.ticket"), ("res_id", "=", self.ticket.id)]
        )
        with self.assertRaises(AccessError):
            scheduled.post_message()
        self.assertEqual(self.ticket.stage_id, self.stage_new)

    def test_a_canned_answer_is_filled_in_and_added_to_what_is_written(self):
        form = self._open()
        form.body = "<p>First</p>"
        form.canned_id = self.canned.with_user(self.agent)
        self.assertIn("First", form.body)
        self.assertIn("Hello Test Contact", form.body)
        self.assertIn(self.ticket.number, form.body)

    def test_a_canned_answer_comes_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        self.canned.variant_ids = [
            Command.create({"lang": "fr_FR", "body": "<p>Bonjour <b>{{contact}}</b></p>"})
        ]
        text = self.canned.with_user(self.agent)._get_ticket_text(self.ticket.with_user(self.agent))
        self.assertEqual(text, "<p>Bonjour <b>Test Contact</b></p>")

    def test_canned_answers_of_other_teams_are_not_offered(self):
        self.canned.ticket_team_ids = self._create_team("Other team")
        self.assertNotIn(self.canned, self._open().available_canned_ids[:])
        self.canned.ticket_team_ids |= self.team
        self.assertIn(self.canned, self._open().available_canned_ids[:])

    def test_an_answer_to_nobody_and_an_empty_one_are_refused(self):
        form = self._open()
        with self.assertRaisesRegex(UserError, "Write an answer"):
            form.save().action_send()
        form = self._open(ticket=self._create_ticket("From nobody"))
        form.body = "<p>Hello?</p>"
        with self.assertRaisesRegex(UserError, "Nobody to reply to"):
            form.save().action_send()

    def test_an_address_without_contact_gets_the_answer_too(self):
        ticket = self._create_ticket(
            "By mail", partner_email="new@stranger.example", partner_name="New One"
        )
        form = self._open(ticket=ticket)
        self.assertEqual(form.recipient, "new@stranger.example")
        form.body = "<p>Hello</p>"
        form.save().action_send()
        message = ticket.message_ids.filtered(lambda one: "Hello" in one.body)
        self.assertEqual(message.partner_ids.mapped("email"), ["new@stranger.example"])

    def test_who_may_not_change_a_ticket_does_not_answer_it(self):
        self.team.visibility = "invited"
        for user in (self.agent_outside, self.stranger, self.employee, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                wizard = (
                    self.env["crm.ticket.answer"]
                    .with_user(user)
                    .create({"ticket_id": self.ticket.id, "body": "<p>x</p>"})
                )
                wizard.action_send()

    def test_texts_of_private_canned_answers_are_private(self):
        own = (
            self.env["mail.canned.response"]
            .with_user(self.agent)
            .create({"source": "mine", "substitution": "Mine"})
        )
        own.variant_ids = [Command.create({"lang": "en_US", "body": "<p>Mine</p>"})]
        variant = own.variant_ids
        self.assertEqual(len(variant), 1)
        for user in (self.lead, self.agent_outside, self.employee):
            with self.subTest(user=user.login):
                self.assertFalse(variant.with_user(user).has_access("read"))

    def test_the_documentation_of_placeholders_is_true(self):
        self.assertEqual(doctest.testmod(placeholders).failed, 0)
