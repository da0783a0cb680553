# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who works with the CRM and which deals are left alone, to whom it concerns."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SALESPERSON, CrmCoreCase
from .metric_common import MetricCase


class AdoptionCase(MetricCase):
    """June 2026; the salesperson has two deals, one of them planned for and one left alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead"].search([]).unlink()
        cls.planned = cls._create_lead(name="Planned")
        cls.alone = cls._create_lead(name="Alone")
        cls.other = cls._create_lead(name="Of somebody else", user_id=cls.salesperson_all.id)
        cls.planned.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Date.to_date("2026-06-20"),
            user_id=cls.salesperson.id,
        )
        for lead in (cls.planned, cls.alone, cls.other):
            cls._enter(lead, "2026-05-01 08:00:00")
        cls.env.cr.execute("DELETE FROM mail_message WHERE model = 'crm.lead'")

    def _touch(self, lead, at="2026-06-10 09:00:00", user=None, **values):
        """Have somebody write a note on a deal."""
        message = lead.with_user(user or self.salesperson).message_post(body="Seen", **values)
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE mail_message SET date = %s WHERE id = %s", at, message.id))
        self.env.invalidate_all()
        return message

    def _page(self, user=None, **asked):
        context = {"allowed_company_ids": self.company.ids, "tz": "UTC"}
        env = self.env(user=(user or self.manager).id, context=context)
        return env["crm.adoption"].get_page(**asked)

    def _row(self, person, user=None, **asked):
        return next(row for row in self._page(user, **asked)["rows"] if row["id"] == person.id)

    def _open(self, column, person, user=None):
        page = self._page(user)
        metric = self.env["crm.metric"].browse(page["metrics"][column]["id"])
        action = metric.with_user(user or self.manager).action_open_records(
            period="month", filters={"salesperson": person.ids}
        )
        model = self.env[action["res_model"]].with_context(**action["context"])
        return model.search(action["domain"])


@tagged("post_install", "-at_install")
class TestAdoptionFigures(AdoptionCase):
    """What is counted."""

    def test_deals_without_next_step_and_the_share_of_those_with_one(self):
        row = self._row(self.salesperson)
        self.assertEqual((row["open"], row["without"], row["share"]), (2, 1, 50))
        self.assertEqual(row["planned"], 1)
        self.assertEqual(self._open("without", self.salesperson), self.alone)

    def test_somebody_without_deals_has_no_share(self):
        self.assertIsNone(self._row(self.manager)["share"])

    def test_a_deal_is_touched_by_what_a_person_leaves_in_its_history(self):
        self._touch(self.planned)
        self._touch(self.planned, "2026-06-10 17:00:00")
        self._touch(self.alone, "2026-06-11 09:00:00", message_type="comment")
        self._touch(self.alone, "2026-06-12 09:00:00", user=self.salesperson_all)
        self._touch(self.planned, "2026-05-31 23:59:00")
        row = self._row(self.salesperson)
        self.assertEqual((row["days"], row["touched"]), (2, 2))

    def test_a_day_is_a_day_of_the_readers_zone(self):
        self._touch(self.planned, "2026-06-10 23:30:00")
        self._touch(self.planned, "2026-06-11 00:30:00")
        self.assertEqual(self._row(self.salesperson)["days"], 2)
        here = {"allowed_company_ids": self.company.ids, "tz": "Asia/Kolkata"}
        page = self.env(user=self.manager.id, context=here)["crm.adoption"].get_page()
        row = next(row for row in page["rows"] if row["id"] == self.salesperson.id)
        self.assertEqual(row["days"], 1)

    def test_a_message_on_the_last_minute_of_a_month_belongs_to_it(self):
        self._touch(self.planned, "2026-05-31 23:59:59")
        self.assertEqual(self._row(self.salesperson)["touched"], 0)
        self.assertEqual(self._row(self.salesperson, period="last_month")["touched"], 1)

    def test_untouched_is_what_nothing_happened_on_for_the_days_of_the_company(self):
        self.assertEqual(self._row(self.salesperson)["untouched"], 2)
        self._touch(self.planned, "2026-06-10 09:00:00")
        self.assertEqual(self._open("untouched", self.salesperson), self.alone)
        self.company.crm_untouched_days = 3
        self.assertEqual(self._row(self.salesperson)["untouched"], 2)

    def test_a_new_deal_is_not_untouched(self):
        deal = self._create_lead(name="New")
        self._enter(deal, fields.Datetime.now() - timedelta(days=1))
        self.assertFalse(deal.is_untouched)
        self.assertTrue(self.alone.is_untouched)

    def test_a_figure_of_touches_opens_its_deals(self):
        self._touch(self.planned, message_type="comment", subtype_xmlid="mail.mt_note")
        self._touch(self.alone, user=self.salesperson_all)
        self._touch(self.alone, message_type="notification")
        env = self.env(user=self.manager.id, context={"allowed_company_ids": self.company.ids})
        action = env["crm.adoption"].open_touched([self.salesperson.id])
        found = self.env["crm.lead"].search(action["domain"])
        self.assertEqual(found, self.planned | self.alone)
        action = env["crm.adoption"].open_touched([self.salesperson.id], with_notes=True)
        self.assertEqual(self.env["crm.lead"].search(action["domain"]), self.planned)

    def test_each_figure_of_touches_is_the_number_of_deals_behind_it(self):
        note = {"message_type": "comment", "subtype_xmlid": "mail.mt_note"}
        for _twice in range(2):
            self._touch(self.planned, **note)
            self._touch(self.planned, user=self.salesperson_all, **note)
        self._touch(self.alone, user=self.salesperson_all)
        page = self._page(group_by="team")
        team = next(row for row in page["rows"] if row["name"] == self.team.name)
        adoption = self.env(user=self.manager.id)["crm.adoption"]
        for column, found in (("touched", 2), ("notes", 1)):
            with self.subTest(column=column):
                action = adoption.open_touched(team["people"], with_notes=column == "notes")
                self.assertEqual(self.env["crm.lead"].search_count(action["domain"]), found)
                self.assertEqual(team[column], found)
                self.assertEqual(page["total"][column], found, "a deal of two people is one deal")

    def test_the_total_adds_the_people_up(self):
        self._touch(self.planned)
        page = self._page()
        for column in ("open", "without", "touched", "notes", "planned", "untouched"):
            with self.subTest(column=column):
                added = sum(row[column] for row in page["rows"])
                self.assertEqual(page["total"][column], added)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = self._page()["rows"]
        return self.env.cr.sql_log_count - before, len(rows)

    def test_more_deals_and_people_take_no_more_queries(self):
        self._count_queries()
        few, people = self._count_queries()
        self.assertLessEqual(few, 35)
        for number in range(5):
            person = mail_new_test_user(self.env, login=f"more_{number}", groups=SALESPERSON)
            person.write(
                {"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id}
            )
            self.team.member_ids = [Command.link(person.id)]
            self._create_lead(name=f"Deal {number}", user_id=person.id)
        self._count_queries()
        many, rows = self._count_queries()
        self.assertEqual(rows, people + 5)
        self.assertLessEqual(many, few + 2, "five people more, one query each would be five")


@tagged("post_install", "-at_install")
class TestAdoptionReaders(AdoptionCase):
    """Who sees whom."""

    def _names(self, user, **asked):
        return {row["name"] for row in self._page(user, **asked)["rows"]}

    def test_a_salesperson_sees_the_own_row_alone(self):
        for user in (self.salesperson, self.salesperson_all):
            self.assertEqual(self._names(user), {user.name})
            self.assertEqual(self._names(user, team_id=self.team.id), set())

    def test_a_team_lead_sees_the_own_team(self):
        other = self.env["crm.team"].create(
            {"name": "Other", "company_id": self.company.id, "member_ids": self.manager.ids}
        )
        expected = {self.team_lead.name, self.salesperson.name, self.salesperson_all.name}
        self.assertEqual(self._names(self.team_lead), expected)
        self.assertEqual(self._names(self.team_lead, team_id=other.id), set())

    def test_a_manager_sees_all_of_the_chosen_companies(self):
        names = self._names(self.manager)
        self.assertTrue({self.salesperson.name, self.manager.name} <= names)
        self.assertNotIn(self.stranger.name, names)

    def test_nobody_opens_what_others_touched_by_their_id(self):
        adoption = self.env["crm.adoption"].with_user(self.salesperson)
        with self.assertRaises(AccessError):
            adoption.open_touched([self.salesperson_all.id])
        with self.assertRaises(AccessError):
            adoption.open_touched(["nonsense"])
        self.assertEqual(adoption.open_touched([])["domain"], [["id", "in", []]])

    def test_people_without_sales_see_nothing(self):
        nobody = mail_new_test_user(self.env, login="adoption_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._page(nobody)
        with self.assertRaises(AccessError):
            self.env["crm.adoption"].with_user(nobody).open_touched([nobody.id])

    def test_a_period_or_grouping_that_does_not_exist_is_refused(self):
        for asked in (
            {"period": "nonsense"},
            {"group_by": "password"},
            {"period": "custom", "date_from": "2026-06-30", "date_to": "2026-06-01"},
        ):
            with self.subTest(asked), self.assertRaises(UserError):
                self._page(**asked)

    def test_by_team_the_figures_are_those_of_its_people(self):
        self._touch(self.planned)
        self._touch(self.other, user=self.salesperson_all)
        row = next(
            row for row in self._page(group_by="team")["rows"] if row["name"] == self.team.name
        )
        self.assertEqual((row["open"], row["touched"], row["days"]), (3, 2, 1))
        self.assertEqual(set(row["people"]), set(self.team.member_ids.ids))
        self.assertNotIn("last_login", row)

    def test_a_company_may_have_no_people_named(self):
        self.company.crm_adoption_by_team = True
        page = self._page(self.team_lead)
        self.assertTrue(page["by_team_only"])
        self.assertEqual(
            {row["name"] for row in page["rows"]}, {self.team.name, self.team_lead.name}
        )
        self.assertEqual(self._names(self.salesperson), {self.salesperson.name})
        context = {"allowed_company_ids": self.company.ids}
        metrics = self.env(user=self.manager.id, context=context)["crm.metric"]
        self.assertEqual(metrics.get_team_page()["ranking"]["rows"], [])
        context = {"allowed_company_ids": self.company_xof.ids}
        page = self.env(user=self.manager.id, context=context)["crm.adoption"].get_page()
        self.assertFalse(page["by_team_only"])

    def test_where_nobody_is_named_nobody_is_opened_alone(self):
        self.company.crm_adoption_by_team = True
        context = {"allowed_company_ids": self.company.ids}
        adoption = self.env(user=self.team_lead.id, context=context)["crm.adoption"]
        with self.assertRaises(AccessError):
            adoption.open_touched([self.salesperson.id])
        for own in (self.team.member_ids, self.team_lead):
            self.assertTrue(adoption.open_touched(own.ids)["domain"])

    def test_the_last_login_is_a_day(self):
        self.assertEqual(self._row(self.salesperson)["last_login"], "")
        self.salesperson.with_user(self.salesperson)._update_last_login()
        self.env.invalidate_all()
        login = self._row(self.salesperson)["last_login"]
        self.assertTrue(login)
        self.assertNotIn(":", login)


@tagged("post_install", "-at_install")
class TestAdoptionDigest(CrmCoreCase):
    """The digest speaks of next steps, in the language of who reads it."""

    def test_odoos_own_digest_has_the_lines(self):
        digest = self.env.ref("digest.digest_digest_default")
        codes = set(digest.metric_ids.mapped("code"))
        self.assertTrue(
            {"overdue_activities", "deals_without_activity", "deals_untouched", "calls_logged"}
            <= codes
        )

    def test_a_salesperson_reads_the_own_number(self):
        self.env["crm.lead"].search([]).unlink()
        self._create_lead()
        self._create_lead(user_id=self.salesperson_all.id)
        digest = self.env.ref("digest.digest_digest_default")
        lines = digest.with_company(self.company)._compute_kpis(self.company, self.salesperson)
        line = next(each for each in lines if each["kpi_name"] == "metric_deals_without_activity")
        self.assertEqual(line["kpi_col1"]["value"], "1")

    def test_there_are_tips_for_salespeople_and_managers(self):
        for name, group in (
            ("digest_tip_next_step", "sales_team.group_sale_salesman"),
            ("digest_tip_features", "sales_team.group_sale_manager"),
        ):
            self.assertEqual(self.env.ref(f"crm_core.{name}").group_id, self.env.ref(group))
