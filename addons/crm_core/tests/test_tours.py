# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the guided tours lead through, walked by a browser as the people they are for."""

from odoo.tests import HttpCase, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install", "browser")
class TestTours(CrmCoreCase, HttpCase):
    """The tours of a first deal and of an import."""

    def test_a_salesperson_enters_a_deal_moves_it_and_wins_it(self):
        self.start_tour("/odoo", "crm_core_deal_tour", login="core_salesperson")
        lead = self.env["crm.lead"].search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(lead.mapped("name"), ["Solar panels"])
        self.assertEqual(lead.pipeline_id, self.pipeline)
        self.assertEqual(lead.won_status, "won")
        self.assertEqual(lead.amount, 2500000)

    def test_a_manager_imports_a_file_after_a_check(self):
        self.start_tour("/odoo", "crm_core_import_tour", login="core_manager")
        job = self.env["crm.import"].search([("user_id", "=", self.manager.id)])
        self.assertEqual(job.mapped("state"), ["queued"])
        job._work()
        self.assertEqual(job.state, "done")
        self.assertEqual((job.created_count, job.refused_count), (1, 1))
        company = self.env["res.partner"].search([("name", "=", "Bakery of the Plateau")])
        self.assertTrue(company.is_company)
