# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged, warmup

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestPipelinePerformance(CrmCoreCase):
    """Moving and creating deals costs a constant number of queries, gates included."""

    def _queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    @warmup
    def test_moving_a_hundred_deals_through_a_gate_costs_few_queries_more_than_moving_one(self):
        """T-C1: moving a card costs a constant number of queries."""
        self._require(self.stage_visited, field_name="phone")
        self._require(self.stage_visited, "checklist", name="Visited")
        item = self.stage_visited.requirement_ids[1]
        values = {"phone": "+33612345678", "checked_requirement_ids": item.ids}
        leads = self.env["crm.lead"].create(
            [{"name": str(number), "team_id": self.team.id, **values} for number in range(101)]
        )
        one = self._queries(lambda: leads[0].write({"stage_id": self.stage_visited.id}))
        many = self._queries(lambda: leads[1:].write({"stage_id": self.stage_visited.id}))
        self.assertLessEqual(many, one, f"{one} queries for one deal, {many} for a hundred")

    @warmup
    def test_the_pipeline_of_new_deals_is_looked_up_once_a_batch(self):
        leads = self.env["crm.lead"]
        values = {"name": "New", "team_id": self.team.id, "user_id": self.salesperson.id}
        ten = self._queries(lambda: leads.create([dict(values) for _number in range(10)]))
        fifty = self._queries(lambda: leads.create([dict(values) for _number in range(50)]))
        self.assertLessEqual(fifty, ten, f"{ten} queries for ten deals, {fifty} for fifty")

    @warmup
    def test_moving_a_card_costs_what_it_costs_in_odoo_alone(self):
        """T-C1: seven queries, all of them Odoo's own, where the stage requires nothing."""
        lead = self._create_lead().with_user(self.salesperson)
        lead.stage_id = self.stage_visited
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(7):
            lead.write({"stage_id": self.stage_new.id})

    @warmup
    def test_the_chances_of_deals_of_many_teams_cost_no_query_for_each_team(self):
        def count(teams):
            self.env["crm.lead.scoring.frequency"].create(
                [
                    {"variable": "stage_id", "value": "1", "won_count": 1, "team_id": team.id}
                    for team in teams
                ]
            )
            lead = self._create_lead()
            return self._queries(lambda: lead.write({"stage_id": self.stage_visited.id}))

        few = count(self.team)
        teams = self.env["crm.team"].create([{"name": str(number)} for number in range(10)])
        self._create_lead().stage_id = self.stage_visited  # new teams empty the caches
        self.assertLessEqual(count(teams), few)

    @warmup
    def test_opening_the_board_asks_for_pipelines_stages_and_teams_no_more(self):
        """Once cached, our part of the action is one look for own deals, of the columns none at all."""
        self.salesperson.last_pipeline_id = self.pipeline
        pipelines = self.env["crm.pipeline"].with_user(self.salesperson)
        leads = self.env["crm.lead"].with_user(self.salesperson)
        domain = [("pipeline_id", "=", self.pipeline.id)]
        leads = leads.with_context(show_user_team_stages=True, default_pipeline_id=self.pipeline.id)

        def ask():
            pipelines.get_switcher_entries()
            leads._read_group_stage_ids(self.env["crm.stage"], domain)

        ask()
        self.assertEqual(self._queries(ask), 0)
        own = pipelines.browse(self.pipeline.id)
        own._prepare_board_action({})
        self.assertEqual(self._queries(lambda: own._prepare_board_action({})), 1)
