# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What the customers' pages hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.ticket.form.entry", impersonal=("form_key", "ip_hash", "email_hash")),
            PersonalData("crm.ticket.team", impersonal=("form_slug", "form_intro", "form_sites")),
            PersonalData("crm.ticket.stage", impersonal=("public_name",)),
        ]
