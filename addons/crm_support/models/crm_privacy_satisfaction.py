# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What answers to satisfaction questions hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            PersonalData(
                "crm.satisfaction",
                personal=("email", "comment", "reason_detail"),
                impersonal=("key",),
                found_by=(("email", "email"), ("partner", "partner_id")),
                shown=("ticket_id", "kind", "date_answered", "score"),
            ),
            *super()._get_declarations(),
            PersonalData("crm.ticket.team", impersonal=("satisfaction_slug",)),
        ]
