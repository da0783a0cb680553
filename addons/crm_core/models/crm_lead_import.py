# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """What creating many leads at once leaves out: writing each one's address and number back on its contact, which the import set already."""

    _inherit = "crm.lead"

    def _inverse_email_from(self):
        if not self.env.context.get("crm_import_bulk"):
            super()._inverse_email_from()

    def _inverse_phone(self):
        if not self.env.context.get("crm_import_bulk"):
            super()._inverse_phone()
