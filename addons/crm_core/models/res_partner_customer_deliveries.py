# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The card of deliveries, where stock is installed: what is on its way, and whether it is there to be sent."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        pickings = self.env.get("stock.picking")
        if pickings is not None and pickings.has_access("read"):
            cards += self._prepare_delivery_cards(pickings)
        return cards

    def _get_open_delivery_domain(self):
        """Return the domain of the customer's deliveries that did not leave yet."""
        return (
            self._get_customer_family_domain("partner_id")
            & Domain("picking_type_code", "=", "outgoing")
            & Domain("state", "not in", ("draft", "done", "cancel"))
        )

    def _prepare_delivery_cards(self, pickings):
        title = self.env._("Deliveries")
        domain = self._get_open_delivery_domain()
        groups = pickings._read_group(domain, ["state"], ["__count", "scheduled_date:min"])
        count = sum(number for _state, number, _date in groups)
        if not count:
            return []
        ready = sum(number for state, number, _date in groups if state == "assigned")
        first = min(date for _state, _number, date in groups)
        late = first < fields.Datetime.now()
        return [
            {
                "id": "deliveries",
                "sequence": 75,
                "title": title,
                "value": self._format_day(first),
                "subtitle": self._join(
                    self.env._("%s in stock, ready to leave", ready) if ready else "",
                    self.env._("%s waiting for stock", count - ready) if count > ready else "",
                    self.env._("late") if late else "",
                ),
                "icon": "fa-truck",
                "tone": "danger" if late else "neutral",
                "count": count,
                "action": self._prepare_list_action(title, "stock.picking", domain),
            }
        ]
