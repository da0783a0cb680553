# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What visits hold on a person: whom they were to. Where our people were is erased by the days of the type."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            PersonalData(
                "crm.visit",
                personal=("address", "signed_by", "signature", "summary", "no_signature_reason"),
                impersonal=("number",),
                mentions=("instructions", "cancel_detail"),
                found_by=(("partner", "partner_id"),),
                shown=("type_id", "start", "stop", "date_on_site", "date_done", "outcome"),
            ),
            PersonalData(
                "crm.visit.answer",
                personal=("value_text",),
                impersonal=("name", "hint", "choice_text"),
                found_by=(("partner", "visit_id.partner_id"),),
                shown=("name", "value_number", "value_yes_no", "value_date", "choice_text"),
            ),
            PersonalData(
                "crm.visit.photo",
                personal=("name", "image"),
                found_by=(("partner", "visit_id.partner_id"),),
                erasure="delete",
                shown=("visit_id",),
            ),
            *super()._get_declarations(),
            PersonalData("crm.visit.correction", mentions=("reason",)),
            PersonalData("crm.visit.type", impersonal=("name",)),
            PersonalData("crm.visit.question", impersonal=("name", "hint")),
            PersonalData("crm.visit.question.choice", impersonal=("name",)),
        ]
