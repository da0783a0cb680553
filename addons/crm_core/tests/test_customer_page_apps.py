# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .test_customer_page import CustomerPageCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestCustomerPageApps(CustomerPageCase):
    """Cards of orders, invoices and deliveries, where these apps are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = mail_new_test_user(
            cls.env,
            login="core_accountant",
            groups="account.group_account_invoice,sales_team.group_sale_salesman_all_leads",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = cls.eur
        cls.product = cls.env["product.product"].create(
            {
                "name": "Cold room",
                "type": "consu",
                "is_storable": True,
                "list_price": 100,
                "taxes_id": False,
            }
        )

    def _create_order(self, price=100, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.person.id,
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": price, "tax_ids": False}
                    )
                ],
                **values,
            }
        )

    def _create_invoice(self, amount=100, day="2026-01-10", due="2026-01-31", post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.person.id,
                "invoice_date": day,
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.product.id, "price_unit": amount, "tax_ids": False}
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def test_quotations_and_orders_are_counted_by_their_state_and_equal_their_lists(self):
        self._create_order(100)
        self._create_order(200, state="sent")
        self._create_order(400).action_confirm()
        self._create_order(800)._action_cancel()
        quotations, orders = self._card("quotations"), self._card("orders")
        self.assertEqual((quotations["count"], orders["count"]), (2, 1))
        self.assertIn("300.00", quotations["value"])
        self.assertIn("1 sent", quotations["subtitle"])
        self.assertIn("400.00", orders["value"])
        self.assertLessEqual({"quotations", "orders"}, self._assert_cards_equal_their_lists())

    def test_orders_in_another_currency_are_converted(self):
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self.usd.id, "company_id": self.company.id}
        )
        self._create_order(125, pricelist_id=pricelist.id)
        card = self._card("quotations")
        self.assertIn("100.00", card["value"])
        self.assertIn("at the rates of", card["subtitle"])

    def test_a_salesperson_counts_no_order_of_somebody_else(self):
        self._create_order(user_id=self.salesperson_all.id)
        self.assertEqual(self._card("quotations")["count"], 0)
        self.assertEqual(self._card("quotations", self.salesperson_all)["count"], 1)

    def test_what_is_overdue_is_what_was_due_before_the_reader_s_today(self):
        invoice = self._create_invoice(100, due="2026-01-31")
        self._create_invoice(50, due="2026-02-28")
        self._create_invoice(7, post=False)
        reader = self.customer.with_user(self.accountant)

        def overdue(moment, zone):
            with freeze_time(moment):
                cards = reader.with_context(tz=zone).get_customer_page()["cards"]
            return next(card for card in cards if card["id"] == "overdue")

        self.assertEqual(overdue("2026-01-31 20:00:00", "Africa/Abidjan")["count"], 0)
        self.assertEqual(overdue("2026-01-31 22:00:00", "Indian/Antananarivo")["count"], 1)
        card = overdue("2026-02-01 08:00:00", "Africa/Abidjan")
        self.assertEqual((card["count"], card["tone"]), (1, "danger"))
        self.assertIn("100.00", card["value"])
        listed = (
            self.env["account.move"].with_user(self.accountant).search(card["action"]["domain"])
        )
        self.assertEqual(listed, invoice)

    def test_an_invoice_in_instalments_is_overdue_with_what_was_due(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half later",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        self._create_invoice(100, invoice_payment_term_id=term.id)
        with freeze_time("2026-02-01 08:00:00"):
            card = self._card("overdue", self.accountant)
            self.assertEqual(self._count_list(card, self.accountant), card["count"])
        self.assertIn("50.00", card["value"])

    def test_lifetime_revenue_is_what_was_invoiced_less_what_was_credited(self):
        self._create_invoice(100)
        self._create_invoice(30, move_type="out_refund")
        self._create_invoice(999, partner_id=self.other_customer.id)
        card = self._card("revenue", self.accountant)
        self.assertIn("70.00", card["value"])
        self.assertIn("revenue", self._assert_cards_equal_their_lists(self.accountant))

    def test_an_invoice_of_a_colleague_is_not_in_a_salesperson_s_figures(self):
        self._create_invoice(100, invoice_user_id=self.salesperson_all.id)
        self.assertEqual(self._card("revenue")["count"], 0)

    def test_who_may_not_read_invoices_has_no_card_of_them(self):
        employee = mail_new_test_user(
            self.env,
            login="core_employee_apps",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._create_invoice(100)
        ids = {card["id"] for card in self._page(employee)["cards"]}
        self.assertFalse(ids & {"overdue", "revenue", "quotations", "orders", "deliveries"})

    def test_a_delivery_says_when_and_whether_the_goods_are_there(self):
        self.env["stock.warehouse"].search([("company_id", "=", self.company.id)]) or self.env[
            "stock.warehouse"
        ].create({"name": "Main", "code": "MAIN", "company_id": self.company.id})
        self._create_order().action_confirm()
        card = self._card("deliveries")
        self.assertIn("1 waiting for stock", card["subtitle"])
        self.assertEqual((card["count"], self._count_list(card)), (1, 1))

    def test_a_quotation_that_expires_or_was_left_without_an_answer_is_to_be_followed_up(self):
        today = fields.Date.context_today(self.customer)
        self._create_order(state="draft", validity_date=today)
        fresh = self._create_order(state="sent", validity_date=today + timedelta(days=30))
        self.assertNotIn("quotation", self._suggestions())
        fresh.date_order = fields.Datetime.now() - timedelta(days=9)
        self.assertIn("9 days", self._suggestions()["quotation"]["reason"])
        fresh.validity_date = today + timedelta(days=2)
        suggestion = self._suggestions()["quotation"]
        self.assertIn("expires", suggestion["reason"])
        self.assertEqual(suggestion["action"]["res_id"], fresh.id)

    def test_the_whole_page_with_all_apps_costs_a_fixed_number_of_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._page(self.salesperson)
            return self.cr.sql_log_count - before

        def grow(number):
            for _index in range(number):
                self._create_order()
                self._create_invoice(invoice_user_id=self.salesperson.id)

        grow(1)
        self._page(self.salesperson)
        small = count()
        grow(5)
        self.assertLessEqual(count(), small)
        self.assertLessEqual(small, 120)

    def test_files_of_orders_and_invoices_are_among_the_documents(self):
        order, invoice = self._create_order(), self._create_invoice()
        for record in (order, invoice):
            self.env["ir.attachment"].create(
                {
                    "name": f"{record._name}.txt",
                    "raw": b"x",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )
        seen = {
            row["name"]
            for row in self.customer.with_user(self.accountant).get_customer_documents()["rows"]
        }
        self.assertLessEqual({"sale.order.txt", "account.move.txt"}, seen)

    def test_an_invoice_that_was_reversed_makes_no_customer(self):
        self._create_lead(partner_id=self.customer.id)
        invoice = self._create_invoice(100)
        self.customer._update_lifecycle()
        self.assertEqual(self.customer.crm_lifecycle, "customer")
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        wizard.refund_moves()
        refund = invoice.reversal_move_ids
        refund.action_post()
        self.assertEqual(invoice.payment_state, "reversed")
        self.customer._update_lifecycle()
        self.assertEqual(self.customer.crm_lifecycle, "prospect")
