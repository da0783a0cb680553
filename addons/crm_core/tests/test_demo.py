# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo company tells one story."""

    def test_the_demo_company_is_complete_or_absent(self):
        """Errors in demonstration data do not fail an installation: so the last record of the story is looked for."""
        company = self.env.ref("crm_core.company_ivory_coast", raise_if_not_found=False)
        if not company:
            self.assertFalse(self.env.ref("crm_core.lead_1", raise_if_not_found=False))
            return
        self.assertEqual(
            (self.env.ref("crm_core.company_france").currency_id.name, company.currency_id.name),
            ("EUR", "XOF"),
        )
        deals = self.env["ir.model.data"].search(
            [("module", "=", "crm_core"), ("model", "=", "crm.lead")]
        )
        leads = self.env["crm.lead"].with_context(active_test=False).browse(deals.mapped("res_id"))
        self.assertGreater(len(leads), 30)
        self.assertEqual(set(leads.mapped("won_status")), {"won", "lost", "pending"})
        self.assertLessEqual({"EUR", "XOF", "USD"}, set(leads.currency_id.mapped("name")))
        self.assertTrue(self.env.ref("crm_core.requirement_maintenance_approval"))
        self.assertTrue(self.env.ref("crm_core.booking_question_abidjan"))
        camille = self.env.ref("crm_core.user_camille")
        self.assertTrue(camille.login_date, "her zone is hers, not that of the next browser")
