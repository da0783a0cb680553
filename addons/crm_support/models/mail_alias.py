# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: what decides where an e-mail goes
ADDRESS_FIELDS = {
    "alias_name",
    "alias_domain_id",
    "alias_model_id",
    "alias_parent_model_id",
    "alias_parent_thread_id",
    "alias_defaults",
    "alias_incoming_local",
}


class MailAlias(models.Model):
    """Support looks up its addresses for each e-mail that comes in, so they are kept at hand."""

    _inherit = "mail.alias"

    @api.model_create_multi
    def create(self, vals_list):
        aliases = super().create(vals_list)
        self.env.registry.clear_cache()
        return aliases

    def write(self, vals):
        result = super().write(vals)
        if ADDRESS_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
