# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from .cadence_common import EMAIL, CadenceCase

CALL = {"kind": "call", "name": "Call", "delay_days": 0, "hour_from": 0, "hour_to": 24}


@tagged("post_install", "-at_install")
class TestCadenceSafety(CadenceCase):
    """What must not leave, must not be done twice and must not hold up others, whatever happens meanwhile."""

    def _enroll_at_night(self):
        """Enrol the lead when its e-mail has to wait in the outbox until the morning."""
        self.clock.move_to("2026-06-16 21:00:00")
        self.cadence.step_ids[0].write({"hour_from": 0, "hour_to": 24})
        enrollment = self._enroll()
        self._run()
        self.assertEqual(self._get_dispatches().state, "queued")
        return enrollment

    def _send_in_the_morning(self):
        self.clock.move_to("2026-06-17 08:00:00")
        self._send()

    # -- Nothing after a stop --------------------------------------------------------------------

    def test_a_message_in_the_hands_of_the_outbox_when_the_cadence_is_stopped_does_not_leave(self):
        enrollment = self._enroll_at_night()
        ledger = self.env["crm.dispatch"]
        # as when another worker has locked it
        with patch.object(type(ledger), "_lock_in", lambda self, states: self.browse()):
            self._receive()
        self.assertEqual(enrollment.state, "stopped")
        dispatch = self._get_dispatches()
        self.assertEqual(dispatch.state, "queued")
        self._send_in_the_morning()
        self.assertEqual((dispatch.state, dispatch.reason), ("suppressed", "cadence_over"))
        self.assertFalse(self.sent)

    def test_a_deleted_cadence_leaves_nothing_behind(self):
        self._enroll_at_night()
        other = self._create_lead(partner_id=self.customer.id)
        calls = self._create_cadence(CALL)
        self._enroll(other, calls)
        self._run()
        self.assertTrue(self._get_activities(other))
        (self.cadence | calls).unlink()
        self.assertFalse(self._get_activities(other))
        self._send_in_the_morning()
        self.assertFalse(self.sent)

    def test_merged_leads_get_a_message_that_waited_for_both_once(self):
        self.clock.move_to("2026-06-16 21:00:00")
        self.cadence.step_ids[0].write({"hour_from": 0, "hour_to": 24})
        other = self._create_lead(partner_id=self.customer.id)
        self._enroll(self.lead | other)
        self._run()
        self.env["crm.merge"]._merge(self.lead, other)
        self.env.invalidate_all()
        self.assertEqual(self._get_dispatches().mapped("state"), ["queued"] * 2)
        self._send_in_the_morning()
        self.assertEqual(sorted(self._get_dispatches().mapped("state")), ["sent", "suppressed"])

    def test_merged_leads_that_wait_for_the_same_call_have_one_call_to_make(self):
        cadence = self._create_cadence(CALL, {**EMAIL, "delay_days": 1})
        other = self._create_lead(partner_id=self.customer.id)
        kept, gone = self._enroll(self.lead, cadence), self._enroll(other, cadence)
        self._run()
        call, double = self._get_activities(), self._get_activities(other)
        merge = self.env["crm.merge"]._merge(self.lead, other)
        self.env.invalidate_all()
        self.assertEqual(self._get_activities(), call)
        self.assertEqual(kept.run_ids.activity_id, call)
        merge._undo()
        self.env.invalidate_all()
        self.assertEqual(self._get_activities(other), double)
        self.assertEqual(gone.run_ids.activity_id, double)

    def test_a_call_that_was_made_for_the_lead_that_stays_is_not_made_again_for_the_other(self):
        cadence = self._create_cadence(CALL, {**EMAIL, "delay_days": 1})
        other = self._create_lead(partner_id=self.customer.id)
        self._enroll(self.lead | other, cadence)
        self._run()
        self._get_activities().action_done()
        self.env["crm.merge"]._merge(self.lead, other)
        self.env.invalidate_all()
        self.assertFalse(self._get_activities())

    # -- Whose answer ----------------------------------------------------------------------------

    def test_who_answers_about_one_deal_is_not_chased_about_another(self):
        second = self._create_lead(partner_id=self.customer.id)
        foreign = self._create_lead(partner_id=self.env["res.partner"].create({"name": "B"}).id)
        mine, others = self._enroll(self.lead | second), self._enroll(foreign)
        self._receive()
        self.assertEqual(mine.mapped("reason"), ["reply", "reply"])
        self.assertEqual(others.state, "running")

    def test_an_answer_on_the_page_of_the_customer_stops(self):
        enrollment = self._enroll()
        self._receive(model="res.partner", res_id=self.customer.id, message_type="sms")
        self.assertEqual(enrollment.reason, "reply")

    def test_a_customer_who_calls_back_without_a_word_on_which_deal_stops(self):
        enrollment = self._enroll()
        self.env["crm.call"]._log(self.customer, direction="in", number="+33612345678")
        self.assertEqual(enrollment.reason, "reply")

    # -- Other companies and people that go ------------------------------------------------------

    def test_a_lead_that_goes_to_another_company_leaves_the_cadence_of_the_first(self):
        enrollment = self._enroll()
        self._move_to_the_other_company()
        self._run()
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "company"))
        self.assertFalse(self._get_dispatches())

    def test_in_a_cadence_of_all_companies_its_messages_are_the_new_companys(self):
        self.cadence.company_id = False
        enrollment = self._enroll()
        self._move_to_the_other_company()
        self._run()
        self.assertEqual(enrollment.company_id, self.company_xof)
        self.assertEqual(self._get_dispatches().company_id, self.company_xof)

    def _move_to_the_other_company(self):
        self.lead.write(
            {
                "company_id": self.company_xof.id,
                "team_id": self.team_xof.id,
                "user_id": self.stranger.id,
                "stage_id": self.lead.stage_id.id,
            }
        )
        self.cadence.stops_on_stage = False

    def test_erased_people_are_in_no_cadence(self):
        enrollment = self._enroll()
        privacy = self.env["crm.privacy"].sudo()
        declared = {one.model: one for one in privacy._get_declarations()}
        self.assertFalse(privacy._erase(declared["crm.lead"], self.lead.ids))
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", "erased"))

    # -- Rules -----------------------------------------------------------------------------------

    def test_a_rule_of_a_cadence_without_steps_ends(self):
        self.cadence.step_ids.active = False
        self.cadence.write({"is_enrolling": True, "includes_existing": True})
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", side_effect=[1] * 50
        ) as progress:
            self.env["crm.cadence"].sudo()._enroll_by_rules()
        self.assertFalse(progress.called)
        self.assertFalse(self.cadence.enrollment_ids)

    def test_a_lead_that_cannot_be_enrolled_holds_up_no_other(self):
        bad = self._create_lead()
        self.cadence.write(
            {
                "is_enrolling": True,
                "includes_existing": True,
                "rule_domain": str([("id", "in", (bad | self.lead).ids)]),
            }
        )
        enrollments = type(self.env["crm.cadence.enrollment"])
        schedule = enrollments._schedule

        def fail(some):
            if bad in some.lead_id:
                raise ValueError("No")
            schedule(some)

        with patch.object(enrollments, "_schedule", fail):
            self._run()
        self.assertEqual(self.lead.cadence_enrollment_ids.state, "running")
        refused = bad.cadence_enrollment_ids
        self.assertEqual((refused.state, refused.reason), ("stopped", "failed"))
        self.assertEqual(refused.reason_detail, "No")

    def test_a_copy_has_its_own_name_and_enrols_nobody_by_itself(self):
        self.cadence.write({"is_enrolling": True, "includes_existing": True})
        copy = self.cadence.copy()
        self.assertEqual(copy.name, "Test (copy)")
        self.assertFalse(copy.is_enrolling)
        self.assertEqual(copy.step_ids.mapped("name"), self.cadence.step_ids.mapped("name"))
        self.assertFalse(copy.enrollment_ids)
