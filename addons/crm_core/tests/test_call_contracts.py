# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestCallContracts(CallCase):
    """Calls in the timeline, the score, the routing, the figures, merging and privacy."""

    def _get_rows(self, record, user=None, **choice):
        interactions = self.env["crm.interaction"].with_user(user or self.salesperson)
        rows = interactions.get_page(record._name, record.id, **choice)["rows"]
        return [row for row in rows if row["channel"] == "call"]

    # -- Timeline ---

    def test_a_call_is_one_row_of_the_timeline(self):
        call = self._log(note="Wants an offer")
        [row] = self._get_rows(self.lead)
        self.assertEqual((row["model"], row["res_id"]), ("crm.call", call.id))
        self.assertEqual((row["title"], row["direction"]), ("Reached", "out"))
        self.assertIn("Wants an offer", row["excerpt"])
        self.assertEqual(len(self._get_rows(self.customer)), 1)

    def test_a_planned_call_that_was_made_is_one_row(self):
        self._log(activity_id=self._plan().id)
        self.assertEqual([row["model"] for row in self._get_rows(self.lead)], ["crm.call"])
        self.assertEqual(len(self._get_rows(self.lead, channels=["call"])), 1)

    def test_a_planned_call_that_was_only_ticked_off_stays_a_row(self):
        self._plan().with_user(self.salesperson).action_feedback("Spoke with her")
        [row] = self._get_rows(self.lead)
        self.assertEqual(row["model"], "crm.lead")

    def test_the_note_in_the_chatter_tells_what_was_said(self):
        call = self._log(note="<b>bold</b>\nsecond line", duration=3.5)
        self.assertIn("&lt;b&gt;", call.message_id.body)
        self.assertIn("3:30", call.message_id.body)
        self.assertEqual(call.message_id.author_id, self.salesperson.partner_id)

    def test_the_last_contact_with_a_customer_is_the_call(self):
        call = self._log(self.customer)
        last = self.customer.with_user(self.salesperson)._get_last_contacts()
        self.assertIn(call.date, [entry["date"] for entry in last.values()])

    def test_a_call_that_nobody_answered_is_no_contact(self):
        reached = self._log(date=fields.Datetime.now() - timedelta(days=3))
        self._log(outcome_id=self.no_answer.id)
        self._log(self.customer, outcome_id=self.busy.id, activity_id=self._plan(self.customer).id)
        last = self.customer.with_user(self.salesperson)._get_last_contacts()
        self.assertEqual([entry["date"] for entry in last.values()], [reached.date])

    def test_a_person_with_calls_is_erased_and_the_figures_stay(self):
        call = self._log(note="Awa Diop wants an offer", duration=3)
        privacy = self.env["crm.privacy"]
        [declaration] = [one for one in privacy._get_declarations() if one.model == "crm.call"]
        self.assertFalse(privacy._erase(declaration, call.ids))
        self.env.invalidate_all()
        self.assertFalse(call.number)
        self.assertFalse(call.note)
        self.assertEqual((call.duration, call.outcome_id), (3, self.reached))

    # -- Score and routing ---

    def test_only_calls_that_reached_somebody_give_points(self):
        events = self.env["crm.score"]._get_events()
        self.env["crm.score.request"].search([]).unlink()
        self._log(outcome_id=self.no_answer.id)
        for code in ("call_reached", "call_made"):
            self.env.flush_all()
            rows = self.env.execute_query(events[code][1])
            self.assertNotIn(self.lead.id, [row[0] for row in rows], code)
        self._log()
        self.env.flush_all()
        for code in ("call_reached", "call_made"):
            rows = self.env.execute_query(events[code][1])
            self.assertEqual([row[0] for row in rows].count(self.lead.id), 1, code)
        self.env.cr.precommit.run()
        self.assertTrue(self.env["crm.score.request"].search([("first_id", "=", self.lead.id)]))

    def test_a_call_is_the_first_response_to_a_lead(self):
        since = {self.lead.id: fields.Datetime.now() - timedelta(minutes=5)}
        self.assertFalse(self.env["crm.lead"]._get_routing_responses(since))
        self._log(outcome_id=self.no_answer.id)
        _moment, user_id = self.env["crm.lead"]._get_routing_responses(since)[self.lead.id]
        self.assertEqual(user_id, self.salesperson.id)
        self.assertEqual(self.env["crm.lead"]._get_routing_touched_ids(since), {self.lead.id})

    def test_a_call_that_we_missed_is_no_response(self):
        since = {self.lead.id: fields.Datetime.now() - timedelta(minutes=5)}
        call = self._log(direction="in", state="missed", outcome_id=False)
        self.assertFalse(self.env["crm.lead"]._get_routing_responses(since))
        self.assertEqual(call.callback_activity_id.user_id, self.salesperson)

    # -- Figures ---

    def test_the_figures_count_calls_and_how_many_were_answered(self):
        self._log(duration=2)
        self._log(duration=4)
        self._log(outcome_id=self.no_answer.id)
        self._log(outcome_id=self.busy.id)
        self.env.flush_all()
        for code, value in (("calls_logged", 4), ("reach_rate", 50), ("call_duration", 3)):
            metric = self.env["crm.metric"].search([("code", "=", code)])
            reader = metric.with_user(self.salesperson)
            self.assertAlmostEqual(reader._get_values("month")[reader].value, value, 2, code)

    # -- Merging and privacy ---

    def test_calls_go_along_when_contacts_are_merged(self):
        other = self.customer.copy({"name": "A. Diop"})
        call = self._log(other)
        self.env["crm.merge"]._merge(self.customer, other)
        self.assertEqual(call.partner_id, self.customer)
        self.assertEqual(call.res_id, self.customer.id)

    def test_calls_are_found_and_emptied_for_a_person(self):
        call = self._log(note="Has a bad back")
        privacy = self.env["crm.privacy"]
        keys = privacy._get_keys(self.customer)
        declared = {one.model: one for one in privacy._get_installed_declarations()}
        found = privacy._get_found_domain(declared["crm.call"], keys)
        self.assertIn(call, self.env["crm.call"].search(found))
        self.assertIn("crm.call", self.env["crm.retention.rule"]._get_models())

    # -- Costs ---

    def test_counting_the_calls_of_many_leads_is_one_query(self):
        leads = self.lead | self._create_lead() | self._create_lead()
        self._log()
        self.env.flush_all()
        leads.invalidate_recordset()
        leads.mapped("name")
        self.env["ir.rule"]._compute_domain("crm.call", "read")
        with self.assertQueryCount(1):
            leads.mapped("call_count")
