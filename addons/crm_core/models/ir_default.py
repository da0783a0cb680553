# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class IrDefault(models.Model):
    """A user's own defaults are for records that he creates himself.

    What the server writes for him and he may not (approvals, messages of the ledger, histories) would take them too: a deal
    would pass its gate by a default.
    """

    _inherit = "ir.default"

    @api.constrains("field_id", "user_id")
    def _check_own_records(self):
        for default in self:
            model = self.env.get(default.field_id.model)
            user = default.user_id
            if model is not None and user and not model.with_user(user).has_access("create"):
                raise AccessError(
                    self.env._(
                        "You have no defaults for records that you may not create: %s.",
                        model._description,
                    )
                )
