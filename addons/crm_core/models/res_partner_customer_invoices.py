# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The cards of what a customer owes and has brought in, where invoicing is installed, for who may read invoices."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        moves = self.env.get("account.move")
        if moves is not None and moves.has_access("read"):
            cards += [self._prepare_overdue_card(), self._prepare_revenue_card()]
        return cards

    def _get_customer_invoice_domain(self):
        """Return the domain of the customer's posted invoices."""
        return self._get_customer_family_domain("partner_id") & Domain("state", "=", "posted")

    def _get_overdue_line_domain(self):
        """Return the domain of the instalments that were due before the reader's today and are not paid."""
        return (
            Domain("display_type", "=", "payment_term")
            & Domain("date_maturity", "<", fields.Date.to_string(fields.Date.context_today(self)))
            & Domain("amount_residual", ">", 0)
        )

    def _prepare_overdue_card(self):
        title = self.env._("Overdue")
        invoices = self._get_customer_invoice_domain() & Domain("move_type", "=", "out_invoice")
        groups = self.env["account.move.line"]._read_group(
            self._get_overdue_line_domain() & Domain("move_id", "any", invoices),
            ["company_id"],
            ["move_id:count_distinct", "amount_residual:sum"],
        )
        count = sum(number for _company, number, _amount in groups)
        total, note = self._get_total(
            [(amount, company.currency_id) for company, _n, amount in groups]
        )
        words = self._say_count(count, self.env._("1 invoice"), self.env._("%s invoices", count))
        return {
            "id": "overdue",
            "sequence": 5 if count else 80,
            "title": title,
            "value": total,
            "subtitle": self._join(words if count else self.env._("Nothing is overdue"), note),
            "icon": "fa-exclamation-circle" if count else "fa-check-circle-o",
            "tone": "danger" if count else "good",
            "count": count,
            "action": self._prepare_list_action(
                title,
                "account.move",
                invoices & Domain("line_ids", "any", self._get_overdue_line_domain()),
                list_view="account.view_out_invoice_tree",
                context={"create": False},
            ),
        }

    def _prepare_revenue_card(self):
        title = self.env._("Lifetime revenue")
        invoices = self._get_customer_invoice_domain() & Domain(
            "move_type", "in", ("out_invoice", "out_refund", "out_receipt")
        )
        groups = self.env["account.move"]._read_group(
            invoices, ["company_id"], ["__count", "amount_untaxed_signed:sum"]
        )
        count = sum(number for _company, number, _amount in groups)
        total, note = self._get_total(
            [(amount, company.currency_id) for company, _n, amount in groups]
        )
        words = self._say_count(count, self.env._("1 invoice"), self.env._("%s invoices", count))
        return {
            "id": "revenue",
            "sequence": 90,
            "title": title,
            "value": total,
            "subtitle": self._join(words, self.env._("before taxes"), note),
            "icon": "fa-money",
            "tone": "neutral",
            "count": count,
            "action": self._prepare_list_action(
                title,
                "account.move",
                invoices,
                list_view="account.view_out_invoice_tree",
                context={"create": False},
            ),
        }
