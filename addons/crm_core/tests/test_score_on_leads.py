# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreOnLeads(ScoreCase):
    """What people do with the score: sort, search, group, ask why."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_rule(70, "[('priority', '=', '3')]")
        cls._create_rule(30, "[('priority', '=', '2')]")
        cls._create_rule(-5, "[('priority', '=', '1')]")
        cls.best = cls._create_lead(name="Best", priority="3")
        cls.good = cls._create_lead(name="Good", priority="2")
        cls.bad = cls._create_lead(name="Bad", priority="1")
        cls.new = cls.env["crm.lead"]

    def setUp(self):
        super().setUp()
        self._run()
        self.new = self._create_lead(name="New")
        self.leads = self.best | self.good | self.bad | self.new

    def _search(self, *condition, **options):
        domain = [("id", "in", self.leads.ids), *condition]
        return self.env["crm.lead"].with_user(self.salesperson).search(domain, **options)

    def test_a_list_is_sorted_by_score(self):
        self.assertEqual(
            self._search(order="score_points desc, id").mapped("name"),
            ["Best", "Good", "New", "Bad"],
        )

    def test_leads_are_found_by_score_and_grade(self):
        self.assertEqual(self._search(("score_points", ">", 0)), self.best | self.good)
        self.assertEqual(self._search(("score_points", "<=", 0)), self.bad | self.new)
        self.assertEqual(self._search(("score_points", "=", 0)), self.new)
        self.assertEqual(self._search(("score_grade", "in", ["A", "C"])), self.best | self.good)
        self.assertEqual(self._search(("score_grade", "=", False)), self.new)
        self.assertEqual(self._search(("score_grade", "!=", "A")), self.good | self.bad | self.new)
        self.assertEqual(self._search(("score_points", "not in", [70])), self.leads - self.best)

    def test_leads_are_grouped_by_grade_with_their_average(self):
        groups = (
            self.env["crm.lead"]
            .with_user(self.salesperson)
            .formatted_read_group(
                [("id", "in", self.leads.ids)], ["score_grade"], ["__count", "score_points:avg"]
            )
        )
        found = {
            group["score_grade"]: (group["__count"], group["score_points:avg"]) for group in groups
        }
        self.assertEqual(found, {"A": (1, 70), "C": (1, 30), "D": (1, -5), False: (1, 0)})

    def test_why_this_score_adds_up_to_the_score(self):
        self._create_rule(10, kind="behaviour", event="email_received", half_life=7)
        for days in range(9):
            self._receive(self.good, days)
        explanation = self._explain(self.good)
        self.assertEqual(explanation.points, self.good.score_points)
        self.assertEqual(sum(explanation.line_ids.mapped("points")), explanation.points)
        self.assertEqual(
            [(line.name, line.times, line.full_points) for line in explanation.line_ids],
            [("Rule 10", 9, 90), ("Rule 30", 1, 30)],
        )

    def test_why_this_score_adds_up_however_slow_the_clock_of_the_day_is(self):
        for points in (100, 200, 300):
            self._create_rule(points, "[('priority', '=', '2')]", half_life=2)
        now = datetime.now()
        ticks = (now + timedelta(days=day) for day in range(1000))
        with patch.object(fields.Datetime, "now", lambda: next(ticks)):
            explanation = self._explain(self.good)
        self.assertEqual(sum(explanation.line_ids.mapped("points")), explanation.points)

    def test_the_explanation_of_a_closed_deal_says_that_it_stays(self):
        self.best.action_set_won()
        explanation = self._explain(self.best)
        self.assertTrue(explanation.is_frozen)
        self.assertEqual(explanation.points, 70)

    def test_who_may_not_read_a_lead_learns_nothing_of_its_score(self):
        other = self._create_lead(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            other.with_user(self.salesperson).action_explain_score()
        with self.assertRaises(AccessError):
            other.with_user(self.salesperson).read(["score_points"])
        with self.assertRaises(AccessError):
            self.env["crm.lead.score"].with_user(self.salesperson).search([])
        with self.assertRaises(AccessError):
            self.best.with_user(self.portal).action_explain_score()

    def test_salespeople_make_no_rules(self):
        with self.assertRaises(AccessError):
            self.env["crm.score.rule"].with_user(self.team_lead).create({"name": "Mine"})
        with Form(self.env["crm.score.rule"].with_user(self.manager)) as form:
            form.name = "Has a phone"
            form.points = 5
        self.assertEqual(form.record.kind, "profile")

    def test_the_leads_of_a_rule_are_shown(self):
        rule = self._create_rule(1, kind="behaviour", event="email_received")
        self._receive(self.best)
        action = rule.with_user(self.manager).action_view_leads()
        shown = self.env["crm.lead"].search(action["domain"])
        self.assertEqual(shown & self.leads, self.best)

    def test_a_rule_that_cannot_be_read_any_more_says_so_instead_of_showing_leads(self):
        rule = self._create_rule(1)
        self.env.cr.execute(
            "UPDATE crm_score_rule SET domain = %s WHERE id = %s", ("[('gone', '=', 1)]", rule.id)
        )
        rule.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "gone"):
            rule.with_user(self.manager).action_view_leads()
