# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTelephonyExtension(models.Model):
    """Agents call from tickets by the telephone on their desk."""

    _inherit = "crm.telephony.extension"

    @api.model
    def _get_callee_models(self):
        return super()._get_callee_models() | {"crm.ticket"}
