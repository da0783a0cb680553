# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """Features and first steps name nobody."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.feature",
                impersonal=("code", "name", "running_domain", "running_model", "sentence"),
            ),
            PersonalData("crm.feature.part", impersonal=("element", "model_name")),
            PersonalData("crm.onboarding.role", impersonal=("name",)),
            PersonalData(
                "crm.onboarding.step",
                impersonal=("done_domain", "done_method", "done_model", "name", "sentence", "tour"),
            ),
        ]
