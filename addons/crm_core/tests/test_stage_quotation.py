# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestStageQuotation(CrmCoreCase):
    """A stage that drafts a quotation, where sales is installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stage_visited.create_quotation = True
        cls.customer = cls.env["res.partner"].create({"name": "Clinique du Lac"})

    def _enter(self, **values):
        lead = self._create_lead(**values).with_user(self.salesperson)
        lead.stage_id = self.stage_visited
        return lead

    def test_a_deal_with_a_customer_gets_one_quotation_of_its_salesperson(self):
        lead = self._enter(partner_id=self.customer.id)
        order = lead.order_ids
        self.assertEqual(
            (order.partner_id, order.user_id, order.team_id, order.company_id, order.state),
            (self.customer, self.salesperson, lead.team_id, self.env.company, "draft"),
        )
        self.assertEqual(order.origin, lead.name)

    def test_coming_back_to_the_stage_drafts_no_second_quotation(self):
        lead = self._enter(partner_id=self.customer.id)
        lead.stage_id = self.stage_new
        lead.stage_id = self.stage_visited
        self.assertEqual(lead.quotation_count, 1)

    def test_a_deal_without_a_customer_moves_and_says_why_it_gets_no_quotation(self):
        lead = self._enter()
        self.assertEqual(lead.stage_id, self.stage_visited)
        self.assertFalse(lead.order_ids)
        self.assertIn("no customer", lead.message_ids[0].body)

    def test_many_deals_moved_together_get_a_quotation_each(self):
        leads = self.env["crm.lead"].union(
            *(self._create_lead(partner_id=self.customer.id) for _number in range(3))
        )
        leads.with_user(self.salesperson).write({"stage_id": self.stage_visited.id})
        self.assertEqual(leads.mapped("quotation_count"), [1, 1, 1])
