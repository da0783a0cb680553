# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What the intake of e-mails holds on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.mail.intake",
                impersonal=("number_hash", "content_hash", "sender_hash", "domain"),
            ),
            PersonalData(
                "crm.mail.quarantine",
                personal=("name", "sender", "recipients", "detail", "raw"),
                impersonal=("model",),
                found_by=(("email", "sender"),),
                erasure="delete",
                shown=("date", "reason"),
            ),
        ]
