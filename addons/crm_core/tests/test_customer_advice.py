# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .test_customer_page import CustomerPageCase

NOW = datetime(2026, 6, 16, 10, 0)


@tagged("post_install", "-at_install")
class TestCustomerAdvice(CustomerPageCase):
    """What the page says of the last contact and of what to do next, situation by situation: none is better than a wrong one."""

    def setUp(self):
        super().setUp()
        freezer = freeze_time(NOW)
        freezer.start()
        self.addCleanup(freezer.stop)

    def _advice(self, record=None):
        actions = self._page(record=record)["next_actions"]
        return [action["id"] for action in actions]

    def _written(self, record, days, *, by_customer=True, **values):
        """Have something written some days ago."""
        author = self.person if by_customer else self.salesperson.partner_id
        kind = {"message_type": "email" if by_customer else "comment", **values}
        message = record.message_post(
            body="Hello", author_id=author.id, subtype_xmlid="mail.mt_comment", **kind
        )
        message.date = NOW - timedelta(days=days)
        self.env.flush_all()
        return message

    def _called(self, record, days):
        """Log a call that was made some days ago."""
        activity = record.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson.id
        )
        message = self.env["mail.message"].browse(activity.action_feedback("We spoke"))
        message.date = NOW - timedelta(days=days)
        self.env.flush_all()

    def _met(self, days, **values):
        start = NOW - timedelta(days=days)
        return self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set(self.person.ids)],
                "user_id": self.salesperson.id,
                **values,
            }
        )

    def _planned(self, record, days):
        day = fields.Date.to_date(NOW) + timedelta(days=days)
        return record.activity_schedule(
            "mail.mail_activity_data_call", day, user_id=self.salesperson.id
        )

    # -- Nothing, and silence ---

    def test_a_customer_without_anything_should_hear_from_us(self):
        self.assertEqual(self._advice(), ["reach_out"])
        self.assertEqual(self._card("last_contact")["value"], "Never")

    def test_an_archived_customer_is_left_alone(self):
        self.person.active = False
        self.customer.active = False
        self.assertEqual(self._advice(), [])

    def test_a_colleague_is_no_customer_to_write_to(self):
        self.assertEqual(self._advice(self.salesperson_all.partner_id), [])

    def test_after_a_word_of_ours_one_waits(self):
        self._written(self.customer, 3, by_customer=False)
        self.assertEqual(self._advice(), [])

    def test_after_a_month_of_silence_one_writes(self):
        self._written(self.customer, 31, by_customer=False)
        self.assertEqual(self._advice(), ["reach_out"])

    # -- Calls and meetings ---

    def test_a_call_that_was_logged_is_contact(self):
        self._called(self.customer, 0)
        self.assertEqual(self._card("last_contact")["value"], "Today")
        self.assertEqual(self._advice(), [])

    def test_many_calls_after_a_message_are_contact_too(self):
        self._written(self.customer, 40)
        for days in range(12, 0, -1):
            self._called(self.customer, days)
        self.assertEqual(self._card("last_contact")["value"], "Yesterday")

    def test_who_was_called_back_is_answered(self):
        self._written(self.customer, 3)
        self._called(self.customer, 1)
        self.assertEqual(self._advice(), [])

    def test_a_meeting_that_was_held_is_contact_and_answers(self):
        self._written(self.customer, 3)
        self._met(1)
        self.assertEqual(self._card("last_contact")["value"], "Yesterday")
        self.assertEqual(self._advice(), [])

    def test_with_a_meeting_to_come_nobody_is_sent_a_word(self):
        self._met(-5)
        self.assertEqual(self._advice(), [])

    def test_with_a_call_planned_nobody_is_sent_a_word(self):
        self._planned(self.person, 4)
        self.assertEqual(self._advice(), [])

    # -- Answers ---

    def test_the_customer_s_last_word_is_to_be_answered(self):
        self._written(self.customer, 2)
        self.assertEqual(self._advice(), ["answer"])

    def test_once_answered_it_is_not(self):
        self._written(self.customer, 2)
        self._written(self.customer, 1, by_customer=False)
        self.assertEqual(self._advice(), [])

    def test_a_confirmation_by_a_machine_is_no_answer(self):
        self._written(self.customer, 2)
        self._written(self.customer, 2, by_customer=False, message_type="auto_comment")
        self.assertEqual(self._advice(), ["answer"])

    def test_nobody_waits_for_a_year(self):
        self._written(self.customer, 365)
        self.assertEqual(self._advice(), ["reach_out"])

    def test_an_answer_that_failed_is_none(self):
        self._written(self.customer, 2)
        answer = self._written(self.customer, 1, by_customer=False)
        self.env["mail.notification"].create(
            {
                "mail_message_id": answer.id,
                "res_partner_id": self.person.id,
                "notification_type": "email",
                "notification_status": "exception",
            }
        )
        self.env.flush_all()
        self.assertEqual(self._advice(), ["answer"])

    # -- Deals ---

    def test_a_deal_without_a_plan_is_planned(self):
        self._create_lead(partner_id=self.customer.id)
        self._written(self.customer, 1, by_customer=False)
        self.assertEqual(self._advice(), ["plan"])

    def test_a_deal_with_a_meeting_to_come_has_a_plan(self):
        deal = self._create_lead(partner_id=self.customer.id)
        self._met(-2, opportunity_id=deal.id)
        self.assertEqual(self._advice(), [])

    def test_lost_and_won_deals_ask_for_nothing(self):
        self._create_lead(partner_id=self.customer.id).action_set_lost()
        self._create_lead(partner_id=self.customer.id).action_set_won()
        self._written(self.customer, 1, by_customer=False)
        self.assertEqual(self._advice(), [])

    def test_what_is_overdue_comes_before_everything(self):
        deal = self._create_lead(partner_id=self.customer.id)
        self._planned(deal, -1)
        self._create_lead(partner_id=self.customer.id, name="Bare")
        self._written(self.customer, 2)
        self.assertEqual(self._advice(), ["overdue_activity", "answer", "plan"])

    def test_a_colleague_s_deal_is_not_mine_to_plan(self):
        self._create_lead(partner_id=self.customer.id, user_id=self.salesperson_all.id)
        self._written(self.customer, 1, by_customer=False)
        self.assertEqual(self._advice(), [])

    # -- Figures ---

    def test_deals_without_a_rate_are_named_on_the_card(self):
        self._create_lead(partner_id=self.customer.id, amount=100)
        self._create_lead(partner_id=self.customer.id, amount=900, currency_id=self.tnd.id)
        card = self._card("open_deals")
        self.assertIn("100.00", card["value"])
        self.assertIn("TND", card["subtitle"])

    def test_the_cards_of_metrics_are_about_the_same_people_as_the_others(self):
        daughter = self.env["res.partner"].create(
            {"name": "Daughter", "is_company": True, "parent_id": self.customer.id}
        )
        self.person.active = False
        for partner, amount in ((self.person, 100), (self.customer, 300), (daughter, 5000)):
            self._create_lead(partner_id=partner.id, amount=amount).action_set_won()
        self.env.flush_all()
        self.assertEqual(self._card("won_deals")["count"], 2)
        card = self._card("metric_average_deal")
        self.assertIn("200.00", card["value"])
        self.assertEqual(self._count_list(card), 2)

    def test_a_card_of_a_metric_says_what_it_does_not_count(self):
        self._create_lead(partner_id=self.customer.id, amount=100).action_set_won()
        foreign = self._create_lead(
            partner_id=self.customer.id, amount=900, currency_id=self.tnd.id
        )
        foreign.action_set_won()
        self.env.flush_all()
        card = self._card("metric_average_deal")
        self.assertIn("100.00", card["value"])
        self.assertIn("not counted: 1", card["note"]["text"])
        outcome = self.env["crm.lead.outcome"].with_context(active_test=False)
        found = outcome.search(card["note"]["action"]["domain"])
        self.assertEqual(found.lead_id, foreign)
