# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The guided tours of the first steps, walked to their end by a browser, in English and French."""

from odoo.tests import HttpCase, tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install", "browser")
class TestAdoptionTours(CrmCoreCase, HttpCase):
    """A call is written down, a next step is planned."""

    def test_a_salesperson_writes_a_call_down(self):
        self.start_tour("/odoo", "crm_core_call_tour", login="core_salesperson")
        lead = self.env["crm.lead"].search([("user_id", "=", self.salesperson.id)])
        call = self.env["crm.call"].search([("lead_id", "=", lead.id)])
        self.assertEqual((call.user_id, call.state), (self.salesperson, "done"))

    def test_a_salesperson_plans_a_next_step_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.salesperson.lang = "fr_FR"
        self.start_tour("/odoo", "crm_core_next_step_tour", login="core_salesperson")
        lead = self.env["crm.lead"].search([("user_id", "=", self.salesperson.id)])
        self.assertEqual(lead.activity_ids.mapped("summary"), ["Call for the answer"])
