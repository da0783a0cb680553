# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestInteractionApps(InteractionCase):
    """What the other apps of Odoo know of a customer shows too, where they are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "type": "consu", "list_price": 1000, "taxes_id": False}
        )

    @classmethod
    def _create_order(cls, **values):
        lines = [Command.create({"product_id": cls.product.id, "product_uom_qty": 2})]
        defaults = {
            "partner_id": cls.customer.id,
            "user_id": cls.salesperson.id,
            "team_id": cls.team.id,
            "order_line": lines,
        }
        return cls.env["sale.order"].create({**defaults, **values})

    def _find(self, record, channel, **more):
        return self._get_rows(record, channels=[channel], **more)

    def test_a_quotation_shows_and_becomes_an_order(self):
        order = self._create_order()
        [row] = self._find(self.customer, "order")
        self.assertEqual((row["title"], row["state"]), (order.name, "draft"))
        self.assertEqual(row["amount"], order.currency_id.format(order.amount_total))
        self.assertEqual((row["model"], row["res_id"]), ("sale.order", order.id))
        order.action_confirm()
        [row] = self._find(self.customer, "order")
        self.assertEqual((row["state"], row["state_label"]), ("sale", "Sales Order"))

    def test_messages_on_an_order_show_on_the_contact_and_on_the_deal(self):
        lead = self._create_lead(partner_id=self.colleague.id)
        order = self._create_order(opportunity_id=lead.id)
        self._say(order, "Please sign", subtype_xmlid="mail.mt_comment")
        for record in (self.customer, lead):
            [row] = self._find(record, "email")
            self.assertEqual((row["excerpt"], row["record_name"]), ("Please sign", order.name))
        self.assertEqual(len(self._find(lead, "order")), 1)

    def test_orders_of_others_do_not_show_to_who_sees_own_ones_only(self):
        order = self._create_order(user_id=self.salesperson_all.id)
        self._say(order, "Secret")
        self.assertEqual(self._find(self.customer, "order", user=self.salesperson), [])
        self.assertEqual(self._get_excerpts(self.customer, user=self.salesperson), [])
        self.assertEqual(len(self._find(self.customer, "order", user=self.salesperson_all)), 1)

    def test_a_delivery_shows_once_it_left(self):
        order = self._create_order()
        order.action_confirm()
        self.assertEqual(self._find(self.customer, "delivery"), [])
        picking = order.picking_ids
        picking.move_ids.quantity = 2
        picking.button_validate()
        [row] = self._find(self.customer, "delivery")
        self.assertEqual(
            (row["title"], row["state"], row["direction"]), (picking.name, "done", "out")
        )
        self.assertEqual(row["date"], str(picking.date_done)[:19])


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestInteractionInvoices(InteractionCase):
    """Invoices, refunds and payments; the accounts are those of the company that the installation made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.books = cls.env["account.journal"].search([("type", "=", "sale")], limit=1).company_id
        if not cls.books:
            cls.env["account.chart.template"].try_loading("generic_coa", company=cls.company)
            cls.books = cls.company
        cls.env.user.write(
            {"company_ids": [Command.link(cls.books.id)], "company_id": cls.books.id}
        )
        cls.env.user.group_ids += cls.env.ref("account.group_account_manager")
        cls.reader = cls.env(
            user=cls.env.ref("base.user_admin"),
            context={**cls.env.context, "allowed_company_ids": cls.books.ids},
        )
        cls.reader.user.group_ids += cls.env.ref("account.group_account_invoice")
        cls.reader.user.company_ids += cls.books

    def _create_invoice(self, move_type="out_invoice"):
        invoice = (
            self.env["account.move"]
            .with_company(self.books)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-03-10",
                    "invoice_line_ids": [
                        Command.create({"name": "Pump", "price_unit": 100, "tax_ids": False})
                    ],
                }
            )
        )
        self.assertEqual(self._find("invoice"), [], "a draft is no interaction")
        invoice.action_post()
        return invoice

    def _find(self, channel):
        interactions = self.reader["crm.interaction"]
        page = interactions.get_page("res.partner", self.customer.id, channels=[channel])
        return page["rows"]

    def test_an_invoice_shows_on_its_day_wherever_the_reader_is(self):
        invoice = self._create_invoice()
        [row] = self._find("invoice")
        self.assertEqual((row["title"], row["date"]), (invoice.name, "2026-03-10 12:00:00"))
        self.assertEqual((row["state"], row["state_label"]), ("not_paid", "Not Paid"))
        self.assertEqual(row["amount"], invoice.currency_id.format(100))

    def test_a_refund_counts_against(self):
        refund = self._create_invoice("out_refund")
        [row] = self._find("invoice")
        self.assertEqual(row["amount"], refund.currency_id.format(-100))

    def test_a_payment_shows_and_the_invoice_is_paid(self):
        invoice = self._create_invoice()
        context = {"active_model": "account.move", "active_ids": invoice.ids}
        payment = (
            self.env["account.payment.register"]
            .with_context(**context)
            .create({})
            ._create_payments()
        )
        [row] = self._find("payment")
        self.assertEqual((row["res_id"], row["direction"]), (payment.id, "in"))
        self.assertEqual(row["amount"], payment.currency_id.format(100))
        [row] = self._find("invoice")
        self.assertIn(row["state"], ("paid", "in_payment"))

    def test_who_may_not_read_invoices_sees_none(self):
        self._create_invoice()
        rows = self._get_rows(self.customer, user=self.salesperson)
        self.assertEqual([row for row in rows if row["channel"] in ("invoice", "payment")], [])


@tagged("post_install", "-at_install", "-standard", "with_apps")
class TestInteractionLiveChat(InteractionCase):
    """Conversations on the web site with a known visitor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chat = cls.env["discuss.channel"].create(
            {
                "name": "Awa Diop, Seller",
                "channel_type": "livechat",
                "livechat_channel_id": cls.env["im_livechat.channel"].create({"name": "Site"}).id,
                "livechat_operator_id": cls.salesperson.partner_id.id,
                "channel_member_ids": [
                    Command.create({"partner_id": partner.id})
                    for partner in cls.customer | cls.salesperson.partner_id
                ],
            }
        )

    def test_a_chat_shows_to_who_took_part(self):
        [row] = self._get_rows(self.customer, user=self.salesperson, channels=["chat"])
        self.assertEqual((row["model"], row["res_id"]), ("discuss.channel", self.chat.id))
        self.assertEqual(row["author"]["id"], self.salesperson.partner_id.id)
        self.assertEqual(self._get_rows(self.customer, user=self.salesperson_all), [])

    def test_a_chat_is_a_contact(self):
        customer = self.customer.with_user(self.salesperson)
        self.assertEqual(customer._get_last_contacts()[customer]["channel"], "chat")
