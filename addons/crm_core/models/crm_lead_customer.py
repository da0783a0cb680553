# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class CrmLead(models.Model):
    """The customer page from a lead: that of its contact, or the lead's own as long as there is none."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.customer.page.mixin"]

    def action_view_customer_page(self):
        action = super().action_view_customer_page()
        if self.partner_id.has_access("read") and self.partner_id:
            return self.partner_id.action_view_customer_page()
        return action

    @api.model
    def _get_open_deal_domain(self):
        return Domain("type", "=", "opportunity") & Domain("won_status", "=", "pending")

    @api.model
    def _get_unplanned_domain(self):
        """Return the condition on deals of which no activity is to be done; Odoo keeps those done as archived ones."""
        return Domain("activity_ids", "not any", [("active", "=", True)])

    @api.model
    def _get_won_deal_domain(self):
        return Domain("type", "=", "opportunity") & Domain("won_status", "=", "won")

    def _get_customer_deal_domain(self):
        return Domain("id", "=", self.id)

    def _prepare_customer_page_action(self):
        action = self.env["ir.actions.client"]._for_xml_id("crm_core.crm_lead_action_customer_page")
        return {**action, "context": {"active_id": self.id}, "display_name": self.display_name}

    def _prepare_customer_header(self):
        person = self.contact_name or ""
        return {
            "name": person or self.partner_name or self.name,
            "image": "",
            "company": {"id": False, "name": self.partner_name}
            if person and self.partner_name
            else None,
            "owner": self._prepare_owner(self.user_id),
            "role": self.function or "",
            "phone": self.phone or "",
            "email": self.email_from or "",
            "place": ", ".join(part for part in (self.city, self.country_id.name) if part),
            "badges": [{"name": self.stage_id.name, "tone": "neutral"}] if self.stage_id else [],
            "tags": [{"name": tag.name, "color": tag.color} for tag in self.tag_ids],
        }
