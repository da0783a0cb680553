# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What merging, splitting, macros and links of tickets hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.ticket.merged",
                personal=("name", "email_normalized"),
                impersonal=("number",),
                found_by=(("email", "email_normalized"), ("partner", "partner_id")),
                mentions=("name",),
                shown=("date", "number", "name"),
            ),
            PersonalData("crm.ticket.link", impersonal=("res_model",)),
            PersonalData(
                "crm.ticket.macro", impersonal=("name", "reply", "note", "activity_summary")
            ),
            PersonalData("mail.canned.response.variant", impersonal=("body",)),
        ]
