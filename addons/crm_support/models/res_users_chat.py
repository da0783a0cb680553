# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    """Who may make tickets of live chats."""

    _inherit = "res.users"

    def _init_store_data(self, store):
        result = super()._init_store_data(store)
        is_agent = self.env.user.has_group("crm_support.group_crm_support_agent")
        store.add_global_values(has_access_create_ticket=is_agent)
        return result
