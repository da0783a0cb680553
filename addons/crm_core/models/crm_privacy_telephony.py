# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What telephone systems hold on a person: nothing but their calls."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        gateway = ("url", "template", "username", "secret", "secret_header", "token_url", "token")
        answers = ("ref_path", "success_text", "error_path", "error_text")
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.telephony.account", impersonal=("name", "signing_secret", *gateway, *answers)
            ),
            PersonalData("crm.telephony.parameter", impersonal=("name", "value")),
            PersonalData("crm.telephony.extension", impersonal=("name",)),
            PersonalData("crm.telephony.event", impersonal=("ref",)),
        ]
