# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: what customers may read and search by, whatever way they ask; all else of a ticket is the team's
FIELDS_OF_CUSTOMERS = {
    "id",
    "active",
    "access_url",
    "access_warning",
    "category_id",
    "channel",
    "commercial_partner_id",
    "company_id",
    "create_date",
    "date_closed",
    "date_opened",
    "description",
    "display_name",
    "is_closed",
    "name",
    "number",
    "partner_id",
    "priority",
    "stage_id",
    "team_id",
    "type_id",
}


class CrmTicket(models.Model):
    """What of which tickets customers see: pages, searches, counts, exports and the chatter ask here alike."""

    _inherit = "crm.ticket"

    customer_partner_ids = fields.Many2many(
        "res.partner",
        string="Customers Who See It",
        compute="_compute_customer_partner_ids",
        search="_search_customer_partner_ids",
        help="The contact, who follows the ticket and, where the team or the customer has it so, everybody of the customer.",
    )

    @api.depends(
        "partner_id",
        "message_follower_ids.partner_id",
        "team_id.visibility",
        "team_id.customer_scope",
        "commercial_partner_id.ticket_scope",
    )
    def _compute_customer_partner_ids(self):
        on_portal = self.filtered(lambda ticket: ticket.team_id.visibility == "portal")
        (self - on_portal).customer_partner_ids = False
        shared = on_portal.filtered(lambda ticket: ticket._get_customer_scope() == "company")
        customers = shared.commercial_partner_id
        everybody = customers.search([("commercial_partner_id", "in", customers.ids)])
        of_customer = everybody.grouped("commercial_partner_id")
        nobody = everybody.browse()
        for ticket in on_portal:
            own = ticket.partner_id | ticket.message_follower_ids.partner_id
            family = (
                of_customer.get(ticket.commercial_partner_id, nobody)
                if ticket in shared
                else nobody
            )
            ticket.customer_partner_ids = own | family

    def _search_customer_partner_ids(self, operator, value):
        """Find tickets by who sees them: three look-ups by index, whatever number of tickets there is."""
        if operator != "in":
            return NotImplemented
        # sudo: crm.ticket, res.partner, mail.followers - this is what rights are made of
        tickets = self.sudo().with_context(active_test=False)
        partners = tickets.env["res.partner"].browse(value)
        is_shared = Domain("commercial_partner_id.ticket_scope", "=", "company") | Domain(
            "commercial_partner_id.ticket_scope", "=", False
        ) & Domain("team_id.customer_scope", "=", "company")
        of_customer = (
            Domain("commercial_partner_id", "in", partners.commercial_partner_id.ids) & is_shared
        )
        follows = Domain("res_model", "=", self._name) & Domain("partner_id", "in", partners.ids)
        found = SQL(
            "(%s UNION %s UNION %s)",
            tickets._search(Domain("partner_id", "in", partners.ids)).subselect(),
            tickets._search(of_customer).subselect(),
            tickets.env["mail.followers"]._search(follows).subselect("res_id"),
        )
        return Domain("id", "in", found) & Domain("team_id.visibility", "=", "portal")

    def _get_customer_scope(self):
        """Return who of the customer sees this ticket.

        :return: ``contact`` or ``company``
        """
        return self.commercial_partner_id.ticket_scope or self.team_id.customer_scope

    def _has_field_access(self, field, operation):
        """Let customers read what is meant for them, and no field that is added later by mistake."""
        if not self.env.su and self.env.user.share and field.name not in FIELDS_OF_CUSTOMERS:
            return False
        return super()._has_field_access(field, operation)

    def _portal_ensure_token(self):
        # sudo: crm.ticket - who may read a ticket may pass on its link
        return super(CrmTicket, self.sudo())._portal_ensure_token()

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        """Have links open nothing of a team that is not on the portal, or is not any more."""
        thread = super()._get_thread_with_access(thread_id, **kwargs)
        # sudo: crm.ticket - the token was the right to read it
        is_on_portal = thread.sudo().team_id.visibility == "portal"
        if thread and not is_on_portal and not self.env.user._is_internal():
            return self.browse()
        return thread

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Give customers no button that opens nothing."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        # sudo: crm.ticket - whoever posts
        if self and self.sudo().team_id.visibility != "portal":
            for name, _is_member, options in groups:
                if name in ("portal", "portal_customer"):
                    options["has_button_access"] = False
        return groups
