# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What time on tickets and prepaid hours hold on a person: at most a name in a note."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.ticket.time", mentions=("note",)),
            PersonalData("crm.hour.pack", impersonal=("number",)),
            PersonalData("crm.hour.drawing", impersonal=("reference",)),
        ]
