# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .cadence_common import EMAIL, CadenceCase


@tagged("post_install", "-at_install")
class TestCadenceSteps(CadenceCase):
    """What a cadence does, in its order, once."""

    def test_a_lead_goes_through_all_steps_in_their_order(self):
        enrollment = self._enroll()
        self._run()
        self.assertEqual(self._get_dispatches().channel, "email")
        self._pass(1)
        call = self._get_activities()
        self.assertEqual((call.summary, call.user_id), ("Call", self.salesperson))
        self.assertEqual(call.activity_type_id, self.env.ref("mail.mail_activity_data_call"))
        self.assertEqual(call._get_cadence_steps(), {call.id: (2, 5, "Test")})
        call.action_feedback("Spoke to her")
        self._pass(2)
        self._pass(3)
        self.assertEqual(self._get_dispatches().mapped("channel"), ["email", "sms", "email"])
        self._pass(1)
        task = self._get_activities()
        self.assertEqual(task.summary, "Decide")
        self.assertEqual(enrollment.state, "running")
        task.action_feedback()
        self._run()
        self.assertEqual(enrollment.state, "finished")
        self.assertEqual(enrollment.progress, "5 / 5")
        self.assertEqual(enrollment.run_ids.mapped("state"), ["done"] * 5)

    def test_run_again_and_again_each_step_is_done_once(self):
        self._enroll()
        for _time in range(4):
            self._run()
        self.assertEqual(len(self._get_dispatches()), 1)
        self.assertEqual(len(self.lead.cadence_enrollment_ids.run_ids), 1)

    def test_the_messages_leave_through_the_ledger_and_the_later_one_answers_the_first(self):
        self._enroll()
        self._run()
        self._send()
        first = self._get_dispatches()
        self.assertEqual(first.state, "sent")
        self.assertEqual(first.purpose, "sales")
        counts = self.env["crm.dispatch"]._count_by_source(self.cadence.step_ids[0])
        self.assertEqual(counts, {self.cadence.step_ids[0].id: {"sent": 1}})
        self.cadence.step_ids[0].invalidate_recordset()
        self.assertEqual(self.cadence.step_ids[0].sent_count, 1)
        self._pass(1)
        self._get_activities().action_feedback()
        self._pass(2)
        self._pass(3)
        self._send()
        again = self._get_dispatches()[-1]
        self.assertEqual(again.mail_message_id.subject, "Re: About Cold room")
        message = self.sent[-1]["message"]
        self.assertIn(first.mail_message_id.message_id, message)

    def test_the_cadence_goes_on_when_nobody_does_the_activity_in_time(self):
        enrollment = self._enroll()
        self._run()
        self._pass(1)
        self._pass(2)
        self.assertEqual(len(self._get_dispatches()), 1, "Friday is still in time")
        self._go_to(2026, 6, 22, 9, 0)
        self.assertEqual(enrollment.run_ids.mapped("state")[:2], ["done", "passed"])
        self.assertEqual(self._get_dispatches().mapped("channel"), ["email", "sms"])

    def test_an_activity_taken_off_the_list_is_skipped(self):
        enrollment = self._enroll()
        self._run()
        self._pass(1)
        self._get_activities().unlink()
        self.assertEqual(enrollment.run_ids[-1].state, "skipped")
        self.assertIn("taken off", enrollment.run_ids[-1].reason)
        self._pass(2)
        self.assertEqual(self._get_dispatches().mapped("channel"), ["email", "sms"])

    def test_a_step_on_a_channel_without_address_is_skipped_and_the_next_one_done(self):
        self.lead.write({"partner_id": False, "email_from": False, "phone": "+33612345678"})
        enrollment = self._enroll()
        self._run()
        self.assertEqual(enrollment.run_ids.state, "skipped")
        self.assertEqual(enrollment.run_ids.reason, "There is no e-mail address.")
        self.assertFalse(self._get_dispatches())
        self._pass(1)
        self.assertEqual(self._get_activities().summary, "Call")

    def test_without_owner_the_company_writes_and_the_team_leader_acts(self):
        self.lead.user_id = False
        self._enroll()
        self._run()
        self.assertFalse(self._get_dispatches().user_id)
        self._pass(1)
        self.assertEqual(self._get_activities().user_id, self.team_lead)

    def test_at_the_end_an_activity_is_planned(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        cadence = self._create_cadence(
            {**EMAIL, "delay_days": 0}, end_activity_type_id=todo.id, end_summary="Decide"
        )
        enrollment = self._enroll(cadence=cadence)
        self._run()
        self.assertEqual(enrollment.state, "finished")
        self.assertEqual(self._get_activities().mapped("summary"), ["Decide"])

    # -- A cadence that is changed while leads are in it -------------------------------------------

    def test_a_step_put_in_before_is_left_out_and_one_put_in_after_is_done(self):
        self._enroll()
        self._run()
        values = {"cadence_id": self.cadence.id, "kind": "task", "delay_days": 0}
        self.env["crm.cadence.step"].create(
            [
                {**values, "name": "Before", "sequence": 5},
                {**values, "name": "After", "sequence": 15},
            ]
        )
        self._run()
        self.assertEqual(self._get_activities().mapped("summary"), ["After"])

    def test_a_shorter_delay_counts_for_leads_that_wait(self):
        self._enroll()
        self._run()
        self.cadence.step_ids[1].delay_days = 0
        self._run()
        self.assertEqual(self._get_activities().summary, "Call")

    def test_a_longer_delay_counts_for_leads_that_wait(self):
        enrollment = self._enroll()
        self._run()
        self.cadence.step_ids[1].delay_days = 5
        self._run()
        self.assertEqual(str(enrollment.next_at), "2026-06-23 07:00:00")
        self.assertFalse(self._get_activities())

    def test_a_step_that_somebody_went_through_is_archived_not_deleted(self):
        self._enroll()
        self._run()
        done, call = self.cadence.step_ids[:2]
        (done | call).unlink()
        self.assertTrue(done.exists())
        self.assertFalse(done.active)
        self.assertFalse(call.exists())
        self._pass(2)
        self.assertEqual(self._get_dispatches()[-1].channel, "sms")

    def test_reordered_steps_are_done_in_their_new_order(self):
        self._enroll()
        self._run()
        call, sms = self.cadence.step_ids[1:3]
        call.sequence, sms.sequence = sms.sequence, call.sequence
        self._pass(2)
        self.assertEqual(self._get_dispatches()[-1].channel, "sms")

    def test_changed_words_leave_in_the_next_message_alone(self):
        other = self._create_lead(partner_id=self.customer.id)
        self._enroll()
        self._run()
        self.cadence.step_ids[0].subject = "Something else"
        self._enroll(other)
        self._run()
        self.assertEqual(self._get_dispatches().content_id.subject, "About {{ object.name }}")
        self.assertEqual(self._get_dispatches(other).content_id.subject, "Something else")

    def test_words_are_shared_by_those_who_get_the_same(self):
        leads = self.lead | self._create_lead(partner_id=self.customer.id)
        self._enroll(self.lead)
        self._run()
        self._enroll(leads[1])
        self._run()
        self.assertEqual(
            len(self.env["crm.dispatch"].search([("res_id", "in", leads.ids)]).content_id), 1
        )

    def test_customers_are_written_to_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.cadence.step_ids[0].with_context(
            lang="fr_FR"
        ).subject = "Au sujet de {{ object.name }}"
        self.customer.lang = "fr_FR"
        self._enroll()
        self._run()
        self._send()
        self.assertEqual(self._get_dispatches().mail_message_id.subject, "Au sujet de Cold room")

    def test_the_shipped_cadences_speak_french_to_french_customers(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["crm_core"], ["fr_FR"])
        self.customer.lang = "fr_FR"
        first, offer = (
            self.env.ref(f"crm_core.crm_cadence_{name}") for name in ("first_contact", "offer_sent")
        )
        for step in (first | offer).step_ids:
            french = step.with_context(lang="fr_FR")
            for field in ("subject", "body", "text"):
                if step[field]:
                    self.assertNotEqual(french[field], step[field], f"{step.name}: {field}")
        offer.active = True
        self._enroll(cadence=offer)
        self._pass(days=2, hours=-1)
        self._send()
        self.assertEqual(self._get_dispatches().mail_message_id.subject, "Notre offre")

    # -- What goes wrong -------------------------------------------------------------------------

    def test_one_lead_that_cannot_be_done_does_not_hold_the_others_up(self):
        leads = self.lead | self._create_lead(name="Bad", partner_id=self.customer.id)
        enrollments = self._enroll(leads)
        prepare = self.env.registry["crm.cadence.step"]._prepare_request

        def fail(step, enrollment, lang, content):
            if enrollment.lead_id.name == "Bad":
                raise ValueError("This one is bad")
            return prepare(step, enrollment, lang, content)

        self.patch(self.env.registry["crm.cadence.step"], "_prepare_request", fail)
        self._run()
        good, bad = enrollments.sorted(lambda one: one.lead_id.id)
        self.assertEqual((good.state, good.reason_detail, len(good.run_ids)), ("running", False, 1))
        self.assertEqual(
            (bad.state, bad.reason, bad.reason_detail), ("paused", "failed", "This one is bad")
        )
        self.assertFalse(bad.run_ids)

    def test_steps_without_content_and_impossible_delays_are_refused(self):
        for values in (
            {"kind": "email", "subject": "x"},
            {"kind": "sms", "text": "  "},
            {"kind": "whatsapp"},
            {**EMAIL, "hour_from": 11, "hour_to": 10},
            {**EMAIL, "delay_days": -1},
            {**EMAIL, "delay_days": 1000},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception),  # noqa: B017 - the database's or ours
                self.env.cr.savepoint(),
            ):
                self._create_cadence(values)
        with self.assertRaises(ValidationError):
            self._create_cadence(EMAIL, rule_domain="[('nothing', '=', 1)]")

    # -- Placeholders ----------------------------------------------------------------------------

    def test_a_field_that_there_is_not_is_refused_when_it_is_written(self):
        step = self.cadence.step_ids[0]
        for values in (
            {"subject": "About {{ object.nonsense }}"},
            {"subject": "About {{ object.name"},
            {"body": '<p><t t-out="object.nonsense"/></p>'},
            {"body": "<p>Dear {{ object.contact_name }}</p>"},
            {"kind": "sms", "text": "Dear {{ object.nonsense }}"},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.addons.mail.models.mail_render_mixin"),
                self.assertRaisesRegex(ValidationError, "Introduction.* cannot be filled in"),
                self.env.cr.savepoint(),
            ):
                step.write(values)

    def test_a_translation_is_looked_at_as_well(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        step = self.cadence.step_ids[0]
        with (
            mute_logger("odoo.addons.mail.models.mail_render_mixin"),
            self.assertRaisesRegex(ValidationError, "Introduction.*nonsense"),
        ):
            step.update_field_translations("subject", {"fr_FR": "{{ object.nonsense }}"})

    def test_fields_of_what_hangs_on_the_lead_may_be_used(self):
        step = self.cadence.step_ids[0]
        step.write(
            {
                "subject": "{{ object.partner_id.name }}, {{ object.user_id.email or '' }}",
                "body": '<p t-if="object.city">In <t t-out="object.city">town</t></p><p>Hello</p>',
            }
        )
        self.assertIn("Awa Diop", step._render_field("subject", self.lead.ids)[self.lead.id])
