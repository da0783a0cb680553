# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What tickets hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.ticket.team", impersonal=("name",)),
            PersonalData("crm.ticket.stage", impersonal=("name", "description")),
            PersonalData("crm.ticket.type", impersonal=("name",)),
            PersonalData("crm.ticket.tag", impersonal=("name",)),
            PersonalData("crm.ticket.category", impersonal=("name", "parent_path")),
            PersonalData(
                "crm.ticket",
                personal=(
                    "name",
                    "description",
                    "partner_name",
                    "partner_email",
                    "email_normalized",
                    "partner_phone",
                    "phone_sanitized",
                    "email_cc",
                    "ticket_properties",
                ),
                impersonal=("number", "access_token", "silence_problem"),
                found_by=(
                    ("email", "email_normalized"),
                    ("phone", "partner_phone"),
                    ("partner", "partner_id"),
                ),
                mentions=("name", "description"),
                shown=("date_opened", "number", "name", "stage_id"),
            ),
        ]
