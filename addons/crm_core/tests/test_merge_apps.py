# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .merge_common import MergeCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestMergeApps(AccountTestInvoicingCommon, MergeCase):
    """Customers with orders, invoices and payments: merged, undone, and every table of the database as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.env.user.company_ids |= cls.company_data["company"]
        cls.env.user.company_id = cls.company_data["company"]
        cls.one, cls.two = (
            cls._create_customer(name) for name in ("Clinique du Lac", "Clinique du lac")
        )
        cls.env.flush_all()

    @classmethod
    def _create_lead(cls, **values):
        place = {"company_id": cls.company_data["company"].id, "user_id": False, "team_id": False}
        return super()._create_lead(**place, **values)

    @classmethod
    def _create_customer(cls, name):
        partner = cls._create_contact(name, is_company=True, company_id=False)
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company_data["company"].id,
                "order_line": [
                    Command.create({"product_id": cls.product_a.id, "product_uom_qty": 2})
                ],
            }
        )
        order.action_confirm()
        invoice = cls.init_invoice("out_invoice", partner=partner, amounts=[100.0], post=True)
        cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 50.0})._create_payments()
        partner.with_company(cls.company_data["company"]).credit_limit = 1000.0
        return partner

    def test_orders_invoices_and_payments_move_and_come_back(self):
        before = self._take_picture()
        orders = self.env["sale.order"].search([("partner_id", "in", (self.one | self.two).ids)])
        invoices = self.env["account.move"].search(
            [("partner_id", "in", (self.one | self.two).ids)]
        )
        log = self.env["crm.merge"]._merge(self.one, self.two)
        self.assertEqual(
            (orders.partner_id, invoices.partner_id, invoices.line_ids.partner_id), (self.one,) * 3
        )
        self.assertEqual(orders.partner_invoice_id | orders.partner_shipping_id, self.one)
        self.assertEqual(self._get_names_left(self.two), [])
        log.action_undo()
        self._assert_same(before, notes=2)

    def test_deals_with_quotations_move_and_come_back(self):
        deals = self.env["crm.lead"].search([("partner_id", "in", (self.one | self.two).ids)])
        for deal in deals:
            self.env["sale.order"].create(
                {
                    "partner_id": self.one.id,
                    "opportunity_id": deal.id,
                    "company_id": self.company_data["company"].id,
                }
            )
        before = self._take_picture()
        log = self.env["crm.merge"]._merge(deals[0], deals[1])
        self.assertEqual(len(deals[0].order_ids), 2)
        log.action_undo()
        self._assert_same(before, notes=2)

    def test_who_stands_in_secured_entries_stays(self):
        invoice = self.env["account.move"].search([("partner_id", "=", self.two.id)], limit=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET inalterable_hash = '$4$sealed' WHERE id = %s", [invoice.id]
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Secured accounting entries"):
            self.env["crm.merge"]._merge(self.one, self.two)
        self.env["crm.merge"]._merge(self.two, self.one)

    def test_invoices_of_a_person_who_turns_out_to_be_of_a_company_are_the_company_s(self):
        buyer = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.one.id})
        alone = self.env["res.partner"].create({"name": "A. Buyer"})
        invoice = self.init_invoice("out_invoice", partner=alone, amounts=[80.0], post=True)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        state = (invoice.payment_state, invoice.amount_residual)
        before = self._take_picture()
        log = self.env["crm.merge"]._merge(buyer, alone)
        self.assertEqual((invoice.partner_id, invoice.commercial_partner_id), (buyer, self.one))
        self.assertEqual(invoice.line_ids.partner_id, self.one)
        self.assertEqual((invoice.payment_state, invoice.amount_residual), state)
        log.action_undo()
        self._assert_same(before, notes=2)
