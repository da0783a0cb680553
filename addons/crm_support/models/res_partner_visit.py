# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

AGENT = "crm_support.group_crm_support_agent"


class ResPartner(models.Model):
    """Visits to a customer: on the contact and on the customer's page."""

    _inherit = "res.partner"

    visit_count = fields.Integer("Number of Visits", compute="_compute_visit_count", groups=AGENT)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_visit_count(self):
        for partner in self:
            partner.visit_count = self.env["crm.visit"].search_count(
                [("partner_id", "child_of", partner.ids)]
            )

    def action_view_visits(self):
        """Open the visits to this customer, the people of a company included."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.visit"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_visit_action")
        return {
            **action,
            "domain": [("partner_id", "child_of", self.ids)],
            "context": {"default_partner_id": self.id},
            "path": False,
        }

    def action_plan_visit(self):
        """Propose who can go to this customer, and when."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.visit.plan"]._open({"partner_id": self.id})

    def _get_customer_cards(self):
        cards = super()._get_customer_cards()
        visits = self.env["crm.visit"]
        if not visits.has_access("read"):
            return cards
        count = self.visit_count
        card = {
            "id": "visits",
            "sequence": 85,
            "title": self.env._("Visits"),
            "value": str(count),
            "subtitle": "",
            "icon": "fa-car",
            "tone": "neutral",
            "action": self.action_view_visits(),
        }
        return [*cards, card] if count else cards
