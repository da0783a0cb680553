# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestCallLog(CallCase):
    """Writing down a call, and what follows from it."""

    # -- The dialog ---

    def test_the_dialog_of_a_deal_knows_whom_the_call_was_with(self):
        action = self.lead.with_user(self.salesperson).action_log_call()
        with self._open_dialog(action) as form:
            self.assertEqual(form.number, self.lead.phone)
            form.outcome_id = self.reached
            form.note = "Wants an offer"
        call = form.record
        self.assertEqual(call.lead_id, self.lead)
        self.assertEqual(call.partner_id, self.customer)
        self.assertEqual(call.company_id, self.company)
        self.assertEqual(call.user_id, self.salesperson)
        self.assertTrue(call.is_reached)

    def test_the_dialog_of_a_contact_knows_whom_the_call_was_with(self):
        action = self.customer.with_user(self.salesperson).action_log_call()
        with self._open_dialog(action) as form:
            form.outcome_id = self.busy
        call = form.record
        self.assertEqual((call.partner_id, call.lead_id.ids), (self.customer, []))
        self.assertFalse(call.is_reached)
        self.assertEqual(self.customer.with_user(self.salesperson).call_count, 1)

    def test_a_call_written_in_the_list_is_one_of_its_lead(self):
        with Form(self.env["crm.call"].with_user(self.salesperson)) as form:
            form.lead_id = self.lead
            form.outcome_id = self.reached
        call = form.record
        self.assertEqual((call.res_model, call.res_id), ("crm.lead", self.lead.id))
        self.assertEqual(call.partner_id, self.customer)

    def test_a_call_needs_somebody_it_was_with(self):
        with self.assertRaises(UserError):
            self.env["crm.call"].create({"res_model": "crm.lead", "res_id": 2**30})
        with self.assertRaises(UserError):
            self.env["crm.call"].create({"res_model": "no.such.model", "res_id": 1})

    def test_a_call_does_not_move_to_another_record(self):
        call = self._log()
        with self.assertRaises(UserError):
            call.with_user(self.salesperson).res_id = self._create_lead().id

    def test_the_smart_button_shows_the_calls_of_the_deal(self):
        call = self._log()
        self._log(self.customer)
        lead = self.lead.with_user(self.salesperson)
        self.assertEqual(lead.call_count, 1)
        action = lead.action_view_calls()
        self.assertEqual(self.env["crm.call"].search(action["domain"]), call)

    # -- Planned calls ---

    def test_a_planned_call_that_was_made_is_done_with_what_came_of_it(self):
        activity = self._plan()
        action = activity.with_user(self.salesperson).action_log_call()
        with self._open_dialog(action) as form:
            self.assertEqual(form.activity_id, activity)
            form.outcome_id = self.reached
            form.note = "Agreed on Friday"
        self.assertFalse(activity.active)
        message = form.record.message_id
        self.assertEqual(message.res_id, self.lead.id)
        self.assertIn("Agreed on Friday", message.body)
        self.assertIn("Reached", message.body)

    @freeze_time("2026-06-15 10:00:00")
    def test_a_call_that_was_due_is_found_when_the_number_is_tapped(self):
        due = self._plan(date_deadline=date(2026, 6, 15))
        action = self.lead.with_user(self.salesperson).action_log_call()
        self.assertEqual(self._open_dialog(action).activity_id, due)

    @freeze_time("2026-06-15 10:00:00")
    def test_calls_for_later_or_of_others_stay_planned(self):
        self._plan(date_deadline=date(2026, 6, 18))
        self._plan(date_deadline=date(2026, 6, 15), user=self.team_lead)
        action = self.lead.with_user(self.salesperson).action_log_call()
        self.assertFalse(self._open_dialog(action).activity_id)

    def test_a_task_or_the_call_of_another_record_is_not_done_by_a_call(self):
        task = self.lead.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson.id
        )
        with self.assertRaises(UserError):
            task.with_user(self.salesperson).action_log_call()
        with self.assertRaises(ValidationError):
            self._log(activity_id=task.id)
        other = self._plan(self._create_lead())
        with self.assertRaises(ValidationError):
            self._log(activity_id=other.id)

    # -- What follows ---

    @freeze_time("2026-06-19 16:00:00")
    def test_nobody_answered_and_the_call_is_planned_again_for_monday(self):
        call = self._log(outcome_id=self.no_answer.id)
        activity = call.callback_activity_id
        self.assertEqual(activity.date_deadline, date(2026, 6, 22))
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(activity.activity_category, "phonecall")
        self.assertEqual(call.callback_at, datetime(2026, 6, 22, 9, 0))

    @freeze_time("2026-06-15 22:30:00")
    def test_the_day_to_call_back_is_that_of_who_calls(self):
        self.salesperson.tz = "Indian/Antananarivo"
        call = self._log(outcome_id=self.call_back.id, callback_at=datetime(2026, 6, 17, 21, 30))
        self.assertEqual(call.callback_activity_id.date_deadline, date(2026, 6, 18))
        self.assertIn("00:30", call.callback_activity_id.summary)

    def test_an_outcome_that_asks_for_a_day_is_not_saved_without_one(self):
        with self.assertRaises(ValidationError):
            self._log(outcome_id=self.call_back.id)
        self.assertFalse(self.env["crm.call"].search([("lead_id", "=", self.lead.id)]))

    def test_somebody_who_was_reached_is_not_called_again(self):
        self.assertFalse(self._log().callback_activity_id)

    def test_a_corrected_outcome_takes_the_planned_call_back(self):
        call = self._log(outcome_id=self.no_answer.id)
        planned = call.callback_activity_id
        call.with_user(self.salesperson).write(
            {"outcome_id": self.reached.id, "callback_at": False}
        )
        self.assertFalse(planned.exists())
        self.assertFalse(call.callback_activity_id)
        self.assertTrue(call.is_reached)

    def test_the_filter_shows_who_waits_for_a_call(self):
        waiting = self._log(outcome_id=self.no_answer.id)
        self._log()
        calls = self.env["crm.call"].with_user(self.salesperson)
        mine = [("lead_id", "=", self.lead.id), ("is_to_call_back", "=", True)]
        self.assertEqual(calls.search(mine), waiting)
        waiting.callback_activity_id.action_feedback()
        self.assertFalse(calls.search(mine))

    @freeze_time("2026-06-15 10:00:00")
    def test_a_telephone_with_a_fast_clock_calls_nobody_tomorrow(self):
        call = self._log(date="2026-06-16 08:00:00")
        self.assertEqual(call.date, datetime(2026, 6, 15, 10, 0))

    # -- A no ---

    def test_who_wants_no_calls_is_not_called_for_sales_again(self):
        self.lead.phone = "07 08 09 10 11"
        call = self._log(outcome_id=self.do_not_call.id, note="Never again")
        consent = self.env["crm.consent"].search([("address", "=", "+2250708091011")])
        self.assertEqual(consent.decision, "withdrawn")
        self.assertEqual((consent.channel, consent.company_id), ("call", self.company))
        self.assertIn(self.salesperson.name, consent.evidence)
        self.assertTrue(call.has_refused)
        action = self.lead.with_user(self.salesperson).action_log_call()
        self.assertTrue(self._open_dialog(action).has_refused)

    def test_a_no_without_a_number_says_what_is_missing(self):
        with self.assertRaises(ValidationError):
            self._log(outcome_id=self.do_not_call.id, number="ask at the desk")

    # -- Rights ---

    def test_salespeople_see_their_calls_and_those_on_their_deals(self):
        mine = self._log()
        theirs = self._log(self._create_lead(user_id=self.manager.id), user=self.manager)
        on_mine = self._log(user=self.manager)
        with_contact = self._log(self.customer, user=self.manager)
        all_calls = mine | theirs | on_mine | with_contact
        calls = self.env["crm.call"]
        domain = [("id", "in", all_calls.ids)]
        seen = calls.with_user(self.salesperson).search(domain)
        self.assertEqual(seen, mine | on_mine | with_contact)
        self.assertEqual(calls.with_user(self.salesperson_all).search(domain), all_calls)
        self.assertEqual(calls.with_user(self.team_lead).search(domain), all_calls)
        self.assertFalse(calls.with_user(self.stranger).search(domain))
        with self.assertRaises(AccessError):
            calls.with_user(self.portal).search(domain)
        with self.assertRaises(AccessError):
            on_mine.with_user(self.salesperson).note = "Changed"

    def test_nobody_writes_a_call_on_a_deal_he_may_not_read(self):
        foreign = self._create_lead(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self._log(foreign)
        with self.assertRaises(AccessError):
            self._log(self.lead, user=self.stranger)
        with self.assertRaises(AccessError):
            foreign.with_user(self.salesperson).action_log_call()
        with self.assertRaises(AccessError):
            self.lead.with_user(self.portal).action_log_call()

    def test_nobody_writes_a_call_in_the_name_of_another(self):
        with self.assertRaises(AccessError):
            self._log(user_id=self.manager.id)

    def test_a_call_of_another_company_is_not_seen(self):
        self.manager.company_ids = [Command.set((self.company | self.company_xof).ids)]
        lead = self._create_lead(
            user_id=self.manager.id, company_id=self.company_xof.id, team_id=self.team_xof.id
        )
        call = self._log(
            lead,
            user=self.manager.with_context(
                allowed_company_ids=(self.company | self.company_xof).ids
            ),
        )
        self.assertEqual(call.company_id, self.company_xof)
        self.assertFalse(
            self.env["crm.call"].with_user(self.team_lead).search([("id", "=", call.id)])
        )
