# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What promised times hold on a person: nothing but the ticket they are about."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.sla.policy", impersonal=("name", "description")),
            PersonalData("crm.sla.clock", impersonal=("error",)),
            PersonalData("crm.sla.escalation.run", impersonal=("error",)),
        ]
