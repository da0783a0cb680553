# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.crm_core.tools.privacy import PersonalData


class CrmPrivacy(models.AbstractModel):
    """What articles and their readers hold on a person: at most a name in passing."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            PersonalData(
                "crm.article",
                impersonal=("parent_path", "slug", "html_field_history"),
                mentions=("name", "body", "search_name", "search_body"),
            ),
            PersonalData(
                "crm.article.feedback", impersonal=("visitor_key",), mentions=("comment",)
            ),
            PersonalData("crm.article.gap", impersonal=("lang",), mentions=("query",)),
            PersonalData("crm.help.request", impersonal=("ip_hash", "kind")),
        ]
