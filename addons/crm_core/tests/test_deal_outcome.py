# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, RedirectWarning, ValidationError
from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestDealOutcome(CrmCoreCase):
    """Won, lost, reopened: reasons and a history that stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lost_reason = cls.env["crm.lost.reason"].create({"name": "Too slow"})
        cls.won_reason = cls.env["crm.won.reason"].create({"name": "Trust"})

    def test_a_lost_reason_is_asked_for_when_the_company_requires_it(self):
        lead = self._create_lead()
        self.company.crm_require_lost_reason = True
        with self.assertRaisesRegex(ValidationError, "Cold room"):
            lead.action_set_lost()
        lead = self._create_lead()
        lead.action_set_lost(lost_reason_id=self.lost_reason.id)
        self.assertEqual(lead.won_status, "lost")

    def test_a_won_reason_is_asked_for_when_the_company_requires_it(self):
        self.company.crm_require_won_reason = True
        lead = self._create_lead()
        with self.assertRaises(RedirectWarning):
            lead.stage_id = self.stage_won
        wizard = self.env["crm.lead.stage.move"].create(
            {"lead_id": lead.id, "stage_id": self.stage_won.id, "won_reason_id": self.won_reason.id}
        )
        self.assertTrue(wizard.needs_won_reason)
        wizard.action_move()
        self.assertEqual((lead.won_status, lead.won_reason_id), ("won", self.won_reason))

    def test_another_company_may_not_require_it(self):
        self.company.crm_require_lost_reason = True
        lead = self._create_lead(
            company_id=self.company_xof.id, team_id=self.team_xof.id, user_id=False
        )
        lead.action_set_lost()
        self.assertEqual(lead.won_status, "lost")

    def test_reopening_keeps_the_history_with_its_reason(self):
        lead = self._create_lead(amount=900)
        lead.action_set_lost(lost_reason_id=self.lost_reason.id)
        lead.action_restore()
        self.assertFalse(lead.lost_reason_id)
        lead.write({"stage_id": self.stage_won.id, "won_reason_id": self.won_reason.id})
        first, second = lead.outcome_ids.sorted("id")
        self.assertEqual((first.result, first.lost_reason_id), ("lost", self.lost_reason))
        self.assertTrue(first.reopened_at)
        self.assertEqual(
            (second.result, second.won_reason_id, second.expected_revenue),
            ("won", self.won_reason, 900),
        )
        self.assertFalse(second.reopened_at)

    def test_a_reason_corrected_later_is_corrected_in_the_history(self):
        lead = self._create_lead()
        lead.action_set_lost()
        lead.lost_reason_id = self.lost_reason
        self.assertEqual(lead.outcome_ids.lost_reason_id, self.lost_reason)

    def test_nobody_writes_history_by_hand(self):
        lead = self._create_lead()
        lead.action_set_won()
        for user in (self.salesperson, self.team_lead, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                lead.outcome_ids.with_user(user).write({"result": "lost"})

    def test_a_salesperson_reads_the_outcomes_of_own_deals_and_another_company_none(self):
        mine, other = self._create_lead(), self._create_lead(user_id=self.salesperson_all.id)
        (mine | other).action_set_won()
        outcomes = self.env["crm.lead.outcome"]
        ours = [("lead_id", "in", (mine | other).ids)]
        self.assertEqual(outcomes.with_user(self.salesperson).search(ours).lead_id, mine)
        self.assertEqual(outcomes.with_user(self.salesperson_all).search_count(ours), 2)
        self.assertFalse(
            outcomes.with_user(self.stranger)
            .with_context(allowed_company_ids=self.company_xof.ids)
            .search(ours)
        )

    def test_a_deal_is_closed_by_who_is_at_work_or_by_its_salesperson_when_the_server_is(self):
        by_lead, by_server = self._create_lead(), self._create_lead()
        by_lead.with_user(self.team_lead).action_set_won()
        by_server.with_user(SUPERUSER_ID).action_set_lost()
        self.assertEqual(by_lead.outcome_ids.user_id, self.team_lead)
        self.assertEqual(by_server.outcome_ids.user_id, self.salesperson)

    def test_a_stage_that_becomes_a_won_one_or_stops_being_it_takes_the_history_along(self):
        lead = self._create_lead(
            stage_id=self.stage_offered.id, partner_id=self.team_lead.partner_id.id
        )
        self.stage_offered.is_won = True
        self.env.flush_all()
        standing = lead.outcome_ids.filtered(lambda one: not one.reopened_at)
        self.assertEqual((lead.won_status, standing.mapped("result")), ("won", ["won"]))
        self.stage_offered.is_won = False
        self.env.flush_all()
        lead.invalidate_recordset()
        self.assertEqual(lead.won_status, "pending")
        self.assertFalse(lead.outcome_ids.filtered(lambda one: not one.reopened_at))
