# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models


class CrmBookingShare(models.TransientModel):
    """Give a customer a link to choose a time: copied, or written to him."""

    _name = "crm.booking.share"
    _description = "Share a Booking Link"

    lead_id = fields.Many2one("crm.lead", "Deal", required=True, readonly=True, ondelete="cascade")
    type_id = fields.Many2one(
        "crm.booking.type", "Booking Link", default=lambda self: self._default_type()
    )
    url = fields.Char("Link", compute="_compute_url")

    @api.depends("type_id", "lead_id")
    def _compute_url(self):
        for share in self:
            # the link lets its holder see the name on the deal: who sends it may see the deal
            lead = share.lead_id._filtered_access("read")
            share.url = share.type_id and share.type_id._get_lead_url(lead)

    @api.model
    def _default_type(self):
        """Return the own link that comes first, else any that can be seen."""
        links = self.env["crm.booking.type"]
        own = links.search([("user_ids", "in", self.env.uid)], limit=1)
        return own or links.search([], limit=1)

    def action_write(self):
        """Open the dialog to write to the customer, with the link in the text."""
        self.ensure_one()
        lead = self.lead_id
        lead.check_access("read")
        reader = self.with_context(lang=lead.lang_id.code or lead.partner_id.lang or self.env.lang)
        body = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            reader.env._("Please choose a time that suits you:"),
            self.url,
            reader.type_id.name,
        )
        action = lead.action_compose_message()
        subject = reader.env._("A time for our conversation")
        action["context"] |= {
            "default_channel": "email",
            "default_subject": subject,
            "default_body": body,
        }
        return action
