# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import email_normalize


class CrmTicket(models.Model):
    """Whom a ticket is for: the contact who asks, and the customer whom he belongs to."""

    _inherit = "crm.ticket"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", index=True, tracking=True, check_company=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    partner_name = fields.Char(
        "Contact Name", compute="_compute_partner_name", store=True, readonly=False, precompute=True
    )
    partner_email = fields.Char(
        "E-mail", compute="_compute_partner_email", store=True, readonly=False, precompute=True
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, index="btree_not_null"
    )
    partner_phone = fields.Char(
        "Phone", compute="_compute_partner_phone", store=True, readonly=False, precompute=True
    )

    @api.depends("partner_id")
    def _compute_partner_name(self):
        for ticket in self:
            ticket.partner_name = ticket.partner_id.name or ticket.partner_name

    @api.depends("partner_id")
    def _compute_partner_email(self):
        for ticket in self:
            ticket.partner_email = ticket.partner_id.email or ticket.partner_email

    @api.depends("partner_email")
    def _compute_email_normalized(self):
        for ticket in self:
            ticket.email_normalized = email_normalize(ticket.partner_email)

    @api.depends("partner_id")
    def _compute_partner_phone(self):
        for ticket in self:
            ticket.partner_phone = ticket.partner_id.phone or ticket.partner_phone

    def action_view_customer_page(self):
        """Open the page of the customer."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_view_customer_page()

    def _get_customer_information(self):
        """Let a new contact made from an answer have the name and the phone that the ticket knows."""
        known = super()._get_customer_information()
        for ticket in self.filtered("email_normalized"):
            values = known.setdefault(ticket.email_normalized, {})
            values.update(
                {"name": ticket.partner_name or ticket.partner_email, "phone": ticket.partner_phone}
            )
        return known
