# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the law wants kept, and what makes a customer: where sales is installed."""

from odoo.tests import tagged

from .privacy_common import NAME, PrivacyCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestPrivacyWithSales(PrivacyCase):
    def setUp(self):
        super().setUp()
        self.order = self.env["sale.order"].create({"partner_id": self.person.id})

    def test_a_confirmed_order_keeps_name_and_postal_address_and_says_why(self):
        self.order.action_confirm()
        request = self._request(None)
        line = request.line_ids.filtered(lambda one: one.model == "sale.order")
        self.assertEqual((line.kind, line.found_count), ("keep", 1))
        self.assertTrue(line.explanation)
        request.action_erase()
        self._work()
        self.assertEqual((self.person.name, self.person.street), (NAME, "Rue 12"))
        self.assertFalse(self.person.email or self.person.phone or self.person.comment)
        self.assertFalse(self.person.active)
        self.assertFalse(self.lead_open.contact_name)

    def test_a_quotation_keeps_nothing(self):
        self._request("erase")
        self.assertNotEqual(self.person.name, NAME)

    def test_a_confirmed_order_makes_a_customer_overnight(self):
        self.lead_won.partner_id = False
        self.assertNotEqual(self.person.crm_lifecycle, "customer")
        self.order.action_confirm()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_lifecycle").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.person.crm_lifecycle, "customer")
        self.assertIn(self.order.name, self.person.crm_lifecycle_reason)
