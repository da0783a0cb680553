# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.interaction.source import Source


class CrmInteraction(models.Model):
    """What Odoo's other apps know of customers, where they are installed: the add-on depends on none of them."""

    _inherit = "crm.interaction"

    @api.model
    def _get_sources(self):
        return [
            *super()._get_sources(),
            *self._get_sale_sources(),
            *self._get_stock_sources(),
            *self._get_account_sources(),
            *self._get_livechat_sources(),
        ]

    @api.model
    def _get_sale_sources(self):
        if "sale.order" not in self.env:
            return []
        order = Source(
            model="sale.order",
            channel="order",
            direction="out",
            date="date_order",
            partner="partner_id",
            lead="opportunity_id" if "opportunity_id" in self.env["sale.order"]._fields else "",
            title="name",
            author="user_id",
            state="state",
            amount="amount_total",
            currency="currency_id",
            has_messages=True,
        )
        return [order]

    @api.model
    def _get_stock_sources(self):
        if "stock.picking" not in self.env:
            return []
        delivered = Source(
            model="stock.picking",
            channel="delivery",
            direction="out",
            date="date_done",
            partner="partner_id",
            title="name",
            author="user_id",
            state="state",
            domain=(("state", "=", "done"), ("picking_type_id.code", "=", "outgoing")),
            has_messages=True,
        )
        returned = delivered._replace(
            variant=1,
            direction="in",
            domain=(("state", "=", "done"), ("picking_type_id.code", "=", "incoming")),
            has_messages=False,
        )
        return [delivered, returned]

    @api.model
    def _get_account_sources(self):
        if "account.move" not in self.env:
            return []
        invoice = Source(
            model="account.move",
            channel="invoice",
            direction="out",
            date="invoice_date",
            partner="partner_id",
            title="name",
            author="invoice_user_id",
            state="payment_state",
            amount="amount_total_in_currency_signed",
            currency="currency_id",
            domain=(
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ),
            has_messages=True,
        )
        received = Source(
            model="account.payment",
            channel="payment",
            direction="in",
            date="date",
            partner="partner_id",
            title="name",
            author="create_uid",
            state="state",
            amount="amount",
            currency="currency_id",
            domain=(("state", "in", ("in_process", "paid")), ("payment_type", "=", "inbound")),
        )
        sent = received._replace(
            variant=1,
            direction="out",
            domain=(("state", "in", ("in_process", "paid")), ("payment_type", "=", "outbound")),
        )
        return [invoice, received, sent]

    @api.model
    def _get_livechat_sources(self):
        if "livechat_channel_id" not in self.env["discuss.channel"]._fields:
            return []
        chat = Source(
            model="discuss.channel",
            channel="chat",
            direction="in",
            date="create_date",
            partner="channel_member_ids.partner_id",
            title="name",
            author="livechat_operator_id",
            domain=(("channel_type", "=", "livechat"),),
        )
        return [chat]
