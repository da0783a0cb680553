# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What requests to suppliers hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.ticket.supplier",
                impersonal=("number", "access_token"),
                found_by=(("partner", "partner_id"),),
                mentions=("name",),
                shown=("number", "name", "date_last_answer"),
            ),
        ]
