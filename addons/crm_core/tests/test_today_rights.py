# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .today_common import MORNING, TodayCase

TODAY = MORNING.date()


@tagged("post_install", "-at_install")
class TestTodayRights(TodayCase):
    """Whose day it is, and who looks at it."""

    def test_nobody_but_sellers_has_the_page(self):
        plain = new_test_user(self.env, "today_plain", groups="base.group_user")
        for user in (self.portal, plain):
            today = self.env["crm.today"].with_user(user)
            with self.assertRaises(AccessError):
                today.get_page()
            with self.assertRaises(AccessError):
                today.make_home()

    def test_everybody_sees_own_work_alone(self):
        foreign = self._deal(user_id=self.salesperson_all.id)
        self._plan(foreign, user=self.salesperson_all, date_deadline=TODAY)
        self._say(foreign, 30)
        self._promise(foreign, 30, user=self.salesperson_all)
        self._meet(30, user=self.salesperson_all)
        self.assertFalse(self._get_items())
        self.assertEqual(len(self._get_items(self.salesperson_all)), 2)

    def test_own_work_on_a_record_out_of_reach_is_counted_and_not_shown(self):
        foreign = self._deal(name="Secret", user_id=self.salesperson_all.id)
        self._plan(foreign, user=self.salesperson, date_deadline=TODAY)
        page = self._get_page()
        self.assertEqual((page["items"], page["hidden"]), ([], 1))
        self.assertNotIn("Secret", str(page))

    def test_archived_and_deleted_records_do_no_harm(self):
        archived, deleted = self._deal(), self._deal()
        for deal in (archived, deleted):
            self._plan(deal, date_deadline=TODAY)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET active = FALSE WHERE id = %s", [archived.id])
        self.env.cr.execute("DELETE FROM crm_lead WHERE id = %s", [deleted.id])
        page = self._get_page()
        self.assertEqual((page["items"], page["hidden"]), ([], 2))

    def test_the_other_company_is_out_of_sight_until_it_is_chosen(self):
        deal = self._create_lead(
            user_id=self.manager.id, team_id=self.team_xof.id, company_id=self.company_xof.id
        )
        self._plan(deal, user=self.manager, date_deadline=TODAY)
        today = self.env["crm.today"].with_user(self.manager)
        here = today.with_context(allowed_company_ids=self.company.ids).get_page()
        both = today.with_context(
            allowed_company_ids=(self.company | self.company_xof).ids
        ).get_page()
        self.assertEqual((len(here["items"]), len(both["items"])), (0, 1))
        self.assertEqual(here["hidden"], 1)

    # -- The evening -----------------------------------------------------------------------------

    def test_a_team_lead_looks_at_the_day_of_a_colleague(self):
        self._plan(date_deadline=TODAY - timedelta(days=1))
        page = self._get_page(self.team_lead, whose=self.salesperson)
        self.assertEqual(page["user"]["name"], self.salesperson.name)
        self.assertFalse(page["is_own"])
        self.assertEqual([item["section"] for item in page["items"]], ["overdue"])
        self.assertIn(self.salesperson.id, [one["id"] for one in page["colleagues"]])

    def test_a_salesperson_looks_at_nobody_elses_day(self):
        self.assertFalse(self._get_page()["colleagues"])
        with self.assertRaises(AccessError):
            self._get_page(whose=self.salesperson_all)
        with self.assertRaises(AccessError):
            self.env["crm.today"].with_user(self.salesperson).get_page("nonsense")

    def test_who_leads_a_team_sees_its_people_as_far_as_the_rights_go(self):
        self.team.user_id = self.salesperson
        self._plan(
            self._deal(user_id=self.salesperson_all.id),
            user=self.salesperson_all,
            date_deadline=TODAY,
        )
        page = self._get_page(whose=self.salesperson_all)
        self.assertFalse(page["items"], "leads of others are out of reach for who sees own leads")
        with self.assertRaises(AccessError):
            self._get_page(whose=self.stranger)

    def test_the_work_of_a_colleague_stays_hers(self):
        activity = self._plan(date_deadline=TODAY)
        today = self.env["crm.today"].with_user(self.team_lead)
        with self.assertRaises(AccessError):
            today.mark_done(activity.id)
        with self.assertRaises(AccessError):
            today.reschedule(activity.id, "2026-06-20")
        self.assertTrue(activity.active)

    def test_the_evening_tells_what_was_done(self):
        activity = self._plan(summary="Send the plans", date_deadline=TODAY)
        called = self._deal(name="Called")
        self._log(called, duration=3)
        self._meet(-120)
        activity.with_user(self.salesperson).action_feedback(feedback="Sent")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mail_activity SET write_date = %s WHERE id = %s", [MORNING, activity.id]
        )
        for reader in (self.salesperson, self.team_lead):
            done = self._get_page(reader, whose=self.salesperson)["done"]
            texts = " / ".join(one["text"] for one in done)
            self.assertEqual(len(done), 3, texts)
            self.assertIn("Send the plans · Cold room", texts)
            self.assertIn("Awa Diop", texts)
            self.assertIn("Visit", texts)
            self.assertTrue(all(one["time"] for one in done))
