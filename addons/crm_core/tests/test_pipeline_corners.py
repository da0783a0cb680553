# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TEAM_LEAD, CrmCoreCase


@tagged("post_install", "-at_install")
class TestPipelineCorners(CrmCoreCase):
    """Ways around the process that must not be ways around it."""

    def test_reassigning_the_salesperson_does_not_go_around_a_gate(self):
        other = self._create_pipeline("Second", ["Asked", "New", "Signed"])
        team = self.env["crm.team"].create(
            {
                "name": "Second team",
                "company_id": self.company.id,
                "member_ids": [Command.set(self.manager.ids)],
                "default_pipeline_id": other.id,
            }
        )
        self.pipeline.team_ids = self.team
        other.team_ids = team
        self._require(other.stage_ids[1], field_name="phone")
        lead = self._create_lead()
        with self.assertRaises(RedirectWarning):
            lead.user_id = self.manager

    def test_a_stage_that_does_not_fit_the_given_pipeline_gives_way_to_it(self):
        other = self._create_pipeline("Second", ["Asked", "Signed"])
        lead = self._create_lead()
        lead.write({"pipeline_id": self.pipeline.id, "stage_id": other.stage_ids[0].id})
        self.assertEqual(lead.stage_id.pipeline_id, self.pipeline)
        made = self._create_lead(pipeline_id=self.pipeline.id, stage_id=other.stage_ids[1].id)
        self.assertEqual(made.stage_id, self.stage_won)

    def test_quick_create_in_a_column_lands_in_that_columns_pipeline(self):
        other = self._create_pipeline("Second", ["Asked", "Signed"])
        lead = (
            self.env["crm.lead"]
            .with_context(default_stage_id=other.stage_ids[0].id)
            .create({"name": "Quick", "team_id": self.team.id})
        )
        self.assertEqual((lead.stage_id, lead.pipeline_id), (other.stage_ids[0], other))

    def test_moving_a_stage_to_another_pipeline_takes_its_deals_along(self):
        other = self._create_pipeline("Second", ["Asked", "Signed"])
        lead = self._create_lead(stage_id=self.stage_visited.id)
        self.stage_visited.pipeline_id = other
        self.assertEqual((lead.stage_id, lead.pipeline_id), (self.stage_visited, other))

    def test_a_won_deal_does_not_move_where_nothing_is_won(self):
        other = self._create_pipeline("Second", ["Asked", "Seen", "Signed"])
        other.stage_ids[-1].is_won = False
        lead = self._create_lead(stage_id=self.stage_won.id)
        with self.assertRaisesRegex(UserError, "no won stage"):
            lead.pipeline_id = other

    def test_a_forecast_category_chosen_by_hand_stays_until_the_next_stage(self):
        lead = self._create_lead()
        lead.forecast_category = "commit"
        lead.write({"probability": 60, "phone": "+33612345678"})
        self.assertEqual(lead.forecast_category, "commit")
        lead.stage_id = self.stage_visited
        self.assertEqual(lead.forecast_category, "pipeline")

    def test_a_copy_of_a_closed_deal_starts_afresh(self):
        reason = self.env["crm.won.reason"].create({"name": "Trust"})
        won = self._create_lead(stage_id=self.stage_won.id, won_reason_id=reason.id)
        copy = won.copy()
        self.assertEqual(
            (copy.forecast_category, copy.won_reason_id, copy.won_status),
            ("pipeline", reason.browse(), "pending"),
        )

    def test_incoming_mail_and_plain_leads_pass_a_gate_on_the_first_stage(self):
        self._require(self.stage_new, field_name="date_deadline")
        lead = self.env["crm.lead"].message_new(
            {"subject": "A question", "email_from": "awa@example.com", "body": "Hello"},
            {"team_id": self.team.id},
        )
        self.assertTrue(lead.id)
        self.assertTrue(self._create_lead(type="lead").id)
        with self.assertRaises(ValidationError):
            self._create_lead(stage_id=self.stage_new.id)

    def test_a_lost_reason_given_with_the_loss_counts_at_probability_zero_too(self):
        self.company.crm_require_lost_reason = True
        reason = self.env["crm.lost.reason"].create({"name": "Too slow"})
        lead = self._create_lead()
        lead.probability = 0
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual((lead.won_status, lead.lost_reason_id), ("lost", reason))

    def test_a_lost_deal_stays_lost_in_a_stage_of_fixed_probability(self):
        self.stage_visited.write({"probability_mode": "fixed", "probability": 35})
        lead = self._create_lead()
        lead.action_set_lost()
        lead.stage_id = self.stage_visited
        self.assertEqual((lead.won_status, lead.probability), ("lost", 0))

    def test_a_required_won_reason_at_creation_is_told_without_a_button_to_nowhere(self):
        self.company.crm_require_won_reason = True
        with self.assertRaises(ValidationError):
            self._create_lead(stage_id=self.stage_won.id)

    def test_a_fixed_probability_of_zero_or_hundred_is_refused(self):
        for probability in (0, 100):
            with (
                self.subTest(probability=probability),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError) as caught,
            ):
                self.stage_visited.write({"probability_mode": "fixed", "probability": probability})
                self.env.flush_all()
            self.assertIn("check_probability", str(caught.exception))

    def test_properties_given_to_a_new_deal_are_kept(self):
        self.pipeline.lead_properties_definition = [
            {"name": "roof", "string": "Roof", "type": "integer"}
        ]
        lead = self._create_lead(pipeline_properties={"roof": 3})
        self.assertEqual(lead.pipeline_properties["roof"], 3)

    def test_a_property_that_no_deal_has_cannot_be_required(self):
        with self.assertRaisesRegex(ValidationError, "no property"):
            self._require(self.stage_visited, "property", property_name="Typo")

    def test_a_stage_reserved_to_another_team_does_not_block_this_one(self):
        self._require(self.stage_visited, field_name="phone")
        self.stage_visited.team_ids = self.team_xof
        lead = self._create_lead()
        lead.stage_id = self.stage_offered
        self.assertEqual(lead.stage_id, self.stage_offered)

    def test_a_shared_stage_jumped_over_counts_where_it_stands(self):
        self.pipeline.use_shared_stages = True
        shared = self.env["crm.stage"].create({"name": "On hold", "sequence": 25})
        self._require(shared, field_name="phone")
        lead = self._create_lead()
        with self.assertRaises(RedirectWarning):
            lead.stage_id = self.stage_offered
        lead.stage_id = self.stage_visited
        self.assertEqual(lead.stage_id, self.stage_visited)

    def test_an_override_needs_words_and_does_not_replace_anothers_approval(self):
        self._require(self.stage_visited, field_name="phone")
        lead = self._create_lead().with_user(self.team_lead)
        for reason in (".", "  ", True, 5):
            with self.subTest(reason=reason), self.assertRaises(RedirectWarning):
                lead.with_context(crm_gate_override=reason).stage_id = self.stage_visited
        self._require(
            self.stage_visited,
            "approval",
            group_id=self.env.ref("sales_team.group_sale_manager").id,
        )
        with self.assertRaises(RedirectWarning):
            lead.with_context(crm_gate_override="The customer is old").stage_id = self.stage_visited

    def test_an_approval_is_asked_again_after_the_deal_went_back(self):
        requirement = self._require(
            self.stage_visited, "approval", group_id=self.env.ref(TEAM_LEAD).id
        )
        lead = self._create_lead()
        lead._ask_approvals(requirement).with_user(self.team_lead).action_approve()
        lead.stage_id = self.stage_visited
        lead.stage_id = self.stage_new
        with self.assertRaises(RedirectWarning):
            lead.stage_id = self.stage_visited

    def test_deciding_one_of_two_approvals_leaves_the_others_activity(self):
        first = self._require(self.stage_visited, "approval", group_id=self.env.ref(TEAM_LEAD).id)
        second = self._require(
            self.stage_visited,
            "approval",
            group_id=self.env.ref("sales_team.group_sale_manager").id,
        )
        lead = self._create_lead()
        approvals = lead._ask_approvals(first | second)
        self.assertEqual(len(lead.activity_ids), 2)
        approvals.filtered(lambda approval: approval.requirement_id == first).with_user(
            self.team_lead
        ).action_approve()
        self.assertEqual(
            lead.activity_ids,
            approvals.filtered(lambda approval: approval.state == "asked").activity_id,
        )
        with self.assertRaisesRegex(UserError, "decided already"):
            approvals.filtered(lambda approval: approval.requirement_id == first).with_user(
                self.team_lead
            ).action_refuse()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 12:00:00")
class TestConversionCorners(CrmCoreCase):
    """Amounts in currencies that are awkward."""

    def test_a_currency_without_any_rate_is_left_out_of_totals_and_said_so(self):
        lead = self._create_lead(currency_id=self.tnd.id, amount=5000)
        self.assertEqual(
            (lead.expected_revenue, lead.is_rate_missing, lead.currency_rate_date), (0, True, False)
        )
        self._create_rate(self.company, self.tnd, "2026-03-01", 3.4)
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_core_convert_open_deals").method_direct_trigger()
        lead.invalidate_recordset()
        self.assertEqual(lead.expected_revenue, self.eur.round(5000 / 3.4))

    def test_the_daily_conversion_ends_although_a_deal_cannot_be_converted_or_was_closed_before(
        self,
    ):
        self._create_lead(currency_id=self.tnd.id, amount=5000)
        reopened = self._create_lead(currency_id=self.usd.id, amount=1250)
        reopened.probability = 60
        reopened.action_archive()
        reopened.action_unarchive()
        with freeze_time("2026-03-12 12:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_core_convert_open_deals").method_direct_trigger()
        reopened.invalidate_recordset()
        self.assertEqual(str(reopened.currency_rate_date), "2026-03-12")
