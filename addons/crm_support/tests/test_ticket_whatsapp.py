# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_core.tests.whatsapp_common import (
    AWA,
    KOFI,
    WhatsappCase,
    delivery,
    status,
    text_message,
)

from .channel_common import TicketChannelMixin


@tagged("post_install", "-at_install")
class TestTicketWhatsapp(TicketChannelMixin, WhatsappCase):
    """Messages to a WhatsApp number of support: on the open ticket of who wrote, or on a new one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_support(whatsapp_account_ids=[Command.set(cls.account.ids)])

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_whatsapp").method_direct_trigger()
        self.env.invalidate_all()

    def _answer(self, ticket, text="We look into it"):
        composer = self._open_composer(ticket)
        composer.text = text
        composer.save().action_send()
        self._send()

    # -- Coming in ---

    def test_the_first_message_of_an_unknown_number_makes_a_ticket(self):
        self.account.is_lead_created = True
        message = self._receive(text_message("a", "My fridge is warm\nSince this morning"))
        ticket = self._get_tickets()
        self.assertEqual(
            (ticket.name, ticket.channel, ticket.partner_name, ticket.partner_phone),
            ("My fridge is warm", "whatsapp", "Awa", AWA),
        )
        self.assertFalse(ticket.partner_id)
        self.assertTrue(ticket.is_waiting_for_reply)
        self.assertEqual((message.res_model, message.res_id), ("crm.ticket", ticket.id))
        self.assertIn("Since this morning", message.mail_message_id.body)
        self.assertFalse(self.env["crm.lead"].search([("phone", "=", AWA)]))

    def test_the_only_contact_with_the_number_is_linked_and_one_of_several_is_not(self):
        partner = self._create_partner()
        self._create_partner(phone=KOFI, name="Kofi")
        self._create_partner(phone=KOFI, name="Kofi's twin")
        self._receive(text_message("a", "Hello"))
        message = self._receive(text_message("b", "Hello", phone=KOFI), profile="K.")
        first, second = self._get_tickets()
        self.assertEqual((first.partner_id, first.partner_name), (partner, "Awa Koné"))
        self.assertEqual((second.partner_id.id, second.partner_name), (False, "K."))
        self.assertFalse(message.mail_message_id.author_id)

    def test_the_next_message_goes_to_the_open_ticket_and_after_its_end_to_a_new_one(self):
        self._receive(text_message("a", "Hello"))
        ticket = self._get_tickets()
        self._receive(text_message("b", "Are you there?"))
        self.assertEqual(self._get_tickets(), ticket)
        self.assertEqual(
            len(ticket.message_ids.filtered(lambda own: own.message_type == "whatsapp")), 2
        )
        ticket.action_close()
        self._receive(text_message("c", "Something else"))
        self.assertEqual(len(self._get_tickets()), 2)
        self.assertTrue(ticket.is_closed)

    def test_a_message_goes_to_the_ticket_whose_last_answer_it_answers(self):
        asked = self._create_ticket(partner_phone=AWA, channel="whatsapp")
        newer = self._create_ticket(partner_phone=AWA, channel="whatsapp")
        self._record_sent(res_model="crm.ticket", res_id=asked.id)
        self.assertEqual(self._receive(text_message("a", "Yes")).res_id, asked.id)
        asked.action_close()
        self.assertEqual(self._receive(text_message("b", "And this?")).res_id, newer.id)

    def test_an_answer_opens_the_closed_ticket_again_within_the_days_of_the_team(self):
        asked = self._create_ticket(partner_phone=AWA, channel="whatsapp")
        self._record_sent(res_model="crm.ticket", res_id=asked.id)
        for number, values in enumerate(({}, {"context": {"id": "wamid.1"}})):
            with self.subTest(values=values):
                asked.action_close()
                message = self._receive(text_message(f"a{number}", "Again!", **values))
                self.assertEqual(message.res_id, asked.id)
                self.assertFalse(asked.is_closed)
                self.assertTrue(asked.is_waiting_for_reply and asked.date_waiting_since)
        self.assertEqual(self._get_tickets(), asked)

    def test_who_quotes_a_closed_ticket_goes_there_though_another_one_is_open(self):
        asked = self._create_ticket(partner_phone=AWA, channel="whatsapp")
        self._create_ticket(partner_phone=AWA, channel="whatsapp")
        self._record_sent(res_model="crm.ticket", res_id=asked.id)
        asked.action_close()
        message = self._receive(text_message("a", "This!", context={"id": "wamid.1"}))
        self.assertEqual(message.res_id, asked.id)

    def test_an_answer_to_a_ticket_that_is_settled_for_good_makes_one_that_follows_it(self):
        asked = self._create_ticket(partner_phone=AWA, channel="whatsapp")
        self._record_sent(res_model="crm.ticket", res_id=asked.id)
        asked.action_close()
        asked.date_closed = fields.Datetime.now() - timedelta(days=15)
        self._receive(text_message("a", "Again!", context={"id": "wamid.1"}))
        follow_up = self._get_tickets() - asked
        self.assertEqual(follow_up.parent_id, asked)
        self.assertTrue(asked.is_closed)
        follow_up.action_close()
        self.support.reopen_days = 0
        self._receive(text_message("b", "And this?"))
        self.assertEqual((self._get_tickets() - asked - follow_up).parent_id, asked)
        self.assertTrue(asked.is_closed and follow_up.is_closed)

    def test_a_ticket_by_e_mail_or_of_another_team_does_not_take_the_message(self):
        self._create_ticket(partner_phone=AWA, channel="email")
        other = self._create_support_team("Other")
        self._create_ticket(partner_phone=AWA, channel="whatsapp", team_id=other.id)
        self._receive(text_message("a", "Hello"))
        self.assertEqual(self._get_tickets()[-1].name, "Hello")

    def test_the_same_delivery_five_times_makes_one_ticket_and_one_message(self):
        for _ in range(5):
            self._deliver(delivery(messages=[text_message("a", "Hello")]))
        ticket = self._get_tickets()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(
            len(ticket.message_ids.filtered(lambda own: own.message_type == "whatsapp")), 1
        )

    def test_messages_that_come_in_the_wrong_order_go_to_one_ticket(self):
        now = fields.Datetime.now().timestamp()
        self._receive(text_message("b", "Second", at=now), text_message("a", "First", at=now - 60))
        self._receive(text_message("a", "First", at=now - 60))
        self.assertEqual(len(self._get_tickets()), 1)

    def test_stop_reactions_and_reports_make_no_ticket(self):
        self._receive(text_message("a", "STOP"))
        self._receive(
            text_message("b", "", type="reaction", reaction={"message_id": "x", "emoji": "👍"})
        )
        self._report(status("wamid.9", "delivered"))
        self.assertFalse(self._get_tickets())
        self.assertTrue(
            self.env["crm.consent"]._is_withdrawn(AWA, "whatsapp", "sales", self.company)
        )

    def test_stop_on_a_conversation_is_seen_and_asks_for_no_reply(self):
        self._receive(text_message("a", "Hello"))
        ticket = self._get_tickets()
        self._answer(ticket)
        self.assertFalse(ticket.is_waiting_for_reply)
        message = self._receive(text_message("b", "STOP"))
        self.assertEqual(message.res_id, ticket.id)
        self.assertFalse(ticket.is_waiting_for_reply)

    def test_a_file_of_the_customer_becomes_one_of_the_ticket(self):
        self.fake.add_media("m1", b"%PDF-1.4 x", "application/pdf")
        document = {"id": "m1", "mime_type": "application/pdf", "filename": "bill.pdf"}
        message = self._receive(text_message("a", "", type="document", document=document))
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_whatsapp_media").method_direct_trigger()
        self.env.invalidate_all()
        ticket = self._get_tickets()
        self.assertEqual(
            (message.attachment_id.res_model, message.attachment_id.res_id),
            ("crm.ticket", ticket.id),
        )
        self.assertIn("WhatsApp", ticket.name)

    def test_without_a_team_or_with_an_archived_one_messages_are_leads_as_before(self):
        self.account.is_lead_created = True
        self.support.active = False
        message = self._receive(text_message("a", "Hello"))
        self.assertEqual(message.res_model, "crm.lead")
        self.assertFalse(self._get_tickets())

    def test_an_answer_to_a_salesperson_stays_with_the_deal(self):
        lead = self._create_lead(phone=AWA, user_id=self.salesperson.id)
        self._receive(text_message("a", "Hello"))
        composer = self._open_composer(lead, user=self.salesperson)
        composer.channel = "whatsapp"
        composer.text = "Shall we meet?"
        composer.save().action_send()
        self._send()
        message = self._receive(text_message("b", "Yes"))
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", lead.id))

    def test_what_a_machine_sent_from_a_deal_does_not_take_the_answer_away_from_support(self):
        lead = self._create_lead(phone=AWA)
        self._record_sent(res_model="crm.lead", res_id=lead.id)
        self.assertEqual(self._receive(text_message("a", "It leaks")).res_model, "crm.ticket")

    # -- Answering ---

    def test_an_agent_answers_from_the_number_that_the_customer_wrote_to(self):
        second = self._create_account(
            name="Support", phone_number_id="555000555", sequence=20, user_id=False
        )
        self.support.whatsapp_account_ids = second
        self._deliver(
            delivery(messages=[text_message("a", "Hello")], number_id="555000555"), account=second
        )
        ticket = self._get_tickets()
        self._answer(ticket)
        dispatch = self.env["crm.dispatch"].search([("res_model", "=", "crm.ticket")])
        self.assertEqual((dispatch.state, dispatch.address), ("sent", AWA))
        self.assertEqual(dispatch.purpose, "service")
        own = self.Message.search([("direction", "=", "out")])
        self.assertEqual((own.account_id, own.res_id), (second, ticket.id))
        self.assertEqual(dispatch.mail_message_id.crm_whatsapp_state, "sent")

    def test_an_answer_is_a_reply_and_the_customers_next_message_waits(self):
        self._receive(text_message("a", "Hello"))
        ticket = self._get_tickets()
        self.assertTrue(ticket.is_waiting_for_reply)
        self._answer(ticket)
        self.assertFalse(ticket.is_waiting_for_reply)
        self.assertTrue(ticket.date_first_reply)
        self._receive(text_message("b", "Thank you, but"))
        self.assertTrue(ticket.is_waiting_for_reply)

    def test_what_leaves_by_itself_is_nobodys_reply(self):
        self._receive(text_message("a", "Hello"))
        ticket = self._get_tickets()
        content = self.env["crm.dispatch.content"].create(
            {"res_model": "crm.ticket", "text": "We have your message"}
        )
        asked = {
            "key": f"acknowledge:{ticket.id}",
            "channel": "whatsapp",
            "purpose": "service",
            "record": ticket,
            "content": content,
        }
        self.env["crm.dispatch"]._request([{**asked, "is_personal": True}])
        self._send()
        self.assertEqual(self.fake.sent[0]["text"]["body"], "We have your message")
        self.assertTrue(ticket.is_waiting_for_reply)
        self.assertFalse(ticket.date_first_reply)

    def test_after_a_day_the_dialog_says_that_a_template_is_needed_and_nothing_is_called_sent(self):
        """T-S10"""
        self._receive(text_message("a", "Hello"))
        ticket = self._get_tickets()
        self.Message.search([]).received_at = fields.Datetime.now() - timedelta(hours=25)
        composer = self._open_composer(ticket)
        composer.text = "Too late"
        self.assertEqual(composer.allowed_count, 0)
        self.assertIn(ticket.display_name, composer.preview)
        composer.save().action_send()
        self._send()
        dispatch = self.env["crm.dispatch"].search([("res_model", "=", "crm.ticket")])
        self.assertEqual(dispatch.state, "suppressed")
        self.assertFalse(dispatch.provider_ref)
        self.assertTrue(ticket.is_waiting_for_reply)

    # -- Rights ---

    def test_an_account_belongs_to_one_team(self):
        with self.assertRaises(ValidationError):
            self._create_support_team("Other", whatsapp_account_ids=[Command.set(self.account.ids)])

    def test_managers_choose_accounts_and_agents_do_not(self):
        self.support.with_user(self.support_manager).whatsapp_account_ids = False
        self.assertFalse(self.support.whatsapp_account_ids)
        with self.assertRaises(AccessError):
            self.support.with_user(self.agent).whatsapp_account_ids = self.account

    def test_an_account_of_another_company_is_refused_and_its_messages_stay_there(self):
        other = self._create_account(
            name="Abidjan", company_id=self.company_xof.id, phone_number_id="777", user_id=False
        )
        with self.assertRaises(UserError):
            self.support.whatsapp_account_ids = other
        self._deliver(delivery(messages=[text_message("a", "Hi")], number_id="777"), account=other)
        self.assertFalse(self._get_tickets())

    def test_the_secrets_of_an_account_are_not_for_agents(self):
        account = self.account.with_user(self.agent)
        self.assertEqual(account.name, "Care")
        with self.assertRaises(AccessError):
            account.read(["access_token"])
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent_elsewhere).read(["name"])
