# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmDispatch(models.Model):
    """The gate asks the ledger of consents."""

    _inherit = "crm.dispatch"

    @api.model
    def _get_decisions(self, addresses, channel, purpose, company):
        known = self.env["crm.consent"]._get_decisions(addresses, channel, purpose, company)
        return super()._get_decisions(addresses, channel, purpose, company) | known
