# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class CrmWhatsappMirror(models.AbstractModel):
    """What stands at Meta and is read from there: people change only what is ours of it (``_ours``)."""

    _name = "crm.whatsapp.mirror"
    _description = "Mirror of What Stands at Meta"

    _ours = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_ours(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_ours(vals.keys())
        return super().write(vals)

    def _check_ours(self, names):
        if not self.env.su and names - self._ours:
            raise AccessError(
                self.env._("Templates are changed at Meta; synchronise them afterwards.")
            )
