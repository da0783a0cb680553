# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    """From a deal, a link to choose a time is one click away."""

    _inherit = "crm.lead"

    booking_url = fields.Char(
        "Own Booking Link",
        compute="_compute_booking_url",
        compute_sudo=True,
        groups="sales_team.group_sale_salesman",
        help="For templates: where this customer books a meeting, on this deal, with its salesperson.",
    )

    @api.depends("user_id")
    def _compute_booking_url(self):
        links = self.env["crm.booking.type"]._get_own_links(self.user_id)
        for lead in self:
            link = links.get(lead.user_id)
            lead.booking_url = link and link._get_lead_url(lead)

    @api.model
    def mail_allowed_qweb_expressions(self):
        return (
            *super().mail_allowed_qweb_expressions(),
            "object.booking_url",
            "object.user_id.booking_url",
        )

    def action_share_booking_link(self):
        """Open the dialog that copies a booking link, or writes it to the customer."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.booking.share"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Share a Booking Link"),
            "res_model": "crm.booking.share",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_lead_id": self.id},
        }
