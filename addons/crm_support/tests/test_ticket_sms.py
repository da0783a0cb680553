# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_core.tests.sms_common import ABROAD, NUMBER, SmsCase

from .channel_common import TicketChannelMixin


@tagged("post_install", "-at_install")
class TestTicketSms(TicketChannelMixin, SmsCase):
    """SMS to support: on the open ticket of who wrote, or on a new one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_support(sms_gateway_id=cls.gateway.id)

    def _answer(self, ticket, text="We look into it", user=None):
        composer = self._open_composer(ticket, user)
        self.assertEqual(composer.channel, "sms")
        composer.text = text
        composer.save().action_send()
        self._dispatch()

    def _dispatch(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_sms").method_direct_trigger()
        self.env.invalidate_all()

    def test_an_sms_of_a_known_number_makes_a_ticket_of_its_contact_and_is_on_no_deal(self):
        before = self.lead.message_ids | self.customer.message_ids
        message = self._receive("No power since noon")
        ticket = self._get_tickets()
        self.assertEqual(
            (ticket.name, ticket.channel, ticket.partner_id, ticket.phone_sanitized),
            ("No power since noon", "sms", self.customer, NUMBER),
        )
        self.assertEqual((message.res_model, message.res_id), ("crm.ticket", ticket.id))
        self.assertEqual(message.mail_message_id.author_id, self.customer)
        self.assertEqual(self.lead.message_ids | self.customer.message_ids, before)

    def test_the_next_sms_goes_to_the_open_ticket_and_waits_for_a_reply(self):
        self._receive("Hello", number=ABROAD)
        ticket = self._get_tickets()
        self.assertFalse(ticket.partner_id)
        self._answer(ticket)
        self.assertFalse(ticket.is_waiting_for_reply)
        self.assertTrue(ticket.date_first_reply)
        self._receive("Still nothing", number=ABROAD)
        self.assertEqual(self._get_tickets(), ticket)
        self.assertTrue(ticket.is_waiting_for_reply)
        self.assertEqual(len(ticket.message_ids.filtered(lambda own: own.message_type == "sms")), 3)

    def test_an_sms_goes_to_the_ticket_whose_last_answer_it_answers(self):
        asked = self._create_ticket(partner_id=self.customer.id, channel="sms")
        newer = self._create_ticket(partner_id=self.customer.id, channel="sms")
        self._answer(asked)
        self.assertEqual(self._receive("Yes").res_id, asked.id)
        asked.action_close()
        self.assertEqual(self._receive("And?").res_id, newer.id)
        dispatch = self.env["crm.dispatch"].search([("res_model", "=", "crm.ticket")])
        self.assertEqual(dispatch.state, "replied")

    def test_an_sms_opens_the_closed_ticket_again_or_makes_one_that_follows_it(self):
        asked = self._create_ticket(partner_id=self.customer.id, channel="sms")
        self._answer(asked)
        asked.action_close()
        self.assertEqual(self._receive("Not yet").res_id, asked.id)
        self.assertFalse(asked.is_closed)
        self.assertTrue(asked.is_waiting_for_reply and asked.date_waiting_since)
        asked.action_close()
        self.support.reopen_days = 0
        self._receive("Still not")
        self.assertEqual((self._get_tickets() - asked).parent_id, asked)
        self.assertTrue(asked.is_closed)

    def test_the_number_of_the_ticket_is_written_to_and_not_another_one_of_the_contact(self):
        ticket = self._create_ticket(
            partner_id=self.customer.id, partner_phone=ABROAD, channel="sms"
        )
        self._answer(ticket)
        self.assertEqual(self.operator.requests[-1]["fields"]["to"], ABROAD)

    def test_the_same_sms_twice_and_garbage_make_nothing_twice(self):
        self._receive("Hello", reference="r1")
        self._receive("Hello", reference="r1")
        self._receive("Promotion!", number="ORANGE")
        self._receive("STOP")
        self.assertEqual(len(self._get_tickets()), 1)

    def test_an_answer_to_a_salesperson_stays_with_the_deal(self):
        self._send(self.lead.with_user(self.salesperson))
        message = self._receive("Yes, tomorrow")
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", self.lead.id))
        self.assertFalse(self._get_tickets())

    def test_without_a_team_an_sms_is_where_it_was_before(self):
        self.support.sms_gateway_id = False
        message = self._receive("Hello")
        self.assertIn(message.res_model, ("crm.lead", "res.partner"))
        self.assertFalse(self._get_tickets())

    def test_an_sms_from_the_chatter_is_a_reply(self):
        ticket = self._create_ticket(partner_id=self.customer.id, channel="sms")
        self._send(ticket.with_user(self.agent), partner_ids=self.customer.ids)
        self.assertFalse(ticket.is_waiting_for_reply)

    def test_whoever_has_the_ticket_is_told_and_not_the_salesperson_of_the_contact(self):
        ticket = self._create_ticket(
            partner_id=self.customer.id, channel="sms", user_id=self.agent.id
        )
        self.assertEqual(self._receive("Hello").user_id, self.agent)
        ticket.user_id = False
        self.assertFalse(self._receive("Hello again").user_id)

    def test_a_gateway_belongs_to_one_team(self):
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_support_team("Other", sms_gateway_id=self.gateway.id)
