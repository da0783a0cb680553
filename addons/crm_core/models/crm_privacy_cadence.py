# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What cadences hold: which lead was at which step. Their texts are about nobody."""

    _inherit = "crm.privacy"

    @api.model
    def _erase_crm_lead(self, leads, names):
        """Take the leads out of their cadences: there is nobody left to call."""
        going = self.env["crm.cadence.enrollment"].search([("lead_id", "in", leads.ids)])
        going._stop("erased")
        return super()._erase_crm_lead(leads, names)

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.cadence", impersonal=("name", "end_summary", "rule_domain", "rule_error")
            ),
            PersonalData(
                "crm.cadence.step", impersonal=("body", "name", "note", "subject", "text")
            ),
            PersonalData("crm.cadence.enrollment", mentions=("reason_detail",)),
            PersonalData("crm.cadence.run", impersonal=("reason",)),
        ]
