# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command


class CrmLead(models.Model):
    """Tickets of a lead: those that it came from, and those that came of it."""

    _inherit = "crm.lead"

    ticket_count = fields.Integer("Number of Tickets", compute="_compute_ticket_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ticket_count(self):
        links = self.env["crm.ticket.link"]
        if not links.has_access("read"):
            self.ticket_count = 0
            return
        domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        counts = dict(links._read_group(domain, ["res_id"], ["__count"]))
        for lead in self:
            lead.ticket_count = counts.get(lead.id, 0)

    def action_view_tickets(self):
        """Open the tickets of this lead."""
        self.ensure_one()
        self.check_access("read")
        links = self.env["crm.ticket.link"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        return {
            **action,
            "display_name": self.env._("Tickets of %s", self.display_name),
            "domain": [("id", "in", links.ticket_id.ids)],
            "context": self._prepare_ticket_context(),
        }

    def action_create_ticket(self):
        """Open a new ticket for the contact of this lead, linked to it."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.ticket"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "crm.ticket",
            "view_mode": "form",
            "context": self._prepare_ticket_context(),
        }

    def _prepare_ticket_context(self):
        """Return the defaults of a ticket that is made of this lead; extend it.

        :rtype: dict
        """
        link = {"res_model": self._name, "res_id": self.id}
        return {
            "default_name": self.name,
            "default_partner_id": self.partner_id.id,
            "default_partner_name": self.contact_name or self.partner_name,
            "default_partner_email": self.email_from,
            "default_partner_phone": self.phone,
            "default_link_ids": [Command.create(link)],
        }
