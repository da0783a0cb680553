# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .visit_common import MONDAY, VisitCase, make_picture


@tagged("post_install", "-at_install")
class TestVisitGuards(VisitCase):
    """What nobody may do with a visit, and what strange input does to it."""

    def test_check_in_works_without_a_position_and_says_so(self):
        for position, place in (
            ({"problem": "refused"}, "refused"),
            ({"problem": "unknown"}, "unknown"),
            (None, "unknown"),
            ("nonsense", "unknown"),
            ({"latitude": 95, "longitude": "x"}, "unknown"),
            ({"latitude": float("nan"), "longitude": 1, "accuracy": 1}, "unknown"),
            ({"latitude": 1, "longitude": 1, "accuracy": float("inf")}, "unknown"),
        ):
            with self.subTest(position=position):
                visit = self._plan()
                visit.action_check_in(position)
                self.assertEqual((visit.state, visit.check_in_place), ("on_site", place))
                self.assertFalse(visit.check_in_latitude or visit.check_in_map_url)
                visit._cancel("us")

    def test_what_the_steps_write_is_written_by_nobody_else(self):
        visit = self._plan()
        visit.action_check_in()
        for person in (self.agent, self.lead, self.manager):
            for values in (
                {"state": "done"},
                {"is_locked": False},
                {"date_on_site": MONDAY},
                {"signed_by": "Me"},
                {"check_in_latitude": 1.0},
                {"is_reserved": False},
            ):
                with (
                    self.subTest(person=person.login, values=values),
                    self.assertRaises(AccessError),
                ):
                    visit.with_user(person).write(values)
            for records in (visit.answer_ids, self.env["crm.visit.photo"]):
                with self.assertRaises(AccessError):
                    records.with_user(person).check_access("write")
        with self.assertRaises(AccessError):
            self._plan(start=MONDAY + timedelta(days=1), is_locked=True)

    def test_steps_are_taken_in_their_order_and_once(self):
        visit = self._plan()
        with self.assertRaises(UserError):
            visit.action_check_out()
        with self.assertRaises(UserError):
            visit.save_result({"summary": "Done already"})
        visit.action_check_in()
        for step in ("action_leave", "action_check_in"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(visit, step)()

    def test_answers_and_photos_of_another_visit_are_not_touched(self):
        visit, other = self._plan(), self._plan(start=MONDAY + timedelta(days=1))
        visit.action_check_in()
        other.action_check_in()
        site = other.add_photo(make_picture(), "a.png")
        for answer_id in (other.answer_ids[0].id, "1", None, 2**40):
            with self.subTest(answer_id=answer_id), self.assertRaises(UserError):
                visit.save_answer(answer_id, "Mine now")
        visit.remove_photo(site["photos"][0]["id"])
        self.assertTrue(other.photo_ids.exists())

    def test_a_signed_visit_is_not_cancelled(self):
        visit = self._plan()
        visit.action_check_in()
        self._fill(visit)
        visit.action_sign("Awa", make_picture())
        wizard = self.env["crm.visit.reason"].with_user(self.agent)
        with self.assertRaises(UserError):
            wizard.create({"visit_id": visit.id, "purpose": "cancel"}).action_apply()
        self.assertEqual(visit.state, "on_site")

    def test_what_was_signed_keeps_its_time_and_its_person(self):
        visit = self._do(self._plan())
        for values in (
            {"start": MONDAY + timedelta(hours=1)},
            {"user_id": self.lead.id},
            {"outcome": "return"},
            {"partner_id": self.customer.id},
        ):
            for person in (self.agent, self.lead):
                with self.subTest(values=values, person=person.login):
                    with self.assertRaises(UserError):
                        visit.with_user(person).write(values)

    def test_a_second_choice_replaces_the_first(self):
        visit = self._plan()
        visit.action_check_in()
        choices = visit.answer_ids.question_id.choice_ids
        for choice in choices:
            self._answer(visit, "choice", choice.id)
            answer = visit.answer_ids.filtered(lambda one: one.kind == "choice")
            self.assertEqual(answer.value, choice.name)

    def test_who_is_not_of_support_and_who_is_of_another_company_have_no_part(self):
        visit = self._plan()
        for person in (self.employee, self.portal):
            for model in ("crm.visit", "crm.visit.answer", "crm.visit.photo", "crm.visit.plan"):
                with self.subTest(person=person.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(person).search([])
        for person in (self.employee, self.portal, self.stranger, self.agent_outside):
            for method in ("get_site", "action_check_in", "action_plan_again", "action_cancel"):
                with (
                    self.subTest(person=person.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(visit.with_user(person), method)()

    def test_a_plan_is_its_planners(self):
        plan = self.env["crm.visit.plan"].browse(
            self.ticket.with_user(self.agent).action_plan_visit()["res_id"]
        )
        with self.assertRaises(AccessError):
            plan.with_user(self.lead).action_propose()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.employee).action_plan_visit()

    def test_administrators_alone_set_up_types(self):
        with self.assertRaises(AccessError):
            self.type.with_user(self.lead).name = "Mine"
        self.type.with_user(self.manager).name = "Repair"
        self.assertEqual(self.type.name, "Repair")

    def test_the_figures_of_visits(self):
        self.env["crm.visit"].sudo().search([]).write({"date_done": False})
        self._do(self._plan())
        self._do(self._plan(start=MONDAY + timedelta(days=1)))
        metrics = self.env["crm.metric"].with_user(self.lead)
        values = []
        for code in ("visits_done", "visits_first_time", "visit_first_time_rate"):
            metric = metrics.search([("code", "=", f"support_{code}")])
            values.append(metric._get_values("last_30_days")[metric].value)
        self.assertEqual(values[:2], [2, 1])
        self.assertAlmostEqual(values[2], 50, 3)
