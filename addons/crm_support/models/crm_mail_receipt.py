# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmMailReceipt(models.Model):
    """An e-mail to support is claimed by ``crm.mail.intake`` before it is read; it needs no second receipt."""

    _inherit = "crm.mail.receipt"

    @api.model
    def _claim(self, message_id):
        incoming = self.env.context.get("crm_incoming")
        if incoming and incoming.decision:
            return True
        return super()._claim(message_id)
