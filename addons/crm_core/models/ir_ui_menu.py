# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrUiMenu(models.Model):
    """Menus of what a company does not use are left out after Odoo has put them together: what it caches knows no company."""

    _inherit = "ir.ui.menu"

    @api.model
    def load_menus(self, debug):
        menus = super().load_menus(debug)
        hidden = self._get_hidden_feature_menu_ids()
        return self._leave_out(menus, hidden) if hidden else menus

    @api.model
    def _get_hidden_feature_menu_ids(self):
        """Return the menus that none of the chosen companies uses.

        :rtype: frozenset[int]
        """
        hidden = self.env["crm.feature"]._get_hidden()
        return self.env["crm.feature.part"]._get_menu_ids(frozenset(hidden.ids))

    @staticmethod
    def _leave_out(menus, hidden):
        """Return menus without some of them, what is below them, and heads that nothing is left of.

        :param dict menus: as Odoo loads them, which is left as it is
        :param frozenset hidden: ids
        :rtype: dict
        """
        kept = {}

        def keep(key):
            menu = menus[key]
            children = [child for child in menu["children"] if child not in hidden and keep(child)]
            is_empty = menu["children"] and not children and not menu.get("action_id")
            if is_empty and key != "root":
                return False
            kept[key] = {**menu, "children": children}
            return True

        keep("root")
        return kept
