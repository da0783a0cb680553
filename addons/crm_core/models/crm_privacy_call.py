# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What calls hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.call.outcome", impersonal=("name",)),
            PersonalData("crm.call.script", impersonal=("name",)),
            PersonalData("crm.call.script.step", impersonal=("lang", "name", "question", "text")),
            PersonalData("crm.call.script.answer", impersonal=("name", "value")),
            PersonalData("crm.call.answer", impersonal=("answer", "effect", "question")),
            PersonalData(
                "crm.call",
                personal=("number", "phone_sanitized", "note", "recording_url"),
                impersonal=("res_model", "telephony_ref"),
                found_by=(("phone", "number"), ("partner", "partner_id"), ("record", "res_model")),
                mentions=("note",),
                shown=("date", "direction", "outcome_id", "duration"),
            ),
        ]
