# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What live chats hold on a person in support: the words are on the ticket; here is only which chat it was."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData("crm.ticket.chat", impersonal=("problem",)),
        ]
