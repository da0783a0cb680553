# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestTicketLinksApps(CrmSupportCase):
    """Quotations and invoices from a ticket, where these apps are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.agent.group_ids |= cls.env.ref("sales_team.group_sale_salesman") | cls.env.ref(
            "account.group_account_invoice"
        )
        cls.ticket = cls._create_ticket(partner_id=cls.contact.id)
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=cls.company.ids))
        product = cls.env["product.product"].create(
            {"name": "Printer", "list_price": 100, "taxes_id": False}
        )
        cls.invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "price_unit": 100, "tax_ids": False})
                ],
            }
        )
        cls.draft = cls.invoice.copy()
        cls.invoice.action_post()

    def test_a_quotation_opens_for_the_customer(self):
        ticket = self.ticket.with_user(self.agent)
        self.assertTrue(ticket.can_create_quotation)
        action = ticket.action_new_quotation()
        order = (
            self.env["sale.order"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(order.partner_id, self.contact)
        self.assertEqual(order.origin, ticket.number)
        ticket._link(order)
        self.assertEqual(ticket.link_ids.label, order.display_name)

    def test_credit_notes_start_from_the_customers_posted_invoices(self):
        ticket = self.ticket.with_user(self.agent)
        found = self.env["account.move"].search(ticket.action_credit_note()["domain"])
        self.assertEqual(found, self.invoice)
        ticket._link(found)
        self.assertEqual(ticket.link_ids.kind, self.env["ir.model"]._get("account.move").name)

    def test_who_has_no_part_in_sales_and_accounting_gets_neither(self):
        ticket = self.ticket.with_user(self.lead)
        self.assertFalse(ticket.can_create_quotation)
        self.assertFalse(ticket.can_credit)
        with self.assertRaises(AccessError):
            ticket.action_new_quotation()
        with self.assertRaises(AccessError):
            ticket.action_credit_note()
