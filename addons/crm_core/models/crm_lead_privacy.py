# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command


class CrmLead(models.Model):
    """Privacy, from a lead."""

    _inherit = "crm.lead"

    def action_open_privacy_request(self):
        """Open a request about the person of this lead, with what is found."""
        self.ensure_one()
        self.check_access("read")
        person = self.contact_name or self.partner_id.name or self.email_from or self.phone
        return self.env["crm.privacy.request"]._open_about(
            {
                "name": person or self.name,
                "email": self.email_from,
                "phone": self.phone,
                "partner_ids": [Command.link(self.partner_id.id)] if self.partner_id else [],
            }
        )
