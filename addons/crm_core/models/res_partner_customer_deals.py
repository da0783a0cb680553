# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """The cards of a customer's deals."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        leads = self.env["crm.lead"]
        if not leads.has_access("read"):
            return cards
        cards.append(
            self._prepare_deal_card(
                leads._get_open_deal_domain(),
                id="open_deals",
                sequence=40,
                title=self.env._("Open deals"),
                icon="fa-star-o",
                tone="neutral",
            )
        )
        cards.append(
            self._prepare_deal_card(
                leads._get_won_deal_domain(),
                id="won_deals",
                sequence=50,
                title=self.env._("Won"),
                icon="fa-trophy",
                tone="good",
            )
        )
        return cards

    def _prepare_deal_card(self, kind, **card):
        """Return a card with the number and the worth of the customer's deals of a kind.

        :param Domain kind: which deals
        """
        domain = self._get_customer_deal_domain() & kind
        count, sums = self._get_deal_sums(domain)
        total, note = self._get_total(sums)
        words = self._say_count(count, self.env._("1 deal"), self.env._("%s deals", count))
        return {
            **card,
            "value": total,
            "subtitle": self._join(words, note),
            "tone": card["tone"] if count else "neutral",
            "count": count,
            "action": self._prepare_list_action(
                card["title"],
                "crm.lead",
                domain,
                list_view="crm.crm_case_tree_view_oppor",
                context={"default_partner_id": self.id, "default_type": "opportunity"},
            ),
        }

    def _get_deal_sums(self, domain):
        """Return the number of deals and pairs of (amount, currency); what waits for a rate in the deals' own currency."""
        groups = self.env["crm.lead"]._read_group(
            domain, ["company_id", "currency_id"], ["__count", "amount:sum", "expected_revenue:sum"]
        )
        sums = [
            (revenue, (company or self.env.company).currency_id)
            if revenue or not amount
            else (amount, currency)
            for company, currency, _count, amount, revenue in groups
        ]
        return sum(number for _company, _currency, number, *_sums in groups), sums

    def _get_customer_meeting_domain(self):
        return super()._get_customer_meeting_domain() | self._get_customer_family_domain(
            "partner_ids"
        )
