# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmMetric(models.Model):
    """A metric as a card of the customer page."""

    _inherit = "crm.metric"

    def _prepare_customer_card(self, value, filters):
        """Return the card of a metric.

        :param MetricValue value: what it says of the customer
        :param dict filters: which customer
        :rtype: dict
        """
        card = {
            "id": f"metric_{self.code}",
            "sequence": 60 + self.sequence,
            "title": self.name,
            "value": value.formatted,
            "subtitle": value.warning,
            "icon": "fa-line-chart",
            "tone": "neutral",
            "action": self.action_open_records("ever", filters=filters),
        }
        if value.left_out:
            card["note"] = {
                "text": value.warning,
                "action": self.action_open_left_out("ever", filters=filters),
            }
        return card
