# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """Metrics of one customer as cards of the customer page."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        """Append the metrics that are shown on the customer page and have something to tell of this customer."""
        cards = super()._get_customer_cards()
        metrics = self.env["crm.metric"]
        if not metrics.has_access("read"):
            return cards
        metrics = metrics.search([("on_customer_page", "=", True)])._filter_readable()
        filters = {"customer": self.ids}
        values = metrics._get_values("ever", filters=filters)
        return cards + [
            metric._prepare_customer_card(value, filters)
            for metric, value in values.items()
            if value.n or value.left_out
        ]
