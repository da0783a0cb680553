# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# our own comparison stands in their place; they work on, and log what they merge
REPLACED = ("base.action_partner_merge", "crm.action_merge_opportunities")


class IrActionsActions(models.Model):
    """Under Actions stands neither what a company does not use nor a second way to merge: the first shows what differs."""

    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        bindings = super().get_bindings(model_name)
        left_out = set(self._get_hidden_action_ids())
        if model_name in ("res.partner", "crm.lead"):
            actions = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in REPLACED]
            left_out |= {action.id for action in actions if action}
        return {
            kind: [action for action in bound if action["id"] not in left_out]
            for kind, bound in bindings.items()
        }

    @api.model
    def _get_hidden_action_ids(self):
        """Return the entries that none of the chosen companies uses.

        :rtype: frozenset[int]
        """
        hidden = self.env["crm.feature"]._get_hidden()
        return self.env["crm.feature.part"]._get_action_ids(frozenset(hidden.ids))
