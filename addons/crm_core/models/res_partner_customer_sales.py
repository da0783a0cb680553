# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

EXPIRES_SOON_DAYS = 3
UNANSWERED_DAYS = 7


class ResPartner(models.Model):
    """The cards of quotations and orders, where sales is installed."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        orders = self.env.get("sale.order")
        if orders is None or not orders.has_access("read"):
            return cards
        groups = orders._read_group(
            self._get_customer_family_domain("partner_id")
            & Domain("state", "in", ("draft", "sent", "sale")),
            ["state", "invoice_status", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        quotations = [group for group in groups if group[0] != "sale"]
        confirmed = [group for group in groups if group[0] == "sale"]
        cards.append(self._prepare_quotation_card(quotations))
        cards.append(self._prepare_order_card(confirmed))
        return cards

    def _prepare_quotation_card(self, groups):
        count = sum(group[3] for group in groups)
        sent = sum(group[3] for group in groups if group[0] == "sent")
        return self._prepare_sales_card(
            groups,
            Domain("state", "in", ("draft", "sent")),
            self._say_count(count, self.env._("1 quotation"), self.env._("%s quotations", count)),
            self.env._("%s sent", sent) if sent else "",
            id="quotations",
            sequence=60,
            title=self.env._("Quotations"),
            icon="fa-file-text-o",
            list_view="sale.view_quotation_tree",
        )

    def _prepare_order_card(self, groups):
        count = sum(group[3] for group in groups)
        waiting = sum(group[3] for group in groups if group[1] == "to invoice")
        return self._prepare_sales_card(
            groups,
            Domain("state", "=", "sale"),
            self._say_count(count, self.env._("1 order"), self.env._("%s orders", count)),
            self.env._("%s to invoice", waiting) if waiting else "",
            id="orders",
            sequence=70,
            title=self.env._("Orders"),
            icon="fa-shopping-cart",
            list_view="sale.view_order_tree",
        )

    def _prepare_sales_card(self, groups, kind, *words, list_view, **card):
        total, note = self._get_total(
            [(amount, currency) for *_keys, currency, _n, amount in groups]
        )
        return {
            **card,
            "value": total,
            "subtitle": self._join(*words, note),
            "tone": "neutral",
            "count": sum(group[3] for group in groups),
            "action": self._prepare_list_action(
                card["title"],
                "sale.order",
                self._get_customer_family_domain("partner_id") & kind,
                list_view=list_view,
                context={"default_partner_id": self.id},
            ),
        }

    # -- What to do next ---

    def _get_next_best_actions(self):
        actions = super()._get_next_best_actions()
        orders = self.env.get("sale.order")
        if orders is None or not orders.has_access("read"):
            return actions
        quotation = orders.search(self._get_waiting_quotation_domain(), order="date_order", limit=1)
        if quotation:
            actions.append(self._prepare_follow_up(quotation))
        return actions

    def _get_waiting_quotation_domain(self):
        """Return the domain of the quotations that were sent and expire soon, or were left without an answer."""
        today = fields.Date.context_today(self)
        soon = fields.Date.to_string(today + timedelta(days=EXPIRES_SOON_DAYS))
        old = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=UNANSWERED_DAYS))
        return (
            self._get_customer_family_domain("partner_id")
            & Domain("state", "=", "sent")
            & (Domain("validity_date", "<=", soon) | Domain("date_order", "<", old))
        )

    def _prepare_follow_up(self, quotation):
        today = fields.Date.context_today(self)
        expiry = quotation.validity_date
        if expiry and expiry < today:
            reason = self.env._("It expired on %s.", format_date(self.env, expiry))
        elif expiry and expiry <= today + timedelta(days=EXPIRES_SOON_DAYS):
            reason = self.env._("It expires on %s.", format_date(self.env, expiry))
        else:
            reason = self.env._(
                "It was sent %s days ago and is not answered.",
                (fields.Datetime.now() - quotation.date_order).days,
            )
        return {
            "id": "quotation",
            "sequence": 40,
            "title": self.env._("Follow up quotation %s", quotation.name),
            "reason": reason,
            "icon": "fa-file-text-o",
            "tone": "warning",
            "button": self.env._("Open"),
            "action": self._prepare_record_action("sale.order", quotation.id),
        }
