# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .today_common import MORNING, TodayCase

TODAY = MORNING.date()


@tagged("post_install", "-at_install")
class TestTodayActions(TodayCase):
    """What the buttons do, and that each answers with the page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.env["crm.today"].with_user(cls.salesperson)

    def test_done_is_done_as_everywhere_in_odoo(self):
        activity = self._plan(summary="Ring up", date_deadline=TODAY)
        page = self.today.mark_done(activity.id, " She wants  two. ")
        self.assertFalse(page["items"])
        self.assertFalse(activity.active)
        self.assertEqual(activity.feedback, "She wants  two.")
        self.assertIn("She wants  two.", self.lead.message_ids[0].body)

    def test_work_of_nobody_is_that_of_who_has_the_deal(self):
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_todo", TODAY, summary="Nobody's", user_id=False
        )
        activity.user_id = False
        foreign = self._deal(user_id=self.salesperson_all.id).activity_schedule(
            "mail.mail_activity_data_todo", TODAY, user_id=False
        )
        foreign.user_id = False
        self.assertEqual(self._get_item(self.lead)["activity_id"], activity.id)
        self.assertEqual(len(self._get_items()), 1)
        with self.assertRaises(AccessError):
            self.today.mark_done(foreign.id)
        self.assertFalse(self.today.mark_done(activity.id)["items"])

    def test_what_comes_next_is_planned_in_the_same_breath(self):
        activity = self._plan(summary="Ring up", date_deadline=TODAY)
        page = self.today.mark_done(activity.id, "", "2026-06-16", "Send the offer")
        planned = self.lead.activity_ids.filtered(lambda one: one.date_deadline == TODAY)
        self.assertEqual(planned.summary, "Send the offer")
        self.assertEqual(planned.activity_type_id, activity.activity_type_id)
        self.assertEqual(planned.user_id, self.salesperson)
        self.assertEqual([item["activity_id"] for item in page["items"]], planned.ids)

    def test_what_was_done_by_somebody_else_says_so(self):
        activity = self._plan(date_deadline=TODAY)
        activity.action_feedback()
        with self.assertRaisesRegex(UserError, "done already"):
            self.today.mark_done(activity.id)
        activity.unlink()
        with self.assertRaisesRegex(UserError, "done already"):
            self.today.reschedule(activity.id, "2026-06-20")

    def test_nothing_is_done_when_the_day_of_the_next_step_is_none(self):
        activity = self._plan(date_deadline=TODAY)
        for day in ("nonsense", "2026-02-30", 7, "2026-06-15"):
            with self.assertRaises(UserError):
                self.today.mark_done(activity.id, "", day)
        self.assertTrue(activity.active)

    def test_work_is_put_off(self):
        activity = self._plan(date_deadline=TODAY)
        page = self.today.reschedule(activity.id, "2026-06-18")
        self.assertFalse(page["items"])
        self.assertEqual(activity.date_deadline, date(2026, 6, 18))

    def test_a_promised_call_is_put_off_to_nine_on_the_wall_of_who_calls(self):
        self.salesperson.tz = "Indian/Antananarivo"
        deal = self._deal()
        call = self._log(deal, outcome_id=self.call_back.id, callback_at=MORNING)
        self.today.reschedule(call.callback_activity_id.id, "2026-06-18")
        self.assertEqual(call.callback_at, datetime(2026, 6, 18, 6, 0))
        self.assertEqual(call.callback_activity_id.date_deadline, date(2026, 6, 18))
        self.assertEqual(call.callback_activity_id.summary, "Call back at 09:00")

    def test_the_next_step_of_a_deal_is_planned(self):
        deal = self._create_lead()
        page = self.today.plan_next(deal.id, "Visit the farm", "2026-06-17")
        self.assertFalse(page["items"])
        self.assertEqual(deal.next_step, "Visit the farm")
        self.assertEqual(deal.activity_ids.user_id, self.salesperson)

    def test_nobody_plans_on_deals_out_of_reach(self):
        foreign = self._create_lead(user_id=self.salesperson_all.id)
        with self.assertRaises(AccessError):
            self.today.plan_next(foreign.id, "Mine", "2026-06-17")
        with self.assertRaises(UserError):
            self.today.plan_next(0, "Nothing", "2026-06-17")
        with self.assertRaises(UserError):
            self.today.decide(2**31 - 1, True)

    def test_the_page_opens_after_logging_in_for_who_wants_it(self):
        self.assertFalse(self._get_page()["is_home"])
        self.assertTrue(self.today.make_home())
        self.assertTrue(self._get_page()["is_home"])
        self.assertEqual(
            self.salesperson.action_id.id, self.env.ref("crm_core.crm_today_action").id
        )
        self.assertFalse(self.today.make_home(False))
        self.assertFalse(self.salesperson.action_id)

    def test_today_is_the_first_of_the_menus_and_the_app_still_opens_the_pipeline(self):
        menus = self.env["ir.ui.menu"].with_user(self.salesperson).load_web_menus(False)
        sales = menus[self.env.ref("crm.crm_menu_sales").id]
        self.assertEqual(sales["children"][0], self.env.ref("crm_core.crm_core_menu_today").id)
        self.assertEqual(menus[sales["children"][0]]["actionPath"], "today")
        app = menus[self.env.ref("crm.crm_menu_root").id]
        self.assertEqual(app["actionID"], self.env.ref("crm.action_your_pipeline").id)

    def test_another_home_page_is_left_alone(self):
        other = self.env.ref("crm_core.crm_forecast_action")
        self.salesperson.action_id = other.id
        self.today.make_home(False)
        self.assertEqual(self.salesperson.action_id.id, other.id)

    def test_another_source_joins_by_the_hook(self):
        deal = self._deal()
        entries = [
            self.today._prepare_entry(
                ("crm.lead", deal.id), source="list", rank=45, reason="On the list.", action="call"
            )
        ]
        model = type(self.env["crm.today"])
        self.patch(model, "_get_sources", lambda self: ["_get_unplanned_entries"])
        self.patch(model, "_get_unplanned_entries", lambda self, **kwargs: entries)
        item = self._get_item(deal)
        self.assertEqual(
            (item["reasons"], item["section"], item["main"]), (["On the list."], "now", "call")
        )

    def test_who_is_new_is_told_where_to_begin(self):
        page = self._get_page(self.salesperson_all)
        self.assertTrue(page["is_new"])
        self._plan(user=self.salesperson_all, date_deadline=TODAY + timedelta(days=1))
        page = self._get_page(self.salesperson_all)
        self.assertFalse(page["is_new"])
        self.assertEqual(page["tomorrow"]["activities"], 1)
