# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .visit_common import MONDAY, VisitCase, make_picture


@tagged("post_install", "-at_install")
class TestVisitPlanning(VisitCase):
    """Who goes when: one person, one place."""

    def test_a_visit_from_a_ticket_knows_the_customer_the_length_and_the_travel(self):
        visit = self._plan()
        self.assertEqual(visit.partner_id, self.contact)
        self.assertEqual(visit.stop, MONDAY + timedelta(hours=2))
        self.assertEqual(visit.busy_from, MONDAY - timedelta(minutes=30))
        self.assertEqual(visit.company_id, self.company)
        self.assertRegex(visit.number, r"^V\d{5}$")
        self.assertEqual(self.ticket.visit_count, 1)

    def test_nobody_is_planned_twice_for_one_hour_travel_included(self):
        self._plan()
        with self.assertRaises(ValidationError):
            self._plan(start=MONDAY + timedelta(hours=2, minutes=30))
        after = self._plan(start=MONDAY + timedelta(hours=3))
        self._plan(self.lead)
        with self.assertRaises(ValidationError):
            after.start = MONDAY

    def test_the_database_itself_refuses_the_second_visit(self):
        self._plan()
        other = self._plan(start=MONDAY + timedelta(days=1))
        self.env.flush_all()
        query = "UPDATE crm_visit SET busy_from = %s, busy_to = %s WHERE id = %s"
        span = (MONDAY, MONDAY + timedelta(hours=1), other.id)
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(query, span)

    def test_a_travel_day_keeps_the_day_before_free(self):
        visit = self._plan(start=MONDAY + timedelta(days=2), is_travel_day_before=True)
        self.assertEqual(visit.busy_from, (MONDAY + timedelta(days=1)).replace(hour=0))
        with self.assertRaises(ValidationError):
            self._plan(start=MONDAY + timedelta(days=1))

    def test_the_calendar_says_where_somebody_is_and_moves_with_the_visit(self):
        visit = self._plan()
        events = visit.event_ids.sorted("start")
        self.assertEqual(events.mapped("crm_visit_part"), ["before", "visit", "after"])
        self.assertEqual(events.partner_ids, self.agent.partner_id)
        visit.start = MONDAY + timedelta(hours=4)
        self.assertEqual(min(visit.event_ids.mapped("start")), MONDAY + timedelta(hours=3.5))
        visit._cancel("customer")
        self.assertFalse(visit.event_ids.filtered("active"))

    def test_who_moves_the_meeting_moves_the_visit_and_who_deletes_it_cancels(self):
        visit = self._plan()
        meeting = visit.event_ids.filtered(lambda event: event.crm_visit_part == "visit")
        later = MONDAY + timedelta(hours=5)
        meeting.with_user(self.agent).write({"start": later, "stop": later + timedelta(hours=1)})
        self.assertEqual((visit.start, visit.stop), (later, later + timedelta(hours=1)))
        meeting.with_user(self.agent).unlink()
        self.assertEqual(visit.state, "cancelled")

    def test_booking_links_see_the_visit_and_its_travel(self):
        self._plan()
        kind = self.env["crm.visit"]._get_calendar_reader(self.company)
        busy, _days = kind._get_booked(
            self.agent, MONDAY, MONDAY + timedelta(days=1), self.env["crm.booking"]
        )
        span = (MONDAY - timedelta(minutes=30), MONDAY + timedelta(hours=2.5))
        self.assertEqual(busy[self.agent.id], [span])

    def test_who_can_go_has_the_skills_and_nothing_else_then(self):
        self.type.skill_ids = self.skill
        profile = self.env["crm.routing.profile"].create(
            {"user_id": self.lead.id, "company_id": self.company.id}
        )
        self.env["crm.routing.profile.skill"].create(
            {"profile_id": profile.id, "skill_id": self.skill.id, "level": "2"}
        )
        visit = self._plan()
        self.assertIn(self.skill.name, visit.planning_warning)
        self.assertEqual(visit.free_user_ids, self.lead)
        self._plan(self.lead)
        visit.invalidate_recordset(["free_user_ids"])
        self.assertFalse(visit.free_user_ids)

    def test_a_cancelled_visit_gives_the_time_back_and_says_why(self):
        visit = self._plan()
        wizard = self.env["crm.visit.reason"].with_user(self.agent)
        wizard.create(
            {"visit_id": visit.id, "purpose": "cancel", "reason": "absent", "detail": "Closed"}
        ).action_apply()
        self.assertEqual(visit.state, "cancelled")
        self.assertEqual((visit.cancel_reason, visit.cancel_detail), ("absent", "Closed"))
        self.assertEqual(self._plan().state, "planned")
        with self.assertRaises(UserError):
            visit.action_check_in()

    def test_somebody_of_another_company_cannot_be_sent(self):
        with self.assertRaises(ValidationError):
            self._plan(self.stranger)


@tagged("post_install", "-at_install")
class TestVisitOnSite(VisitCase):
    """What is done there, and what is locked afterwards."""

    def test_a_visit_goes_from_plan_to_report(self):
        visit = self._do(self._plan())
        self.assertEqual(visit.state, "done")
        self.assertTrue(visit.is_locked)
        self.assertTrue(visit.is_first_time_fix)
        self.assertEqual(visit.signed_by, "Awa Test")
        self.assertEqual(visit.check_in_place, "known")
        self.assertAlmostEqual(visit.check_in_latitude, 5.33)
        self.assertEqual(visit.check_in_accuracy, 12)
        self.assertEqual(visit.check_out_place, "refused")
        note = self.ticket.message_ids[0]
        self.assertIn(visit.number, note.body)
        self.assertIn("A new relay", note.body)
        self.assertTrue(note.subtype_id.internal)

    def test_each_kind_of_question_takes_its_answer_and_nothing_else(self):
        visit = self._plan()
        visit.action_check_in()
        site = visit.save_answer(visit.answer_ids[0].id, "7,5")
        self.assertEqual(site["questions"][0]["value"], 7.5)
        self._answer(visit, "yes_no", "no")
        self._answer(visit, "date", "2031-06-01")
        self._answer(visit, "text", "All right")
        values = {answer.kind: answer.value for answer in visit.answer_ids}
        self.assertEqual(values["number"], "7.5")
        self.assertEqual((values["yes_no"], values["text"]), ("No", "All right"))
        bad = {"number": "warm", "choice": "0", "yes_no": "maybe", "date": "soon", "photo": "x"}
        for kind, value in bad.items():
            with self.subTest(kind=kind), self.assertRaises(UserError):
                self._answer(visit, kind, value)

    def test_a_question_changed_later_leaves_old_answers_as_they_were(self):
        visit = self._do(self._plan())
        question = self.type.question_ids[1]
        question.name = "Something else?"
        question.choice_ids[0].name = "Fan"
        question.choice_ids[0].unlink()
        self.type.question_ids[0].unlink()
        self.assertEqual(visit.answer_ids[0].name, "How warm was it?")
        self.assertEqual(visit.answer_ids[1].name, "What was broken?")
        self.assertEqual(visit.answer_ids[1].value, "Compressor")

    def test_a_visit_does_not_end_with_questions_open(self):
        visit = self._plan()
        visit.action_check_in()
        with self.assertRaisesRegex(UserError, "How warm was it"):
            visit.action_check_out()
        with self.assertRaisesRegex(UserError, "How warm was it"):
            visit.action_sign("Awa", make_picture())
        self._fill(visit)
        with self.assertRaisesRegex(UserError, "sign"):
            visit.action_check_out()
        visit.save_result({"no_signature_reason": "Nobody was there"})
        visit.action_check_out()
        self.assertEqual(visit.state, "done")

    def test_what_was_signed_changes_no_more(self):
        visit = self._plan()
        visit.action_check_in()
        self._fill(visit)
        visit.action_sign("Awa", make_picture())
        refused = [
            lambda: self._answer(visit, "number", 3),
            lambda: visit.add_photo(make_picture()),
            lambda: visit.save_result({"summary": "Nothing"}),
            lambda: visit.write({"summary": "Nothing"}),
            lambda: visit.action_sign("Somebody", make_picture()),
        ]
        for attempt in refused:
            with self.assertRaises(UserError):
                attempt()
        for values in ({"signed_by": "Me"}, {"state": "done"}, {"date_done": MONDAY}):
            with self.assertRaises(AccessError):
                visit.write(values)
        with self.assertRaises(AccessError):
            visit.answer_ids[0].write({"value_number": 3})

    def test_a_lead_corrects_with_a_reason_that_stays(self):
        visit = self._do(self._plan())
        wizard = self.env["crm.visit.reason"].with_user(self.agent)
        values = {"visit_id": visit.id, "purpose": "correct", "detail": "Typing error"}
        with self.assertRaises(AccessError):
            wizard.create(values).action_apply()
        wizard.with_user(self.lead).create(values).action_apply()
        own = visit.with_user(self.lead)
        self._answer(own, "number", 8)
        own.action_lock()
        self.assertTrue(visit.is_locked)
        self.assertEqual(visit.correction_ids.reason, "Typing error")
        self.assertEqual(visit.correction_ids.user_id, self.lead)
        self.assertIn("7.5", visit.message_ids[0].body)
        with self.assertRaises(UserError):
            self._answer(own, "number", 9)

    def test_photos_are_pictures_and_become_small(self):
        visit = self._plan()
        visit.action_check_in()
        photo = visit.answer_ids.filtered(lambda one: one.kind == "photo")
        visit.add_photo(make_picture("JPEG", (3000, 2000)), "plate.jpg", photo.id)
        site = visit.add_photo(make_picture(), "room.png")
        self.assertEqual(len(site["photos"]), 1)
        self.assertTrue(photo._has_answer())
        svg = base64.b64encode(b"<svg onload='alert(1)'/>").decode()
        for bad in (svg, "%%%", False, base64.b64encode(b"\xff\xd8\xff no picture").decode()):
            with self.subTest(bad=bad), self.assertRaises(UserError):
                visit.add_photo(bad)
        site = visit.remove_photo(site["photos"][0]["id"])
        self.assertFalse(site["photos"])

    def test_positions_are_erased_when_their_days_are_over(self):
        visit = self._do(self._plan())
        self.env["crm.visit"]._gc_positions()
        self.assertEqual(visit.check_in_place, "known")
        visit.sudo().date_on_site = fields.Datetime.now() - timedelta(days=91)
        self.env["crm.visit"]._gc_positions()
        self.assertEqual(visit.check_in_place, "erased")
        self.assertFalse(visit.check_in_latitude)
        self.assertEqual(visit.check_out_place, "refused")

    def test_no_position_is_kept_where_the_type_asks_for_none(self):
        self.type.position_days = 0
        visit = self._plan()
        visit.action_check_in({"latitude": 5, "longitude": 5, "accuracy": 1})
        self.assertEqual(visit.check_in_place, "unasked")
        self.assertFalse(visit.check_in_latitude)

    def test_the_report_is_in_the_language_of_the_customer(self):
        visit = self._do(self._plan())
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_support.action_report_crm_visit", visit.ids
        )
        text = html.decode()
        for said in ("How warm was it?", "7.5", "Compressor", "Awa Test", "A new relay"):
            self.assertIn(said, text)
        self.assertIn("data:image/png;base64", text)

    def test_the_report_leaves_with_a_click(self):
        visit = self._do(self._plan())
        action = visit.action_send_report()
        self.assertEqual(action["res_model"], "mail.compose.message")
        context = action["context"]
        self.assertEqual(
            context["default_template_id"],
            self.env.ref("crm_support.mail_template_visit_report").id,
        )
        visit.with_context(**context).message_post(body="Here", message_type="comment")
        self.assertTrue(visit.date_report_sent)
        with self.assertRaises(UserError):
            self._plan(start=MONDAY + timedelta(days=1)).action_send_report()

    def test_what_took_place_is_on_the_timeline_and_is_kept(self):
        visit = self._do(self._plan())
        self.env.flush_all()
        interactions = self.env["crm.interaction"].with_user(self.agent)
        rows = interactions.get_page("res.partner", self.customer.id)["rows"]
        row = next(row for row in rows if row["title"] == visit.number)
        self.assertEqual(row["excerpt"], "A new relay")
        cards = {card["id"]: card for card in self.customer.get_customer_page()["cards"]}
        self.assertEqual(cards["visits"]["value"], "1")
        with self.assertRaises(UserError):
            visit.with_user(self.manager).unlink()


@tagged("post_install", "-at_install")
class TestVisitRights(VisitCase):
    """Who sees which visits."""

    def test_agents_see_their_teams_visits_and_leads_all_of_their_company(self):
        visit = self._plan()
        seen = {
            user.login: bool(self.env["crm.visit"].with_user(user).search([("id", "=", visit.id)]))
            for user in (self.agent, self.agent_outside, self.lead, self.stranger)
        }
        self.assertEqual(
            seen,
            {
                "support_agent": True,
                "support_agent_outside": False,
                "support_lead": True,
                "support_stranger": False,
            },
        )
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                visit.with_user(user).read(["state"])
        with self.assertRaises(AccessError):
            visit.with_user(self.agent_outside).action_check_in()
        with self.assertRaises(AccessError):
            visit.with_user(self.stranger).get_site()

    def test_a_worksheet_is_no_way_around_the_visit(self):
        visit = self._do(self._plan())
        visit.sudo().write({"is_locked": False, "is_corrected": True})
        visit.sudo().add_photo(make_picture(), "a.png")
        for records in (visit.answer_ids, visit.photo_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.agent_outside).read(["name"])
            with self.assertRaises(AccessError):
                records.with_user(self.agent).write({"name": "x"})
        other = self._plan(start=MONDAY + timedelta(days=1))
        other.action_check_in()
        with self.assertRaises(UserError):
            other.save_answer(visit.answer_ids[0].id, 1)

    def test_texts_of_visits_are_exported_and_erased_with_the_person(self):
        declared = {one.model for one in self.env["crm.privacy"]._get_declarations()}
        for model in ("crm.visit", "crm.visit.answer", "crm.visit.photo", "crm.visit.correction"):
            self.assertIn(model, declared)
