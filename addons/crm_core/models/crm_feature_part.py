# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class CrmFeaturePart(models.Model):
    """Something on a screen that belongs to a feature.

    A menu, all menus that open a model's records, a named part of a view, or an entry under Actions.
    """

    _name = "crm.feature.part"
    _description = "Part of a Feature"
    _order = "feature_id, id"

    feature_id = fields.Many2one("crm.feature", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("menu", "A menu"),
            ("records", "The menus that open records"),
            ("element", "A part of the views of records"),
            ("action", "An entry under Actions"),
        ],
        required=True,
        default="records",
    )
    model_name = fields.Char("Records", help="The technical name of a model, as crm.call.")
    element = fields.Char(
        "Name",
        help="The external id of a menu or an action; the name of a button, a field, a page or a filter.",
    )

    @api.constrains("kind", "model_name", "element")
    def _check_complete(self):
        for part in self:
            needs_model, needs_name = part.kind in ("records", "element"), part.kind != "records"
            if (needs_model and not part.model_name) or (needs_name and not part.element):
                raise ValidationError(
                    self.env._("A part of “%s” does not say what it is.", part.feature_id.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache("feature_ids")
    def _get_elements(self, feature_ids):
        """Return the parts of views that features hide.

        :param frozenset feature_ids: hidden ones
        :return: dict of model name -> tuple of names
        """
        hidden = {}
        for part in self._find(feature_ids, "element"):
            hidden.setdefault(part.model_name, set()).add(part.element)
        return {model: tuple(sorted(names)) for model, names in hidden.items()}

    @api.model
    @tools.ormcache("feature_ids")
    def _get_models(self, feature_ids):
        """Return the models whose records features hide.

        :param frozenset feature_ids: hidden ones
        :rtype: frozenset[str]
        """
        return frozenset(self._find(feature_ids, "records").mapped("model_name"))

    @api.model
    @tools.ormcache("feature_ids")
    def _get_menu_ids(self, feature_ids):
        """Return the menus that features hide.

        :param frozenset feature_ids: hidden ones
        :rtype: frozenset[int]
        """
        named = {
            menu.id
            for part in self._find(feature_ids, "menu")
            if (menu := self.env.ref(part.element, raise_if_not_found=False))
        }
        names = self._find(feature_ids, "records").mapped("model_name")
        # sudo: ir.actions.act_window - which actions open hidden records
        actions = self.env["ir.actions.act_window"].sudo().search([("res_model", "in", names)])
        opening = [f"{action._name},{action.id}" for action in actions]
        # sudo: ir.ui.menu - which menus open them
        menus = self.env["ir.ui.menu"].sudo().search([("action", "in", opening)])
        return frozenset(named | set(menus.ids))

    @api.model
    @tools.ormcache("feature_ids")
    def _get_action_ids(self, feature_ids):
        """Return the entries under Actions that features hide.

        :param frozenset feature_ids: hidden ones
        :rtype: frozenset[int]
        """
        names = self._find(feature_ids, "action").mapped("element")
        actions = (self.env.ref(name, raise_if_not_found=False) for name in names)
        return frozenset(action.id for action in actions if action)

    @api.model
    def _find(self, feature_ids, kind):
        # sudo: crm.feature.part - what belongs to a hidden feature is no secret
        return self.sudo().search([("feature_id", "in", list(feature_ids)), ("kind", "=", kind)])
