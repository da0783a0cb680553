# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What call lists hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.call.list", impersonal=("domain", "error", "name")),
            PersonalData(
                "crm.call.list.line",
                personal=("number",),
                impersonal=("zone",),
                found_by=(("phone", "number"), ("partner", "partner_id"), ("lead", "lead_id")),
                erasure="delete",
                shown=("list_id", "state", "tries"),
            ),
        ]
