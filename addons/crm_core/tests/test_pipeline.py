# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestPipeline(CrmCoreCase):
    """Where a deal stands: one pipeline, one of its stages."""

    def test_a_new_deal_starts_in_the_first_stage_of_its_teams_default_pipeline(self):
        lead = self._create_lead()
        self.assertEqual(lead.pipeline_id, self.pipeline)
        self.assertEqual(lead.stage_id, self.stage_new)

    def test_a_team_without_default_starts_in_the_first_pipeline_of_its_company(self):
        first = self._create_pipeline("First of all", ["Start", "Done"], sequence=-100)
        self._create_pipeline(
            "Other company's", ["Start", "Done"], sequence=-200, company_id=self.company_xof.id
        )
        self.team.default_pipeline_id = False
        self.assertEqual(self._create_lead().pipeline_id, first)

    def test_a_pipeline_reserved_to_another_team_is_not_proposed(self):
        self._create_pipeline(
            "Reserved",
            ["Start", "Done"],
            sequence=-100,
            team_ids=[Command.set(self.env["crm.team"].create({"name": "Others"}).ids)],
        )
        self.team.default_pipeline_id = False
        self.assertNotEqual(self._create_lead().pipeline_id.name, "Reserved")

    def test_a_stage_given_alone_moves_the_deal_to_the_stages_pipeline(self):
        other = self._create_pipeline("Maintenance", ["Asked", "Signed"])
        lead = self._create_lead()
        lead.stage_id = other.stage_ids[0]
        self.assertEqual(lead.pipeline_id, other)
        self.assertEqual(self._create_lead(stage_id=other.stage_ids[1].id).pipeline_id, other)

    def test_changing_the_pipeline_maps_the_stage_by_its_place_and_won_to_won(self):
        other = self._create_pipeline("Maintenance", ["Asked", "Seen", "Signed"])
        cases = [
            (self.stage_new, "Asked"),
            (self.stage_visited, "Seen"),
            (self.stage_offered, "Seen"),
            (self.stage_won, "Signed"),
        ]
        for stage, expected in cases:
            with self.subTest(stage=stage.name):
                lead = self._create_lead(stage_id=stage.id)
                lead.pipeline_id = other
                self.assertEqual(lead.stage_id.name, expected)

    def test_changing_the_pipeline_in_the_form_offers_that_pipelines_stages_only(self):
        other = self._create_pipeline("Maintenance", ["Asked", "Seen", "Signed"])
        with Form(self._create_lead()) as form:
            form.pipeline_id = other
            self.assertEqual(form.stage_id.name, "Asked")
            self.assertEqual(form.allowed_stage_ids[:], other.stage_ids)

    def test_the_board_shows_one_pipelines_stages_and_the_empty_ones_too(self):
        self._create_pipeline("Maintenance", ["Asked", "Signed"])
        self._create_lead()
        groups = (
            self.env["crm.lead"]
            .with_context(read_group_expand=True)
            .web_read_group([("pipeline_id", "=", self.pipeline.id)], ["stage_id"], ["__count"])[
                "groups"
            ]
        )
        self.assertEqual(
            [group["stage_id"][1] for group in groups], ["New", "Visited", "Offered", "Won"]
        )

    def test_a_shared_stage_shows_in_the_pipelines_that_ask_for_it_alone(self):
        shared = self.env["crm.stage"].create({"name": "On hold", "sequence": 35})
        self.assertNotIn(shared, self.pipeline._get_stages(self.team))
        self.pipeline.use_shared_stages = True
        self.assertIn(shared, self.pipeline._get_stages(self.team))
        self.assertEqual(
            self._create_lead(stage_id=shared.id, pipeline_id=self.pipeline.id).pipeline_id,
            self.pipeline,
        )

    def test_winning_deals_of_two_pipelines_at_once_wins_each_in_its_own(self):
        other = self._create_pipeline("Maintenance", ["Asked", "Signed"])
        leads = self._create_lead() | self._create_lead(pipeline_id=other.id)
        leads.action_set_won()
        self.assertEqual(leads.mapped("stage_id.name"), ["Won", "Signed"])
        self.assertEqual(set(leads.mapped("won_status")), {"won"})

    def test_a_fixed_probability_comes_with_its_stage_and_prediction_does_not_overwrite_it(self):
        self.stage_visited.write({"probability_mode": "fixed", "probability": 35})
        lead = self._create_lead()
        lead.stage_id = self.stage_visited
        self.assertEqual(lead.probability, 35)
        self.env["crm.lead"]._update_automated_probabilities()
        self.assertEqual(lead.probability, 35)
        self.stage_visited.probability = 40
        self.assertEqual(lead.probability, 40)

    def test_a_probability_set_by_hand_stays_until_the_next_stage(self):
        self.stage_visited.write({"probability_mode": "fixed", "probability": 35})
        lead = self._create_lead(stage_id=self.stage_visited.id)
        lead.probability = 60
        lead.phone = "+33612345678"
        self.assertEqual(lead.probability, 60)

    def test_the_forecast_category_follows_the_stage_and_a_lost_deal_is_omitted(self):
        self.stage_offered.forecast_category = "commit"
        lead = self._create_lead(stage_id=self.stage_offered.id)
        self.assertEqual(lead.forecast_category, "commit")
        lead.action_set_lost()
        self.assertEqual(lead.forecast_category, "omitted")
        won = self._create_lead(stage_id=self.stage_won.id)
        self.assertEqual(won.forecast_category, "closed")

    def test_properties_of_a_pipeline_stay_with_its_deals(self):
        self.pipeline.lead_properties_definition = [
            {"name": "roof", "string": "Roof area", "type": "integer"}
        ]
        lead = self._create_lead()
        lead.pipeline_properties = {"roof": 120}
        self.assertEqual(
            self.env["crm.lead"].search([("pipeline_properties.roof", "=", 120)]), lead
        )

    def test_a_pipeline_with_deals_cannot_be_deleted_even_by_who_does_not_see_them(self):
        self._create_lead(active=False)
        with self.assertRaisesRegex(UserError, "still holds deals"):
            self.pipeline.with_user(self.manager).unlink()

    def test_my_pipeline_opens_the_one_used_last(self):
        other = self._create_pipeline("Maintenance", ["Asked", "Signed"])
        user = self.salesperson
        action = self.env["crm.team"].with_user(user).action_your_pipeline()
        self.assertEqual(action["context"]["default_pipeline_id"], self.pipeline.id)
        other.with_user(user).action_open_board()
        action = self.env["crm.team"].with_user(user).action_your_pipeline()
        self.assertEqual(
            action["domain"], [("type", "=", "opportunity"), ("pipeline_id", "=", other.id)]
        )

    def test_who_has_deals_of_his_own_sees_them_first_and_a_director_sees_everybodys(self):
        self._create_lead()
        mine = self.pipeline.with_user(self.salesperson).action_open_board()
        all_of_them = self.pipeline.with_user(self.manager).action_open_board()
        self.assertIn("search_default_assigned_to_me", mine["context"])
        self.assertNotIn("search_default_assigned_to_me", all_of_them["context"])

    def test_the_pipeline_overview_adds_up_each_companys_deals_in_the_readers_currency(self):
        shared = self._create_pipeline("Shared", ["Start", "Done"], company_id=False)
        self._create_lead(pipeline_id=shared.id, amount=1000)
        self._create_lead(
            pipeline_id=shared.id,
            amount=655957,
            team_id=self.team_xof.id,
            company_id=self.company_xof.id,
            user_id=False,
        )
        reader = shared.with_user(self.manager).with_context(
            allowed_company_ids=[self.company.id, self.company_xof.id]
        )
        self.assertEqual((reader.open_count, round(reader.open_revenue, 2)), (2, 2000.0))


@tagged("post_install", "-at_install")
class TestPipelineTemplate(CrmCoreCase):
    """Pipelines made from the templates of a trade."""

    def test_every_template_makes_a_pipeline_that_deals_can_go_through_to_won(self):
        for template in self.env["crm.pipeline.template"].search([]):
            with self.subTest(template=template.name):
                wizard = (
                    self.env["crm.pipeline.create"]
                    .with_user(self.manager)
                    .create({"template_id": template.id, "company_id": self.company.id})
                )
                action = wizard.action_create()
                pipeline = self.env["crm.pipeline"].browse(action["context"]["default_pipeline_id"])
                self.assertEqual(
                    pipeline.stage_ids.mapped("name"), template.stage_ids.mapped("name")
                )
                self.assertEqual(len(pipeline.stage_ids.filtered("is_won")), 1)
                self.assertTrue(pipeline.stage_ids[-1].is_won)

    def test_the_trades_of_the_first_market_are_there(self):
        names = self.env["crm.pipeline.template"].search([]).mapped("name")
        self.assertLessEqual(
            {
                "Banking and insurance",
                "Consumer goods",
                "Pharmaceuticals",
                "Professional services",
                "Telecoms",
                "Utilities",
            },
            set(names),
        )

    def test_a_pipeline_made_as_default_receives_the_teams_new_deals(self):
        template = self.env.ref("crm_core.crm_pipeline_template_services")
        wizard = self.env["crm.pipeline.create"].create(
            {
                "template_id": template.id,
                "company_id": self.company.id,
                "team_ids": [Command.set(self.team.ids)],
                "is_default": True,
            }
        )
        wizard.action_create()
        self.assertEqual(self._create_lead().pipeline_id.name, "Professional services")

    def test_a_salesperson_may_not_make_pipelines(self):
        with self.assertRaises(AccessError):
            self.env["crm.pipeline.create"].with_user(self.salesperson).create(
                {"template_id": self.env.ref("crm_core.crm_pipeline_template_services").id}
            )
