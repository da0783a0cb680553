from odoo import models


class ResPartner(models.Model):
    """Customer page: a card."""

    _inherit = "res.partner"

    def _get_customer_cards(self):
        visits = self.env["crm.sample.visit"].search_count([("partner_id", "=", self.id)])
        card = {"id": "visits", "sequence": 90, "title": self.env._("Visits"), "value": str(visits), "subtitle": ""}
        return [*super()._get_customer_cards(), {**card, "icon": "fa-car", "tone": "neutral", "action": None}]
