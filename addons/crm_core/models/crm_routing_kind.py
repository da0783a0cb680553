# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class CrmRoutingKind(models.Model):
    """A kind of work that people are given: leads, tickets, calls … and how much one piece of it weighs.

    What somebody has to do is added up over all kinds, each piece with the weight of its kind.
    """

    _name = "crm.routing.kind"
    _description = "Kind of Work"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    model = fields.Char(required=True, help="A model that takes part in routing.")
    sequence = fields.Integer(default=10)
    weight = fields.Float(
        "Points per Piece",
        default=1.0,
        required=True,
        help="How many of a person's points one open piece of this work takes.",
    )
    active = fields.Boolean(default=True)

    _model_uniq = models.UniqueIndex("(model)", "This kind of work exists already.")
    _check_weight = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        kinds = super().create(vals_list)
        self.env.registry.clear_cache()
        return kinds

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _get_weights(self):
        """Return the weight of each kind of work that is in use.

        :rtype: dict[str, float]  by model
        """
        # sudo: crm.routing.kind - whoever gives work needs the weights
        kinds = self.sudo().search([("active", "=", True)])
        return {kind.model: kind.weight for kind in kinds if kind._is_installed()}

    def _is_installed(self):
        """Tell whether the model of this kind is there and takes part."""
        return self.model in self.env and hasattr(self.env[self.model], "_get_routing_open_domain")

    @api.model
    def _get_loads(self, company, user_ids):
        """Add up what people have to do, over all kinds of work.

        :param company: ``res.company``
        :return: ``{user id: {model: (pieces, points)}}``
        :rtype: dict[int, dict[str, tuple[int, float]]]
        """
        loads = {user_id: {} for user_id in user_ids}
        for model, weight in self._get_weights().items():
            # sudo: any model - all work counts, also what the reader may not see
            work = self.env[model].sudo()
            for user_id, pieces, points in work._get_routing_loads(company, user_ids, weight):
                loads[user_id][model] = (pieces, points)
        return loads
