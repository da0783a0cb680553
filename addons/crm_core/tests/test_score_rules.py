# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..tools.scoring import Listed
from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreRules(ScoreCase):
    """What rules give, and when."""

    def test_a_lead_gets_the_points_of_every_rule_that_it_meets(self):
        self._create_rule(10, "[('phone', '!=', False)]")
        self._create_rule(25, "[('partner_id.is_company', '=', True)]")
        self._create_rule(-7, "[('email_from', '=', False)]")
        company = self.env["res.partner"].create({"name": "Kora", "is_company": True})
        rich = self._create_lead(phone="+33612345678", partner_id=company.id)
        poor = self._create_lead(email_from="a@example.com")
        rich.phone = "+33612345678"
        self._run()
        self.assertEqual((rich.score_points, poor.score_points), (28, 0))

    def test_a_new_lead_and_a_changed_lead_are_scored_within_the_minute(self):
        self._create_rule(10, "[('city', '=', 'Abidjan')]")
        self._run()
        lead = self._create_lead(city="Abidjan")
        self._run()
        self.assertEqual(lead.score_points, 10)
        lead.city = "Dakar"
        self._run()
        self.assertEqual(lead.score_points, 0)

    def test_a_change_of_what_no_rule_looks_at_asks_for_nothing(self):
        self._create_rule(10, "[('city', '=', 'Abidjan')]")
        lead = self._create_lead()
        self._run()
        lead.write({"description": "Called twice"})
        self.env.cr.flush()
        self.assertFalse(self.env["crm.score.request"].search([]))
        lead.write({"city": "Abidjan"})
        lead.write({"city": "Abidjan Plateau"})
        self.env.cr.flush()
        self.assertEqual(self.env["crm.score.request"].search([]).first_id, lead.id)

    def test_a_change_behind_a_computed_field_of_a_rule_is_seen(self):
        self._create_rule(10, "[('email_state', '=', 'correct')]")
        lead = self._create_lead(email_from="nonsense")
        self._run()
        self.assertEqual(lead.score_points, 0)
        lead.email_from = "aya@example.com"
        self._run()
        self.assertEqual(lead.score_points, 10)

    def test_events_count_up_to_the_number_of_times_the_newest_first(self):
        self._create_rule(10, kind="behaviour", event="email_received", max_times=2, half_life=10)
        lead = self._create_lead()
        with freeze_time("2026-03-31 12:00:00"):
            for days in (0, 10, 40):
                self._receive(lead, days)
            self._run()
            self.assertEqual(lead.score_points, 15, "10 of today, 5 of ten days ago")

    def test_points_fade_by_the_half_life_without_anybody_touching_the_lead(self):
        self._create_rule(40, kind="behaviour", event="email_received", half_life=30)
        lead = self._create_lead()
        with freeze_time("2026-02-01 12:00:00"):
            self._receive(lead)
        expected = {"2026-02-01": 40, "2026-03-03": 20, "2026-04-02": 10, "2027-02-01": 0}
        for day, points in expected.items():
            with freeze_time(f"{day} 12:00:00"):
                self.env["crm.score.request"]._add_all()
                self._run()
                self.assertEqual(lead.score_points, points, day)

    def test_what_lies_in_the_future_does_not_count_yet(self):
        self._create_rule(10, kind="behaviour", event="meeting_held")
        lead = self._create_lead()
        with freeze_time("2026-03-10 12:00:00"):
            self.env["calendar.event"].create(
                {
                    "name": "Demonstration",
                    "opportunity_id": lead.id,
                    "start": "2026-03-11 09:00:00",
                    "stop": "2026-03-11 10:00:00",
                }
            )
            self._run()
            self.assertEqual(lead.score_points, 0)
        with freeze_time("2026-03-11 10:00:01"):
            self.env["crm.score.request"]._add_all()
            self._run()
            self.assertEqual(lead.score_points, 10)

    def test_a_mail_of_a_colleague_is_no_event_of_the_customer(self):
        self._create_rule(10, kind="behaviour", event="email_received")
        lead = self._create_lead()
        self._receive(lead, author=self.salesperson.partner_id)
        self._run()
        self.assertEqual(lead.score_points, 0)

    def test_a_mail_that_comes_in_has_the_lead_scored_again(self):
        self._create_rule(10, kind="behaviour", event="email_received")
        lead = self._create_lead(email_from="client@example.com")
        self._run()
        lead.message_post(
            body="We take it",
            message_type="email",
            email_from="client@example.com",
            author_id=False,
        )
        self._run()
        self.assertEqual(lead.score_points, 10)

    def test_a_call_that_was_made_counts(self):
        self._create_rule(5, kind="behaviour", event="call_made")
        lead = self._create_lead()
        lead.activity_schedule("mail.mail_activity_data_call", user_id=self.salesperson.id)
        self._run()
        lead.activity_ids.action_feedback(feedback="He is in")
        self._run()
        self.assertEqual(lead.score_points, 5)

    def test_a_rule_of_a_company_leaves_the_leads_of_others_alone(self):
        self._create_rule(10, company_id=self.company_xof.id)
        self._create_rule(3)
        here = self._create_lead()
        there = self._create_lead(company_id=self.company_xof.id, user_id=False, team_id=False)
        self._run()
        self.assertEqual((here.score_points, there.score_points), (3, 13))

    def test_a_won_or_lost_deal_keeps_the_score_it_had(self):
        rule = self._create_rule(10)
        won, lost = self._create_lead(), self._create_lead()
        self._run()
        won.action_set_won()
        lost.action_set_lost()
        rule.points = 20
        self._run()
        self.assertEqual((won.score_points, lost.score_points), (10, 10))
        lost.action_unarchive()
        self._run()
        self.assertEqual(lost.score_points, 20)

    def test_the_grade_follows_the_limits_of_the_company(self):
        self._create_rule(30)
        lead = self._create_lead()
        self._run()
        self.assertEqual(lead.score_grade, "C")
        self.company.write({"crm_grade_a": 30, "crm_grade_b": 20, "crm_grade_c": 10})
        self._run()
        self.assertEqual(lead.score_grade, "A")
        with self.assertRaises(ValidationError):
            self.company.crm_grade_b = 40

    def test_a_rule_that_lost_its_event_is_left_out_with_the_reason_and_the_others_go_on(self):
        broken = self._create_rule(10, kind="behaviour", event="email_received")
        self._create_rule(7)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_score_rule SET event = 'gone', domain = '[(1, 2)]' WHERE id = %s",
                broken.id,
            )
        )
        self.env.invalidate_all()
        lead = self._create_lead()
        self._run()
        self.assertEqual(lead.score_points, 7)
        self.assertTrue(broken.error)
        self.assertEqual(self._explain(lead).points, 7)
        broken.write({"event": "email_received", "domain": "[]"})
        self._run()
        self.assertFalse(broken.error)

    def test_a_rule_that_says_nothing_is_refused(self):
        with self.assertRaises(ValidationError):
            self._create_rule(10, "[('no_such_field', '=', 1)]")
        with self.assertRaises(ValidationError):
            self._create_rule(10, "[('phone', '=', __import__('os'))]")
        with self.assertRaises(ValidationError):
            self._create_rule(10, kind="behaviour", event="email_received").event = "call_made_up"
        for values in ({"points": 0}, {"points": 1001}, {"max_times": -1}, {"half_life": -1}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._create_rule(values.pop("points", 1), **values)

    def test_two_hundred_leads_are_scored_in_as_many_queries_as_two(self):
        for number in range(5):
            self._create_rule(10, f"[('priority', '=', '{number % 4}')]")
            self._create_rule(5, kind="behaviour", event="email_received", max_times=number)
        leads = self._create_lead()
        for _number in range(199):
            leads |= self._create_lead()
        self.env.flush_all()
        score = self.env["crm.score"].sudo()
        score._score(Listed(leads[:2].ids))
        with self.assertQueryCount(12):
            score._score(Listed(leads.ids))
