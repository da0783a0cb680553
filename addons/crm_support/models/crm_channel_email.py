# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmChannelEmail(models.AbstractModel):
    """Ledger: what leaves by itself about a ticket belongs to its conversation."""

    _inherit = "crm.channel.email"

    def _get_references(self, dispatch):
        if dispatch.res_model != "crm.ticket":
            return super()._get_references(dispatch)
        ticket = self.env["crm.ticket"].browse(dispatch.res_id)
        return ticket._get_mail_references(dispatch.mail_message_id)
