# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """Who follows a lead."""

    _inherit = "crm.lead"

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        """Write the lead before its followers, so that of two people who change it at once the second waits and tries again.

        Otherwise both add the new owner, and the second is told by the database that nobody follows twice.
        """
        if followers_existing_policy == "skip" and "user_id" in updated_values:
            self.flush_recordset(["user_id"])
        return super()._message_auto_subscribe(updated_values, followers_existing_policy)

    def _message_post_after_hook(self, message, msg_values):
        """Have whoever is responsible hear of the customer's e-mail, also where nobody made him follow: after an import."""
        if message.message_type == "email" and self.user_id:
            # sudo: mail.followers - the gateway's own user adds them
            self.sudo().message_subscribe(self.user_id.partner_id.ids)
        return super()._message_post_after_hook(message, msg_values)
