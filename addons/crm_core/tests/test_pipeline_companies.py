# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestPipelineCompanies(CrmCoreCase):
    """Companies are sealed from one another; deals find a pipeline whatever their company."""

    def test_a_deal_handed_to_another_company_goes_to_a_pipeline_of_that_company(self):
        theirs = self._create_pipeline("Abidjan", ["Start", "Done"], company_id=self.company_xof.id)
        self.team_xof.default_pipeline_id = theirs
        lead = self._create_lead(stage_id=self.stage_visited.id, user_id=self.manager.id).with_user(
            self.manager
        )
        lead.write(
            {
                "user_id": self.stranger.id,
                "team_id": self.team_xof.id,
                "company_id": self.company_xof.id,
            }
        )
        self.assertEqual((lead.pipeline_id, lead.stage_id.pipeline_id), (theirs, theirs))
        own = lead.with_user(self.stranger)
        self.assertTrue(own.allowed_stage_ids)
        own.action_set_won()
        self.assertEqual(own.won_status, "won")

    def test_deals_without_a_company_are_created_although_a_companys_pipeline_comes_first(self):
        """Leads of a web form or a mailbox without team: none may be lost."""
        self._create_pipeline("Company's own", ["Start", "Done"], sequence=-100)
        lead = self.env["crm.lead"].create(
            {"name": "Web", "type": "lead", "user_id": False, "team_id": False, "company_id": False}
        )
        self.assertFalse(lead.company_id)
        self.assertFalse(lead.pipeline_id.company_id)
        other = self.env["crm.lead"].create(
            {"name": "Other", "user_id": False, "team_id": False, "company_id": self.company_xof.id}
        )
        self.assertNotEqual(other.pipeline_id.company_id, self.company)

    def test_stages_and_requirements_of_another_company_cannot_be_seen_nor_changed(self):
        requirement = self._require(self.stage_visited, field_name="phone")
        stages = self.env["crm.stage"].with_user(self.stranger)
        self.assertFalse(stages.search([("pipeline_id", "=", self.pipeline.id)]))
        with self.assertRaises(AccessError):
            stages.browse(self.stage_visited.id).name = "Hacked"
        with self.assertRaises(AccessError):
            stages.browse(self.stage_visited.id).read(["name"])
        with self.assertRaises(AccessError):
            requirement.with_user(self.stranger).unlink()
        self.assertTrue(
            stages.search([("pipeline_id", "=", False)])
            or not self.env["crm.stage"].search([("pipeline_id", "=", False)])
        )

    def test_a_stage_cannot_be_put_into_the_pipeline_of_another_company(self):
        theirs = self._create_pipeline("Abidjan", ["Start", "Done"], company_id=self.company_xof.id)
        local = self.stranger.copy(
            {
                "login": "core_local",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        with self.assertRaises(AccessError):
            self.stage_visited.with_user(local).pipeline_id = theirs
        with self.assertRaises(AccessError):
            self.env["crm.stage"].with_user(local).create({"name": "Spy", "pipeline_id": theirs.id})

    def test_the_pipelines_offered_are_those_of_the_readers_companies_and_teams(self):
        other_team = self.env["crm.team"].create({"name": "Others", "company_id": self.company.id})
        reserved = self._create_pipeline(
            "Reserved", ["Start", "Done"], team_ids=[Command.set(other_team.ids)]
        )
        entries = {
            entry["id"]
            for entry in self.env["crm.pipeline"].with_user(self.salesperson).get_switcher_entries()
        }
        self.assertIn(self.pipeline.id, entries)
        self.assertNotIn(reserved.id, entries)
        foreign = {
            entry["id"]
            for entry in self.env["crm.pipeline"].with_user(self.stranger).get_switcher_entries()
        }
        self.assertNotIn(self.pipeline.id, foreign)

    def test_an_approval_of_a_deal_one_may_not_see_cannot_be_decided(self):
        group = self.env.ref("sales_team.group_sale_salesman")
        requirement = self._require(self.stage_visited, "approval", group_id=group.id)
        lead = self._create_lead(user_id=self.salesperson_all.id)
        approval = lead._ask_approvals(requirement)
        with self.assertRaises(AccessError):
            approval.with_user(self.salesperson).action_approve()
        self.assertEqual(approval.state, "asked")

    def test_archiving_a_pipeline_that_holds_open_deals_is_refused(self):
        lead = self._create_lead()
        with self.assertRaisesRegex(UserError, "open deals"):
            self.pipeline.active = False
        lead.action_set_lost()
        self.pipeline.active = False
        self.assertFalse(self.pipeline.active)
