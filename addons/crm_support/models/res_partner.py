# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Customer page: the tickets of a customer."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        if not self.env["crm.ticket"].has_access("read"):
            return cards
        return [*cards, self._prepare_ticket_card()]

    def _prepare_ticket_card(self):
        """Return the card of the open tickets.

        :rtype: dict
        """
        tickets = self.env["crm.ticket"]
        domain = self._get_customer_family_domain("partner_id") & tickets._get_open_domain()
        groups = dict(tickets._read_group(domain, ["is_waiting_for_reply"], ["__count"]))
        count, waiting = sum(groups.values()), groups.get(True, 0)
        title = self.env._("Open tickets")
        one = self.env._("1 waits for our reply")
        return {
            "id": "open_tickets",
            "sequence": 15 if waiting else 45,
            "title": title,
            "value": str(count),
            "subtitle": self._say_count(waiting, one, self.env._("%s wait for our reply", waiting))
            if waiting
            else "",
            "icon": "fa-life-ring",
            "tone": "warning" if waiting else "neutral",
            "count": count,
            "action": self._prepare_list_action(title, "crm.ticket", domain),
        }
