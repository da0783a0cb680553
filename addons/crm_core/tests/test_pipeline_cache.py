# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestPipelineCache(CrmCoreCase):
    """What is cached of pipelines, stages and teams never shows what was before a change."""

    def _entries(self, user=None):
        pipelines = self.env["crm.pipeline"].with_user(user or self.salesperson)
        return {entry["id"]: entry["name"] for entry in pipelines.get_switcher_entries()}

    def _columns(self, user=None):
        user = user or self.salesperson
        leads = self.env["crm.lead"].with_context(**user.env.context).with_user(user)
        domain = [("pipeline_id", "=", self.pipeline.id)]
        return leads.with_context(show_user_team_stages=True)._read_group_stage_ids(
            self.env["crm.stage"], domain
        )

    def test_columns_follow_new_moved_and_deleted_stages(self):
        self.assertEqual(self._columns(), self.pipeline.stage_ids)
        added = self.env["crm.stage"].create(
            {"name": "Tasted", "pipeline_id": self.pipeline.id, "sequence": 15}
        )
        self.assertEqual(self._columns()[1], added)
        added.sequence = 35
        self.assertEqual(self._columns()[3], added)
        added.unlink()
        self.assertEqual(len(self._columns()), 4)

    def test_stages_of_one_place_are_in_the_order_of_their_translated_names(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        (self.stage_new | self.stage_visited).sequence = 5
        french = self.salesperson.with_context(lang="fr_FR")
        self.assertEqual(self._columns(french)[0], self.stage_new)
        self.stage_new.update_field_translations("name", {"fr_FR": "Zéro"})
        self.assertEqual(self._columns(french)[0], self.stage_visited)
        self.assertEqual(self._columns()[0], self.stage_new)

    def test_a_teams_column_shows_as_soon_as_one_joins_the_team_and_not_after_leaving(self):
        team = self.env["crm.team"].create({"name": "Taste", "company_id": self.company.id})
        stage = self.env["crm.stage"].create(
            {"name": "Tasted", "pipeline_id": self.pipeline.id, "team_ids": [Command.set(team.ids)]}
        )
        self.assertNotIn(stage, self._columns(self.manager))
        member = self.env["crm.team.member"].create(
            {"crm_team_id": team.id, "user_id": self.manager.id}
        )
        self.assertIn(stage, self._columns(self.manager))
        member.action_archive()
        self.assertNotIn(stage, self._columns(self.manager))
        member.action_unarchive()
        self.assertIn(stage, self._columns(self.manager))
        member.unlink()
        self.assertNotIn(stage, self._columns(self.manager))

    def test_the_selector_follows_names_translations_teams_and_archiving(self):
        self.pipeline.name = "Renamed"
        self.assertEqual(self._entries()[self.pipeline.id], "Renamed")
        self.pipeline.update_field_translations("name", {"en_US": "Translated"})
        self.assertEqual(self._entries()[self.pipeline.id], "Translated")
        self.pipeline.team_ids = self.env["crm.team"].create({"name": "Others"})
        self.assertNotIn(self.pipeline.id, self._entries())
        self.pipeline.team_ids = self.team
        self.assertIn(self.pipeline.id, self._entries())
        self.pipeline.active = False
        self.assertNotIn(self.pipeline.id, self._entries())
        self.pipeline.unlink()
        self.assertNotIn(self.pipeline.id, self._entries(self.manager))

    def test_a_pipeline_that_was_open_to_a_team_takes_its_deals_no_more_when_it_is_reserved(self):
        others = self.env["crm.team"].create({"name": "Others", "company_id": self.company.id})
        self.assertEqual(self._create_lead().pipeline_id, self.pipeline)
        self.pipeline.team_ids = others
        self.assertNotEqual(self._create_lead().pipeline_id, self.pipeline)

    def test_the_seal_follows_a_pipeline_to_another_company(self):
        pipeline = self._create_pipeline("Moving", ["Start", "Done"])
        start = pipeline.stage_ids[0]
        self.assertEqual(start.with_user(self.salesperson).name, "Start")
        pipeline.company_id = self.company_xof
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            start.with_user(self.salesperson).read(["name"])
        stages = self.env["crm.stage"].with_user(self.salesperson)
        self.assertFalse(stages.search([("pipeline_id", "=", pipeline.id)]))

    def test_a_stage_cannot_be_created_in_another_companys_pipeline(self):
        self.stage_new.with_user(self.salesperson).read(["name"])
        with self.assertRaises(AccessError):
            self.env["crm.stage"].with_user(self.stranger).create(
                {"name": "Smuggled", "pipeline_id": self.pipeline.id}
            )

    def test_opening_the_board_of_another_companys_pipeline_is_refused(self):
        with self.assertRaises(AccessError):
            self.pipeline.with_user(self.stranger).action_open_board()

    def test_properties_and_checklists_are_followed_from_the_first_one_on(self):
        lead = self._create_lead().with_context(tracking_disable=False)
        unused = self.env["crm.pipeline"]._get_unused_lead_fields
        if "checked_requirement_ids" in unused():
            lead.phone = "+33612345678"
        shared = self.env["crm.stage"].create({"name": "Shared"})
        item = self._require(shared, "checklist", name="Signed")
        self.assertNotIn("checked_requirement_ids", unused())
        self.pipeline.lead_properties_definition = [
            {"name": "size", "type": "char", "string": "Size"}
        ]
        self.assertNotIn("pipeline_properties", unused())
        self.flush_tracking()
        lead.checked_requirement_ids = item
        self.flush_tracking()
        self.assertIn(
            "checked_requirement_ids",
            lead.message_ids.sudo().tracking_value_ids.mapped("field_id.name"),
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.flush()

    def test_the_forecast_of_chances_counts_in_the_first_stage_also_after_it_changed(self):
        leads, stages = self.env["crm.lead"], self.env["crm.stage"]
        first = stages.create({"name": "Before all", "sequence": -1000})
        counts = {"stage_id": {str(first.id): {"won": 3, "lost": 2}, "won_total": 3}}
        self.assertEqual(leads._pls_get_won_lost_total_count(counts), (3, 2, 5))
        first.team_ids = self.team
        self.assertEqual(leads._pls_get_won_lost_total_count(counts), (0, 0, 0))
        self.assertEqual(leads._pls_get_won_lost_total_count({}), (0, 0, 0))

    def test_a_corrected_closing_day_converts_at_that_days_rate(self):
        self._create_rate(self.company, self.usd, "2026-03-01", 1.0)
        self._create_rate(self.company, self.usd, "2026-03-05", 2.0)
        with freeze_time("2026-03-10 12:00:00"):
            lead = self._create_lead(currency_id=self.usd.id, amount=1000)
            lead.action_set_won()
            self.assertEqual(lead.expected_revenue, 500)
            lead.date_closed = "2026-03-02 12:00:00"
            self.assertEqual(
                (lead.expected_revenue, str(lead.currency_rate_date)), (1000, "2026-03-02")
            )
