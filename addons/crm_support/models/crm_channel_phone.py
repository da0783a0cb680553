# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmChannelPhone(models.AbstractModel):
    """Tickets have the number that their customer wrote from."""

    _inherit = "crm.channel.phone"

    @api.model
    def _get_address(self, record, partner):
        own = record and record._name == "crm.ticket" and record.partner_phone
        return own or super()._get_address(record, partner)
