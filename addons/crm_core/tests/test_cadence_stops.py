# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .cadence_common import EMAIL, CadenceCase


@tagged("post_install", "-at_install")
class TestCadenceStops(CadenceCase):
    """What ends a cadence by itself, and by hand."""

    def _assert_stopped(self, enrollment, reason):
        self.assertEqual((enrollment.state, enrollment.reason), ("stopped", reason))
        self.assertFalse(enrollment.next_at)

    def test_an_answer_on_any_channel_stops_at_once(self):
        for kind in ("email", "sms", "whatsapp"):
            with self.subTest(kind=kind):
                lead = self._create_lead(partner_id=self.customer.id)
                enrollment = self._enroll(lead)
                self._receive(lead, message_type=kind)
                self._assert_stopped(enrollment, "reply")

    def test_a_call_of_the_customer_stops(self):
        enrollment = self._enroll()
        self.env["crm.call"]._log(self.lead, direction="in", number="+33612345678")
        self._assert_stopped(enrollment, "reply")

    def test_what_colleagues_write_and_our_own_messages_stop_nothing(self):
        enrollment = self._enroll()
        self._receive(author_id=self.salesperson.partner_id.id)
        self.lead.message_post(body="Note")
        self.lead._message_log(body="Called her")
        self._run()
        self._send()
        self._run()
        self.assertEqual(enrollment.state, "running")

    def test_an_answer_that_was_there_before_stops_nothing(self):
        message = self._receive()
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET create_date = %s WHERE id = %s",
                fields.Datetime.now() - timedelta(days=3650),
                message.id,
            )
        )
        enrollment = self._enroll()
        self._run()
        self.assertEqual(enrollment.state, "running")

    def test_after_an_answer_nothing_leaves_that_waits_and_nothing_stays_on_the_list(self):
        self.clock.move_to("2026-06-16 21:00:00")
        self.cadence.step_ids[0].write({"hour_from": 0, "hour_to": 24})
        enrollment = self._enroll()
        self._run()
        self.assertEqual(self._get_dispatches().state, "queued")
        self._receive()
        self._assert_stopped(enrollment, "reply")
        self.assertEqual(self._get_dispatches().state, "cancelled")
        other = self._create_lead(partner_id=self.customer.id)
        cadence = self._create_cadence(
            {"kind": "call", "name": "Call", "delay_days": 0, "hour_to": 24}
        )
        enrollment = self._enroll(other, cadence)
        self._run()
        self.assertTrue(self._get_activities(other))
        self._receive(other)
        self.assertFalse(self._get_activities(other))
        self.assertEqual(enrollment.run_ids.state, "cancelled")

    def test_an_answer_that_no_event_told_of_stops_before_the_next_step(self):
        enrollment = self._enroll()
        self._run()
        message = self._receive(model=False, res_id=False)
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message SET model = 'crm.lead', res_id = %s WHERE id = %s",
                self.lead.id,
                message.id,
            )
        )
        self._pass(1)
        self._assert_stopped(enrollment, "reply")
        self.assertFalse(self._get_activities())

    def test_an_answer_that_the_ledger_learns_of_stops(self):
        enrollment = self._enroll()
        self._run()
        self._send()
        self.env["crm.dispatch"]._note_delivery(
            "email", self._get_dispatches().provider_ref, "replied"
        )
        self._assert_stopped(enrollment, "reply")
        self.assertEqual(self.cadence.step_ids[0].replied_count, 1)
        self.assertEqual((self.cadence.replied_count, self.cadence.reply_rate), (1, 100))

    def test_a_meeting_stops(self):
        enrollment = self._enroll()
        self.env["calendar.event"].create(
            {
                "name": "Demo",
                "opportunity_id": self.lead.id,
                "start": "2026-06-20 09:00:00",
                "stop": "2026-06-20 10:00:00",
            }
        )
        self._assert_stopped(enrollment, "meeting")

    def test_what_happens_to_the_deal_stops_within_a_minute(self):
        for reason, happen in (
            ("stage", lambda lead: lead.write({"stage_id": self.stage_visited.id})),
            ("won", lambda lead: lead.action_set_won()),
            ("lost", lambda lead: lead.action_set_lost()),
            ("archived", lambda lead: lead.write({"active": False})),
        ):
            with self.subTest(reason=reason):
                lead = self._create_lead(partner_id=self.customer.id)
                enrollment = self._enroll(lead)
                happen(lead)
                self._run()
                self._assert_stopped(enrollment, reason)
                self.assertFalse(self._get_dispatches(lead))

    def test_each_condition_can_be_switched_off(self):
        self.cadence.write(
            {"stops_on_reply": False, "stops_on_meeting": False, "stops_on_stage": False}
        )
        enrollment = self._enroll()
        self._receive()
        self.lead.stage_id = self.stage_visited
        self._run()
        self.assertEqual((enrollment.state, len(enrollment.run_ids)), ("running", 1))

    def test_who_says_no_is_out(self):
        enrollment = self._enroll()
        self._run()
        self.env["mail.blacklist"]._add("awa@client.example")
        self._pass(1)
        self._assert_stopped(enrollment, "opt_out")
        self.assertFalse(self._get_activities())
        self.assertFalse(self._enroll(), "who said no is not enrolled")

    def test_a_message_held_back_because_of_a_no_stops(self):
        self.clock.move_to("2026-06-16 21:00:00")
        self.cadence.step_ids[0].write({"hour_from": 0, "hour_to": 24})
        enrollment = self._enroll()
        self._run()
        self.env["mail.blacklist"]._add("awa@client.example")
        self.clock.move_to("2026-06-17 08:00:00")
        self._send()
        self._assert_stopped(enrollment, "opt_out")
        self.assertEqual(enrollment.run_ids.state, "held_back")
        self.assertIn("blacklist", enrollment.run_ids.reason)

    def test_a_message_without_the_agreement_it_needs_is_noted_and_the_cadence_goes_on(self):
        policy = self.env.ref("crm_core.crm_dispatch_policy_sales")
        policy.consent = "opt_in"
        enrollment = self._enroll()
        self._run()
        self._send()
        self.assertEqual(enrollment.run_ids.state, "held_back")
        self.assertEqual(enrollment.state, "running")

    def test_when_the_salesperson_leaves_it_pauses_until_somebody_has_the_lead(self):
        enrollment = self._enroll()
        self.salesperson.sudo().active = False
        self._run()
        self.assertEqual((enrollment.state, enrollment.reason), ("paused", "owner_left"))
        self.assertFalse(self._get_dispatches())
        self.lead.user_id = self.salesperson_all
        self._run()
        self.assertEqual(enrollment.state, "running")
        self.assertEqual(self._get_dispatches().user_id, self.salesperson_all)

    def test_an_archived_cadence_pauses_its_leads(self):
        enrollment = self._enroll()
        self.cadence.action_archive()
        self.assertEqual((enrollment.state, enrollment.reason), ("paused", "cadence_archived"))
        self.cadence.action_unarchive()
        self.cadence.action_resume_all()
        self._run()
        self.assertEqual(len(enrollment.run_ids), 1)

    # -- By hand ---------------------------------------------------------------------------------

    def test_a_salesperson_pauses_goes_on_and_stops(self):
        self._enroll()
        lead = self.lead.with_user(self.salesperson)
        enrollment = lead.cadence_enrollment_ids
        self.assertIn("step 1 of 5", lead.cadence_status)
        lead.action_pause_cadences()
        self.assertEqual(enrollment.state, "paused")
        self._pass(3)
        self.assertFalse(self._get_dispatches())
        lead.invalidate_recordset()
        self.assertIn("paused", lead.cadence_status)
        lead.action_resume_cadences()
        self._run()
        self.assertEqual(len(self._get_dispatches()), 1)
        lead.action_stop_cadences()
        self._assert_stopped(enrollment.sudo(), "person")
        self.assertEqual(self._get_dispatches().state, "cancelled")
        lead.invalidate_recordset()
        self.assertFalse(lead.cadence_state)
        self.assertFalse(lead.cadence_status, "who stops it knows why")

    def test_a_lead_tells_for_a_week_why_its_cadence_stopped(self):
        self._enroll()
        self._receive()
        lead = self.lead.with_user(self.salesperson)
        self.assertFalse(lead.cadence_state)
        self.assertIn("stopped on", lead.cadence_status)
        self.assertIn("The customer answered.", lead.cadence_status)
        won = self._create_lead(partner_id=self.customer.id)
        self._enroll(won)
        won.action_set_won()
        self._run()
        won.invalidate_recordset()
        self.assertFalse(won.cadence_status, "the deal says it itself")
        self.clock.tick(timedelta(days=8))
        lead.invalidate_recordset()
        self.assertFalse(lead.cadence_status)

    def test_a_lead_in_another_cadence_tells_of_that_one(self):
        self._enroll()
        self._receive()
        self._enroll(cadence=self._create_cadence({"kind": "call", "name": "Call"}))
        lead = self.lead.with_user(self.salesperson)
        self.assertEqual(lead.cadence_state, "running")
        self.assertNotIn("stopped", lead.cadence_status)

    def test_leads_of_others_are_not_for_salespersons(self):
        foreign = self._create_lead(user_id=self.salesperson_all.id)
        enrollment = self._enroll(foreign)
        with self.assertRaises(AccessError):
            enrollment.with_user(self.salesperson).action_stop()
        with self.assertRaises(AccessError):
            foreign.with_user(self.salesperson).action_stop_cadences()
        with self.assertRaises(AccessError):
            enrollment.with_user(self.salesperson).write({"state": "stopped"})
        self.assertFalse(
            self.env["crm.cadence.enrollment"]
            .with_user(self.salesperson)
            .search([("id", "=", enrollment.id)])
        )
        with self.assertRaises(AccessError):
            self.cadence.with_user(self.salesperson).action_stop_all()

    def test_another_company_sees_neither_the_cadence_nor_its_leads(self):
        enrollment = self._enroll()
        stranger = self.stranger
        self.assertFalse(
            self.env["crm.cadence"].with_user(stranger).search([("id", "=", self.cadence.id)])
        )
        self.assertFalse(
            self.env["crm.cadence.enrollment"]
            .with_user(stranger)
            .search([("id", "=", enrollment.id)])
        )
        with self.assertRaises(AccessError):
            self.cadence.with_user(stranger).action_enroll()
        foreign = self._create_lead(
            company_id=self.company_xof.id, team_id=self.team_xof.id, user_id=self.stranger.id
        )
        self.assertFalse(self._enroll(foreign))

    # -- Merges ----------------------------------------------------------------------------------

    def _merge(self, leads):
        return self.env["crm.merge"]._merge(leads[0], leads[1:])

    def test_a_merged_lead_stays_in_its_cadence_once(self):
        other = self._create_lead(partner_id=self.customer.id)
        kept = self._enroll(self.lead)
        gone = self._enroll(other)
        third = self._create_cadence({**EMAIL, "delay_days": 0})
        moved = self._enroll(other, third)
        other.stage_id = self.stage_visited
        moved.stage_id = self.stage_visited
        merge = self._merge(self.lead | other)
        self.env.invalidate_all()
        running = self.env["crm.cadence.enrollment"].search([("lead_id", "=", self.lead.id)])
        self.assertEqual(running, kept | moved)
        self._run()
        self.assertEqual((kept | moved).mapped("state"), ["running", "finished"])
        self.assertEqual(len(self._get_dispatches()), 2)
        merge._undo()
        self.env.invalidate_all()
        self.assertEqual(gone.exists().lead_id, other)
        self.assertEqual(moved.lead_id, other)
