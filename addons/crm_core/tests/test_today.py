# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL

from ..models import crm_today_sources
from ..tools.today import agenda
from .today_common import MORNING, TodayCase

TODAY = MORNING.date()
YESTERDAY = TODAY - timedelta(days=1)


@tagged("post_install", "-at_install")
class TestTodayRules(TransactionCase):
    """The order of the day, without a database."""

    def test_the_rules_of_the_day_hold(self):
        self.assertFalse(doctest.testmod(agenda).failed)


@tagged("post_install", "-at_install")
class TestTodaySources(TodayCase):
    """What stands on the page, and why."""

    def test_who_planned_for_later_has_nothing_to_do(self):
        page = self._get_page()
        self.assertEqual((page["items"], page["is_new"], page["hidden"]), ([], False, 0))

    def test_a_call_that_is_overdue_says_since_when_and_is_made_with_one_button(self):
        self._plan(summary="Ask for the plans", date_deadline=TODAY - timedelta(days=3))
        item = self._get_item(self.lead)
        self.assertEqual(item["reasons"], ["“Ask for the plans” was due 3 days ago."])
        self.assertEqual(
            (item["section"], item["main"], item["phone"], item["customer"]),
            ("overdue", "call", "+225 07 08 09 10 11", "Awa Diop"),
        )
        self.assertIn("done", item["others"])
        self.assertEqual(item["call_activity_id"], item["activity_id"])

    def test_a_task_of_today_is_done_with_one_button(self):
        self.lead.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.salesperson.id,
            summary="Send it",
            note="<p>With the <b>new</b> price</p>",
        )
        item = self._get_item(self.lead)
        self.assertEqual((item["section"], item["main"]), ("today", "done"))
        self.assertEqual(item["notes"], ["With the *new* price"])

    def test_a_call_without_a_number_is_no_call(self):
        lead = self._create_lead(partner_id=False, phone=False)
        self._plan(lead, date_deadline=TODAY)
        item = self._get_item(lead)
        self.assertEqual(item["main"], "done")
        self.assertNotIn("call", item["others"])

    def test_activities_on_any_record_and_on_none_are_there(self):
        self.customer.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson.id, summary="Congratulate"
        )
        free = self.env["mail.activity"].create(
            {"summary": "Buy paper", "user_id": self.salesperson.id, "date_deadline": YESTERDAY}
        )
        self.assertEqual(self._get_item(self.customer)["title"], "Awa Diop")
        item = self._get_item(free)
        self.assertEqual((item["title"], item["section"]), ("Buy paper", "overdue"))

    def test_a_promised_answer_counts_its_minutes(self):
        deal = self._deal()
        promise = self._promise(deal, 12)
        item = self._get_item(deal)
        self.assertEqual(
            item["reasons"], ["New lead: a first answer is promised by 8:42 AM (in 12 min)."]
        )
        self.assertEqual((item["section"], item["main"]), ("now", "call"))
        promise.response_due_at = MORNING - timedelta(hours=2)
        self.assertEqual(
            self._get_item(deal)["reasons"],
            ["New lead: a first answer was promised by 6:30 AM (2 h ago)."],
        )
        promise.responded_at = MORNING
        self.assertFalse(self._get_item(deal))

    def test_a_promise_is_kept_by_the_call_itself(self):
        deal = self._deal()
        promise = self._promise(deal, 12)
        self.env.cr.execute(
            SQL(
                "UPDATE crm_routing_item SET create_date = %s WHERE id = %s",
                MORNING - timedelta(hours=1),
                promise.id,
            )
        )
        self.assertTrue(self._get_item(deal))
        self._log(deal)
        self.assertFalse(self._get_item(deal))

    def test_a_customer_who_wrote_last_waits(self):
        deal = self._deal()
        self._say(deal, 300, author=self.salesperson.partner_id, message_type="comment")
        self._say(deal, 125)
        item = self._get_item(deal)
        self.assertEqual(
            item["reasons"], ["Awa Diop has been waiting for an answer since 6:25 AM."]
        )
        self.assertEqual(item["main"], "reply")
        self.assertEqual(item["notes"], ["The offer\nWhen do you deliver?"])
        self.assertEqual(item["reply"]["res_model"], "mail.compose.message")
        self._say(deal, 5, author=self.salesperson.partner_id, message_type="comment")
        self.assertFalse(self._get_item(deal))
        self._say(deal, 0)
        self.assertEqual(self._get_item(deal)["when"], "now")

    def test_a_stranger_who_wrote_is_called_by_his_name_and_answered_with_one_button(self):
        sender = '"Awa Diop" <awa@clinic.example>'
        lead = self._create_lead(partner_id=False, phone=False, email_from=sender)
        self._promise(lead, 12)
        self._say(lead, 5, author_id=False, email_from=sender)
        item = self._get_item(lead)
        self.assertEqual(item["customer"], "Awa Diop")
        self.assertIn("Awa Diop has been waiting", item["reasons"][1])
        self.assertEqual(item["main"], "reply")
        self.assertNotIn("write", item["others"])

    def test_notes_and_automatic_answers_answer_nobody(self):
        deal = self._deal()
        self._say(deal, 125)
        note = self.env.ref("mail.mt_note").id
        mine = self.salesperson.partner_id
        self._say(deal, 60, author=mine, message_type="comment", subtype_id=note)
        self._say(deal, 59, author=mine, message_type="auto_comment")
        self.assertEqual(self._get_item(deal)["main"], "reply")

    def test_a_call_answers_as_a_message_does(self):
        deal = self._deal()
        self._say(deal, 125)
        self._log(deal)
        self.env["mail.message"].search(
            [("res_id", "=", deal.id)], order="id desc", limit=1
        ).date = MORNING
        self.assertFalse(self._get_item(deal))

    def test_nobody_waits_for_a_month_or_on_lost_deals(self):
        deal, lost = self._deal(), self._deal()
        self._say(deal, 60 * 24 * 31)
        self._say(lost, 60)
        lost.action_set_lost()
        self.assertFalse(self._get_items())

    def test_what_came_by_whatsapp_is_answered_through_the_ledger(self):
        deal = self._deal()
        self._say(deal, 60, message_type="sms")
        reply = self._get_item(deal)["reply"]
        self.assertEqual(reply["res_model"], "crm.message.composer")
        self.assertEqual(reply["context"]["default_res_ids"], [deal.id])

    def test_a_call_promised_for_an_hour_stands_there_once_and_comes_up_at_its_hour(self):
        deal = self._deal()
        self._log(deal, outcome_id=self.call_back.id, callback_at=MORNING + timedelta(hours=1))
        self.env["mail.message"].search([("res_id", "=", deal.id)]).date = MORNING
        item = self._get_item(deal)
        self.assertEqual(item["reasons"], ["Call back at 9:30 AM, as promised."])
        self.assertEqual((item["section"], item["when"]), ("later", "9:30 AM"))
        with freeze_time(MORNING + timedelta(hours=1, minutes=5)):
            item = self._get_item(deal)
        self.assertEqual(item["reasons"], ["A call was promised for 9:30 AM."])
        self.assertEqual((item["section"], item["main"]), ("now", "call"))

    def test_a_meeting_comes_to_the_top_a_quarter_of_an_hour_before(self):
        later, soon = self._meet(120), self._meet(14)
        self._meet(-600)
        items = self._get_items()
        self.assertEqual([item["id"] for item in items], [soon.id, later.id])
        self.assertEqual([item["section"] for item in items], ["now", "later"])
        self.assertEqual(items[0]["reasons"], ["“Visit” begins at 8:44 AM (in 14 min)."])
        self.assertEqual(items[1]["reasons"], ["“Visit” begins at 10:30 AM."])
        self.assertEqual(items[0]["meeting_id"], soon.id)

    def test_declined_meetings_and_those_of_tomorrow_are_none(self):
        self._meet(60).attendee_ids.state = "declined"
        self._meet(60 * 24)
        page = self._get_page()
        self.assertFalse(page["items"])
        self.assertEqual(page["tomorrow"]["meetings"], 1)
        self.assertIn("8:30 AM · Visit", page["tomorrow"]["first"])

    def test_an_approval_waits_for_who_holds_the_role(self):
        deal = self._deal()
        requirement = self._require(
            self.stage_offered,
            "approval",
            name="Discount",
            group_id=self.env.ref("crm_core.group_crm_core_team_lead").id,
        )
        approval = self.env["crm.stage.approval"].create(
            {
                "lead_id": deal.id,
                "requirement_id": requirement.id,
                "asked_by_id": self.salesperson.id,
                "activity_id": self._plan(deal, user=self.team_lead, date_deadline=TODAY).id,
            }
        )
        item = self._get_item(deal, self.team_lead)
        self.assertEqual((item["main"], item["approval_id"]), ("approve", approval.id))
        self.assertEqual(
            item["reasons"],
            [f"{self.salesperson.name} asks for approval: “Discount” (stage “Offered”)."],
        )
        self.assertFalse(self._get_item(deal))
        self.env["crm.today"].with_user(self.team_lead).decide(approval.id, False)
        self.assertEqual(approval.state, "refused")
        self.assertFalse(self._get_item(deal, self.team_lead))

    def test_a_few_deals_without_a_next_step_stand_at_the_end(self):
        for amount in range(1, 8):
            self._create_lead(name=f"Deal {amount}", expected_revenue=amount)
        self._plan(date_deadline=YESTERDAY)
        items = self._get_items()
        self.assertEqual(items[0]["section"], "overdue")
        self.assertEqual(
            [item["title"] for item in items[1:]], [f"Deal {n}" for n in (7, 6, 5, 4, 3)]
        )
        self.assertEqual({item["main"] for item in items[1:]}, {"plan"})

    def test_deals_of_no_amount_are_not_the_largest(self):
        self._plan(date_deadline=TODAY)
        for number in range(6):
            lead = self._create_lead(name=f"Deal {number}", expected_revenue=number)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET expected_revenue = NULL WHERE id = %s", [lead.id])
        titles = [item["title"] for item in self._get_items()[1:]]
        self.assertEqual(titles, ["Deal 4", "Deal 3", "Deal 2", "Deal 1", "Deal 0"])

    def test_a_small_deal_without_a_next_step_is_found_among_many_planned_ones(self):
        small = self._create_lead(name="Small", expected_revenue=1)
        large = self.env["crm.lead"].create(
            [{**small.copy_data()[0], "expected_revenue": 1000}] * 12
        )
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "res_id": lead.id,
                    "user_id": self.salesperson.id,
                    "date_deadline": TODAY + timedelta(days=30),
                }
                for lead in large
            ]
        )
        with patch.object(crm_today_sources, "FIRST", 3):
            self.assertEqual([item["title"] for item in self._get_items()], ["Small"])

    def test_sources_of_a_feature_that_the_company_hides_say_nothing(self):
        deal = self._deal()
        self._promise(deal, 12)
        self.assertTrue(self._get_item(deal))
        feature = self.env.ref("crm_core.crm_feature_routing")
        feature.hidden_company_ids = [Command.link(self.company.id)]
        self.assertFalse(self._get_item(deal))

    def test_features_and_sources_that_belong_together_are_there(self):
        today = self.env["crm.today"]
        features = today._get_source_features()
        codes = set(self.env["crm.feature"].search([]).mapped("code"))
        self.assertLessEqual(set(features.values()), codes)
        self.assertLessEqual(set(features), set(today._get_sources()))

    def test_calls_are_dialled_but_not_written_down_where_calls_are_hidden(self):
        self.assertTrue(self._get_page()["logs_calls"])
        feature = self.env.ref("crm_core.crm_feature_calls")
        feature.hidden_company_ids = [Command.link(self.company.id)]
        self.assertFalse(self._get_page()["logs_calls"])

    # -- One item a record, in order -------------------------------------------------------------

    def test_all_that_concerns_a_record_is_one_item(self):
        self._promise(self.lead, 30)
        self._say(self.lead, 60)
        self._plan(summary="Ring up", date_deadline=YESTERDAY)
        self._meet(120, lead=self.lead)
        [item] = self._get_items()
        self.assertEqual(len(item["reasons"]), 4)
        self.assertIn("promised", item["reasons"][0])
        self.assertEqual(item["main"], "call")
        self.assertLessEqual({"reply", "done", "meeting"}, set(item["others"]))

    def test_the_activity_of_a_meeting_is_told_by_the_meeting(self):
        kind = self.env.ref("mail.mail_activity_data_meeting")
        activity = self._plan(activity_type_id=kind.id, date_deadline=TODAY)
        self._meet(120, lead=self.lead, activity_ids=[Command.set(activity.ids)])
        item = self._get_item(self.lead)
        self.assertEqual(item["reasons"], ["“Visit” begins at 10:30 AM."])
        self.assertEqual(item["activity_id"], activity.id)

    def test_the_order_is_one_rule(self):
        deals = [self._deal(name=name) for name in "abcdefgh"]
        promised, waits, called, starred, old, due, meets, _rest = deals
        self._plan(due, date_deadline=TODAY)
        self._plan(old, date_deadline=YESTERDAY - timedelta(days=9))
        starred.priority = "3"
        self._plan(starred, date_deadline=YESTERDAY)
        self._log(called, outcome_id=self.call_back.id, callback_at=MORNING - timedelta(minutes=9))
        self._say(waits, 10)
        soon = self._meet(10)
        self._meet(60, lead=meets)
        self._promise(promised, 600)
        unplanned = self._create_lead(name="z")
        found = [(item["model"], item["id"]) for item in self._get_items()]
        expected = [promised, soon, waits, called, starred, old, due, meets, unplanned]
        self.assertEqual(found, [(record._name, record.id) for record in expected])

    # -- Days ------------------------------------------------------------------------------------

    def test_today_is_the_day_on_the_wall_of_whose_day_it_is(self):
        deal = self._deal()
        self._plan(deal, date_deadline="2026-06-16", summary="Call")
        for zone, moment in (
            ("Africa/Abidjan", datetime(2026, 6, 16, 0, 0)),
            ("Europe/Paris", datetime(2026, 6, 15, 22, 0)),
            ("Indian/Antananarivo", datetime(2026, 6, 15, 21, 0)),
        ):
            self.salesperson.tz = zone
            with freeze_time(moment - timedelta(seconds=1)):
                self.assertFalse(self._get_items(), zone)
            with freeze_time(moment):
                self.assertEqual(self._get_item(deal)["section"], "today", zone)
            with freeze_time(moment + timedelta(days=1, seconds=-1)):
                self.assertEqual(self._get_item(deal)["section"], "today", zone)
            with freeze_time(moment + timedelta(days=1)):
                self.assertEqual(self._get_item(deal)["section"], "overdue", zone)

    def test_a_meeting_after_midnight_is_one_of_tomorrow(self):
        self._meet(0, start=datetime(2026, 6, 16, 21, 30), stop=datetime(2026, 6, 16, 22, 0))
        self.assertEqual(len(self._get_items()), 1)
        self.salesperson.tz = "Indian/Antananarivo"
        self.assertFalse(self._get_items())

    def test_days_to_put_off_to_are_working_days(self):
        with freeze_time("2026-06-18 08:00:00"):  # a Thursday
            days = self._get_page()["days"]
        self.assertEqual(
            [day["date"] for day in days], ["2026-06-19", "2026-06-22"], "Monday is both"
        )

    # -- Sets ------------------------------------------------------------------------------------

    def test_the_number_of_queries_does_not_grow(self):
        self._fill(2)
        self._get_page()
        few = self._count_queries()
        self._fill(12)
        self.assertEqual(self._count_queries(), few)
        self.assertLessEqual(few, 45)

    def test_long_arrears_do_not_hide_what_is_for_today(self):
        deals = self._create_lead().copy_data()[0]
        leads = self.env["crm.lead"].create([deals] * 45)
        leads.activity_schedule(
            "mail.mail_activity_data_todo", YESTERDAY, user_id=self.salesperson.id
        )
        self._plan(date_deadline=TODAY)
        page = self._get_page()
        sections = [item["section"] for item in page["items"]]
        self.assertEqual((sections.count("overdue"), sections.count("today")), (40, 1))
        self.assertEqual((page["unlisted"], page["is_unlisted_counted"]), (5, True))

    def test_what_is_not_listed_is_counted_to_a_hundred(self):
        lead = self._create_lead()
        values = {"res_model_id": self.env["ir.model"]._get_id("crm.lead"), "res_id": lead.id}
        values |= {"user_id": self.salesperson.id, "date_deadline": YESTERDAY}
        self.env["mail.activity"].create([values] * 160)
        page = self._get_page()
        self.assertEqual((page["unlisted"], page["is_unlisted_counted"]), (100, False))

    def _fill(self, number):
        for _n in range(number):
            customer = self.customer.copy()
            deals = [self._deal(partner_id=customer.id) for _deal in range(4)]
            self._plan(deals[0], date_deadline=YESTERDAY, note="<p>Hello</p>")
            self._plan(deals[1], date_deadline=TODAY)
            self._say(deals[2], 30)
            self._promise(deals[3], 30)
            self._meet(60, lead=deals[0])
            self._log(deals[1], outcome_id=self.call_back.id, callback_at=MORNING)
            self._create_lead()

    def _count_queries(self):
        """Count those of a page, with what the user's rights cost in the caches as in any session."""
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertTrue(self._get_items())
        return self.env.cr.sql_log_count - before
