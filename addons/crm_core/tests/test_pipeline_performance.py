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
        self.assertLessEqual(many, one + 4, f"{one} queries for one deal, {many} for a hundred")

    @warmup
    def test_the_pipeline_of_new_deals_is_looked_up_once_a_batch(self):
        leads = self.env["crm.lead"]
        values = {"name": "New", "team_id": self.team.id, "user_id": self.salesperson.id}
        ten = self._queries(lambda: leads.create([dict(values) for _number in range(10)]))
        fifty = self._queries(lambda: leads.create([dict(values) for _number in range(50)]))
        self.assertLessEqual(fifty, ten + 8, f"{ten} queries for ten deals, {fifty} for fifty")
