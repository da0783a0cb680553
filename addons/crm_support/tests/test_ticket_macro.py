# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketMacro(CrmSupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag_in, cls.tag_out = cls.env["crm.ticket.tag"].create(
            [{"name": "Asked"}, {"name": "Fresh"}]
        )
        cls.type = cls.env["crm.ticket.type"].create({"name": "Test incident"})
        cls.ticket = cls._create_ticket(
            partner_id=cls.contact.id, tag_ids=[Command.set(cls.tag_out.ids)]
        )
        cls.macro = cls._create_macro(
            stage_id=cls.stage_waiting.id,
            assignment="me",
            priority="3",
            type_id=cls.type.id,
            added_tag_ids=[Command.set(cls.tag_in.ids)],
            removed_tag_ids=[Command.set(cls.tag_out.ids)],
            reply="<p>Dear {{contact}}, what is the serial number? ({{ number }})</p>",
            note="<p>Asked by {{agent}}</p>",
            activity_type_id=cls.env.ref("mail.mail_activity_data_todo").id,
            activity_summary="Did they say?",
            activity_days=2,
        )

    @classmethod
    def _create_macro(cls, **values):
        return cls.env["crm.ticket.macro"].create(
            {"name": "Ask for the number", "user_id": False, "company_id": cls.company.id, **values}
        )

    def _open(self, tickets, user=None):
        wizard = self.env["crm.ticket.macro.apply"].with_user(user or self.agent)
        return Form(wizard.with_context(active_model="crm.ticket", active_ids=tickets.ids))

    def test_a_macro_does_all_its_steps_at_once(self):
        self.macro.with_user(self.agent)._apply(self.ticket.with_user(self.agent))
        ticket = self.ticket
        self.assertEqual(
            (ticket.stage_id, ticket.user_id, ticket.priority),
            (self.stage_waiting, self.agent, "3"),
        )
        self.assertEqual((ticket.type_id, ticket.tag_ids), (self.type, self.tag_in))
        note, reply = ticket.message_ids.filtered(
            lambda message: message.message_type != "user_notification"
        ).sorted("id")[-2:]
        self.assertIn("Asked by", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(
            f"Dear Test Contact, what is the serial number? ({ticket.number})", reply.body
        )
        self.assertEqual(reply.author_id, self.agent.partner_id)
        self.assertIn(self.contact, reply.notified_partner_ids)
        self.assertFalse(ticket.is_waiting_for_reply)
        self.assertEqual(ticket.activity_ids.summary, "Did they say?")
        self.assertEqual(ticket.activity_ids.user_id, self.agent)

    def test_a_second_click_does_nothing_more(self):
        form = self._open(self.ticket)
        form.macro_id = self.macro.with_user(self.agent)
        wizard = form.save()
        wizard.action_apply()
        messages = len(self.ticket.message_ids)
        wizard.action_apply()
        self.assertEqual(len(self.ticket.message_ids), messages)
        self.assertEqual(len(self.ticket.activity_ids), 1)

    def test_many_tickets_get_it_each_with_its_own_text(self):
        other = self._create_ticket("Other", partner_id=self.customer.id)
        form = self._open(self.ticket | other)
        form.macro_id = self.macro.with_user(self.agent)
        self.assertIn("On each ticket", form.preview)
        form.save().action_apply()
        self.assertIn("Dear Test Contact", " ".join(self.ticket.message_ids.mapped("body")))
        self.assertIn("Dear Test Customer Ltd", " ".join(other.message_ids.mapped("body")))
        self.assertEqual((self.ticket | other).stage_id, self.stage_waiting)

    def test_the_preview_shows_steps_and_text_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.macro.update_field_translations(
            "reply",
            {
                "fr_FR": {
                    "Dear {{contact}}, what is the serial number? ({{ number }})": "Bonjour {{contact}}, quel est le numéro ?"
                }
            },
        )
        self.contact.lang = "fr_FR"
        form = self._open(self.ticket)
        form.macro_id = self.macro.with_user(self.agent)
        self.assertIn("Bonjour Test Contact, quel est le numéro ?", form.preview)
        self.assertIn(self.stage_waiting.name, form.preview)
        form.save().action_apply()
        self.assertIn("Bonjour Test Contact", " ".join(self.ticket.message_ids.mapped("body")))

    def test_placeholders_run_no_code_and_escape_what_customers_are_called(self):
        self.contact.name = "<script>alert(1)</script>{{agent}}"
        with self.assertRaisesRegex(ValidationError, "Not known: object.env"):
            self._create_macro(reply="<p>{{ object.env }}</p>")
        text = self.ticket._fill_placeholders("<p>{{contact}}</p>")
        self.assertEqual(text, "<p>&lt;script&gt;alert(1)&lt;/script&gt;{{agent}}</p>")

    def test_nothing_is_done_when_a_macro_does_not_suit_a_ticket(self):
        team = self._create_team("Other team")
        own_stage = self.env["crm.ticket.stage"].create(
            {"name": "Ledger", "team_ids": team.ids, "sequence": 90}
        )
        nobody = self._create_ticket("From nobody")
        agent = self.ticket.with_user(self.agent)
        for macro, tickets, reason in (
            (self._create_macro(stage_id=own_stage.id), agent, "no stage"),
            (self._create_macro(team_ids=[Command.set(team.ids)]), agent, "not for tickets"),
            (self.macro, agent | nobody, "Nobody to reply to"),
        ):
            with self.subTest(reason=reason):
                form = self._open(tickets)
                before = tickets.read(["stage_id", "user_id", "message_ids"])
                with self.assertRaisesRegex(UserError, reason):
                    macro.with_user(self.agent)._apply(tickets)
                self.assertEqual(tickets.read(["stage_id", "user_id", "message_ids"]), before)
                if reason != "not for tickets":
                    form.macro_id = macro.with_user(self.agent)
                    self.assertIn(reason, form.obstacle)

    def test_only_macros_that_suit_all_tickets_are_offered(self):
        team = self._create_team("Other team")
        for_team = self._create_macro(name="For the other", team_ids=[Command.set(team.ids)])
        other = self._create_ticket("Other", team_id=team.id)
        self.assertNotIn(for_team, self._open(self.ticket).available_ids[:])
        self.assertIn(for_team, self._open(other).available_ids[:])
        self.assertNotIn(for_team, self._open(self.ticket | other).available_ids[:])

    def test_a_macro_gives_no_rights(self):
        """An agent cannot do by macro what he cannot by hand."""
        hidden = self._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(self.lead.ids)]
        )
        secret = self._create_ticket("Secret", team_id=hidden.id, partner_id=self.contact.id)
        for user in (self.agent, self.portal, self.employee, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.macro.with_user(user)._apply(secret.with_user(user))
        self.assertEqual(secret.priority, "1")

    def test_a_private_macro_is_of_its_owner_alone(self):
        own = (
            self.env["crm.ticket.macro"]
            .with_user(self.agent)
            .create({"name": "Mine", "company_id": self.company.id})
        )
        self.assertEqual(own.user_id, self.agent)
        for user in (self.lead, self.agent_outside, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                own.with_user(user).read(["name"])
        own.name = "Still mine"
        self.assertEqual(own.name, "Still mine")

    def test_agents_do_not_make_macros_for_others(self):
        macros = self.env["crm.ticket.macro"].with_user(self.agent)
        own = macros.create({"name": "Mine"})
        for user_id in (False, self.lead.id):
            with self.subTest(user_id=user_id), self.assertRaises(AccessError):
                own.user_id = user_id
            with self.subTest(user_id=user_id), self.assertRaises(AccessError):
                macros.create({"name": "Of another", "user_id": user_id})
        with self.assertRaises(AccessError):
            self.macro.with_user(self.agent).name = "Changed"
        self.macro.with_user(self.lead).name = "Changed by a lead"
        self.assertEqual(self.macro.name, "Changed by a lead")

    def test_macros_of_another_company_are_not_seen(self):
        self.assertFalse(
            self.env["crm.ticket.macro"]
            .with_user(self.stranger)
            .search([("id", "=", self.macro.id)])
        )

    def test_setting_values_takes_as_few_queries_for_many_tickets(self):
        macro = self._create_macro(priority="2", type_id=self.type.id).with_user(self.agent)
        few = (
            self.env["crm.ticket"]
            .union(*(self._create_ticket(str(number)) for number in range(2)))
            .with_user(self.agent)
        )
        many = (
            self.env["crm.ticket"]
            .union(*(self._create_ticket(str(number)) for number in range(20)))
            .with_user(self.agent)
        )
        macro._apply(self._create_ticket("warm").with_user(self.agent))
        self.env.flush_all()

        def count(tickets):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            macro._apply(tickets)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        self.assertLessEqual(count(many), count(few) + 8)
