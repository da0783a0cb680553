# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command


class ResPartner(models.Model):
    """Privacy, from a contact."""

    _inherit = "res.partner"

    def action_open_privacy_request(self):
        """Open a request about this person, with what is found."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.privacy.request"]._open_about(
            {
                "name": self.name or self.email or self.phone,
                "email": self.email,
                "phone": self.phone,
                "partner_ids": [Command.link(self.id)],
            }
        )
