# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import TEAM_LEAD, CrmCoreCase


@tagged("post_install", "-at_install")
class TestStageGate(CrmCoreCase):
    """What a deal must meet before it enters a stage, on every path."""

    def test_one_message_lists_all_that_is_missing(self):
        self._require(self.stage_offered, field_name="date_deadline")
        self._require(self.stage_offered, field_name="amount")
        self._require(self.stage_offered, "checklist", name="Site visited")
        with self.assertRaises(RedirectWarning) as caught:
            self._create_lead().stage_id = self.stage_offered
        message = caught.exception.args[0]
        for part in ("Cold room", "Offered", "Expected Closing", "Amount", "Site visited"):
            self.assertIn(part, message)

    def test_filling_in_and_moving_in_one_write_passes(self):
        self._require(self.stage_offered, field_name="date_deadline")
        lead = self._create_lead()
        lead.write({"date_deadline": "2026-12-01", "stage_id": self.stage_offered.id})
        self.assertEqual(lead.stage_id, self.stage_offered)

    def test_the_form_is_refused_as_the_drag_is(self):
        self._require(self.stage_visited, field_name="phone")
        form = Form(self._create_lead())
        form.stage_id = self.stage_visited
        with self.assertRaises(RedirectWarning):
            form.save()
        form.phone = "+33612345678"
        self.assertEqual(form.save().stage_id, self.stage_visited)

    def test_creating_and_importing_into_a_stage_is_refused_with_the_rows_message(self):
        self._require(self.stage_visited, field_name="phone")
        with self.assertRaisesRegex(ValidationError, "Phone"):
            self._create_lead(stage_id=self.stage_visited.id)
        result = self.env["crm.lead"].load(
            ["name", "stage_id/.id"], [["Imported", str(self.stage_visited.id)]]
        )
        self.assertFalse(result["ids"])
        self.assertIn("Phone", result["messages"][0]["message"])

    def test_a_lead_that_becomes_a_deal_has_passed_no_gate_before(self):
        self._require(self.stage_visited, "checklist", name="Budget confirmed")
        values = {"type": "lead", "pipeline_id": self.pipeline.id}
        for stage in (self.stage_visited, self.stage_offered):
            for also in ({}, {"stage_id": self.stage_offered.id}):
                lead = self._create_lead(**values, stage_id=stage.id)
                with self.assertRaises(ValidationError) as caught:
                    lead.write({"type": "opportunity", **also})
                self.assertIn("Budget confirmed", caught.exception.args[0])
        lead = self._create_lead(**values)
        lead.convert_opportunity(lead.partner_id)
        self.assertEqual((lead.type, lead.stage_id), ("opportunity", self.stage_new))

    def test_winning_by_the_button_passes_the_gate_too(self):
        self._require(self.stage_won, field_name="phone")
        with self.assertRaises(RedirectWarning):
            self._create_lead().action_set_won()

    def test_stages_jumped_over_count_unless_the_pipeline_says_otherwise(self):
        self._require(self.stage_visited, field_name="phone")
        lead = self._create_lead()
        with self.assertRaises(RedirectWarning):
            lead.stage_id = self.stage_offered
        self.pipeline.are_gates_cumulative = False
        lead.stage_id = self.stage_offered
        self.assertEqual(lead.stage_id, self.stage_offered)

    def test_going_back_is_free(self):
        lead = self._create_lead(stage_id=self.stage_offered.id)
        self._require(self.stage_visited, field_name="phone")
        lead.stage_id = self.stage_visited
        self.assertEqual(lead.stage_id, self.stage_visited)

    def test_a_property_is_required_by_its_label(self):
        self.pipeline.lead_properties_definition = [
            {"name": "a1b2c3", "string": "Roof area", "type": "integer"}
        ]
        self._require(self.stage_visited, "property", property_name="Roof area")
        lead = self._create_lead()
        with self.assertRaisesRegex(RedirectWarning, "Roof area"):
            lead.stage_id = self.stage_visited
        lead.write({"pipeline_properties": {"a1b2c3": 80}, "stage_id": self.stage_visited.id})
        self.assertEqual(lead.stage_id, self.stage_visited)

    def test_many_deals_at_once_name_each_that_is_refused(self):
        self._require(self.stage_visited, field_name="phone")
        leads = (
            self._create_lead(name="Has phone", phone="+33612345678")
            | self._create_lead(name="First")
            | self._create_lead(name="Second")
        )
        with self.assertRaises(ValidationError) as caught:
            leads.write({"stage_id": self.stage_visited.id})
        self.assertIn("First", caught.exception.args[0])
        self.assertIn("Second", caught.exception.args[0])
        self.assertNotIn("Has phone", caught.exception.args[0])

    def test_a_salesperson_cannot_override_by_naming_a_reason(self):
        self._require(self.stage_visited, field_name="phone")
        lead = self._create_lead().with_user(self.salesperson)
        with self.assertRaises(RedirectWarning):
            lead.with_context(crm_gate_override="I know better").stage_id = self.stage_visited

    def test_a_team_leads_override_is_kept_on_the_deal_with_its_reason(self):
        self._require(self.stage_visited, field_name="phone")
        lead = self._create_lead().with_user(self.team_lead)
        wizard = (
            self.env["crm.lead.stage.move"]
            .with_user(self.team_lead)
            .create({"lead_id": lead.id, "stage_id": self.stage_visited.id})
        )
        with self.assertRaises(UserError):
            wizard.action_override()
        wizard.override_reason = "Old customer"
        wizard.action_override()
        self.assertEqual(lead.stage_id, self.stage_visited)
        self.assertIn("Old customer", lead.message_ids[0].body)
        self.assertIn("Phone", lead.message_ids[0].body)

    def test_the_wizard_checks_items_off_and_moves(self):
        item = self._require(self.stage_visited, "checklist", name="Budget confirmed")
        lead = self._create_lead().with_user(self.salesperson)
        wizard = (
            self.env["crm.lead.stage.move"]
            .with_user(self.salesperson)
            .create({"lead_id": lead.id, "stage_id": self.stage_visited.id})
        )
        self.assertEqual(wizard.missing_ids, item)
        wizard.checked_ids = [Command.link(item.id)]
        wizard.action_move()
        self.assertEqual(lead.stage_id, self.stage_visited)
        self.assertEqual(lead.checked_requirement_ids, item)


@tagged("post_install", "-at_install")
class TestStageApproval(CrmCoreCase):
    """Approval by a role before a stage."""

    def setUp(self):
        super().setUp()
        self.requirement = self._require(
            self.stage_visited, "approval", group_id=self.env.ref(TEAM_LEAD).id
        )
        self.lead = self._create_lead().with_user(self.salesperson)

    def _ask(self):
        wizard = (
            self.env["crm.lead.stage.move"]
            .with_user(self.salesperson)
            .create({"lead_id": self.lead.id, "stage_id": self.stage_visited.id})
        )
        wizard.action_ask_approval()
        return self.lead.approval_ids

    def test_asking_plans_an_activity_for_the_team_lead(self):
        approval = self._ask()
        self.assertEqual(approval.state, "asked")
        self.assertEqual(self.lead.activity_ids.user_id, self.team_lead)

    def test_an_approved_deal_enters_and_an_unapproved_one_does_not(self):
        approval = self._ask()
        with self.assertRaises(RedirectWarning):
            self.lead.stage_id = self.stage_visited
        approval.with_user(self.team_lead).action_approve()
        self.lead.stage_id = self.stage_visited
        self.assertEqual(self.lead.stage_id, self.stage_visited)
        self.assertFalse(self.lead.activity_ids)

    def test_who_asks_cannot_approve_nor_write_the_decision(self):
        approval = self._ask()
        with self.assertRaises(AccessError):
            approval.with_user(self.salesperson).action_approve()
        with self.assertRaises(AccessError):
            approval.with_user(self.salesperson).write({"state": "approved"})

    def test_nobody_approves_by_a_default_of_his_own(self):
        """Odoo lets everybody set defaults for himself: they held for what the server wrote down for him."""
        defaults = self.env["ir.default"].with_user(self.salesperson)
        with self.assertRaises(AccessError):
            defaults.set("crm.stage.approval", "state", "approved", user_id=True)
        with self.assertRaises(AccessError):
            defaults.set("crm.dispatch", "state", "delivered", user_id=True)
        defaults.set("crm.lead", "priority", "2", user_id=True)
        field = self.env["ir.model.fields"]._get("crm.stage.approval", "state")
        self.env.cr.execute(  # one that was there before this was refused
            "INSERT INTO ir_default (field_id, user_id, json_value) VALUES (%s, %s, %s)",
            [field.id, self.salesperson.id, '"approved"'],
        )
        self.env.registry.clear_cache()
        self.assertEqual(self._ask().state, "asked")

    def test_a_refused_approval_can_be_asked_for_again(self):
        approval = self._ask()
        approval.with_user(self.team_lead).action_refuse()
        self.assertEqual(self._ask(), approval)
        self.assertEqual(approval.state, "asked")
