# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# our own comparison stands in their place; they work on, and log what they merge
REPLACED = ("base.action_partner_merge", "crm.action_merge_opportunities")


class IrActionsActions(models.Model):
    """Contacts and leads have one entry to merge in their menus: the one that shows what differs."""

    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        bindings = super().get_bindings(model_name)
        if model_name not in ("res.partner", "crm.lead"):
            return bindings
        actions = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in REPLACED]
        replaced = {action.id for action in actions if action}
        return {
            kind: [action for action in bound if action["id"] not in replaced]
            for kind, bound in bindings.items()
        }
