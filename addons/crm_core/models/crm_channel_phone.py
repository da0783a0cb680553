# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmChannelPhone(models.AbstractModel):
    """What the channels to a telephone number have in common."""

    _name = "crm.channel.phone"
    _description = "Channel to a Telephone"
    _inherit = ["crm.channel"]

    @api.model
    def _get_address(self, record, partner):
        own = record and "phone" in record._fields and record.phone
        return own or (partner.phone if partner else False)

    @api.model
    def _normalise_address(self, raw, record, partner):
        """Return a number in the international form, read in the country of its record, or False."""
        if not raw:
            return False
        owner = record or partner or self.env.company.partner_id
        return owner._phone_format(number=raw) or False

    @api.model
    def _get_blacklist(self):
        return "phone.blacklist", "number"
