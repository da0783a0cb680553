# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What the ways in hold on a person: whose message went to which ticket, by the other program's numbers."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.ticket.webhook",
                impersonal=("name", "secret", "token", "reply_url", "reply_secret"),
            ),
            PersonalData("crm.ticket.webhook.message", impersonal=("ref", "conversation")),
        ]
