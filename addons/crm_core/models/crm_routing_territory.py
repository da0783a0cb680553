# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.routing import postcodes
from ..tools.routing.matching import Territory


class CrmRoutingTerritory(models.Model):
    """A part of the world that people cover: countries, states, postcodes. What is empty does not matter."""

    _name = "crm.routing.territory"
    _description = "Territory"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", index="btree_not_null")
    country_ids = fields.Many2many(
        "res.country",
        "crm_routing_territory_country_rel",
        "territory_id",
        "country_id",
        string="Countries",
    )
    state_ids = fields.Many2many(
        "res.country.state",
        "crm_routing_territory_state_rel",
        "territory_id",
        "state_id",
        string="States",
        help="Empty: all of them.",
    )
    postcodes = fields.Char(
        help="Postcodes, beginnings of postcodes and ranges, separated by commas: 01, 75, 2000–2999, SW1A. Empty: all of them."
    )
    profile_ids = fields.Many2many(
        "crm.routing.profile",
        "crm_routing_profile_territory_rel",
        "territory_id",
        "profile_id",
        string="People",
    )

    @api.constrains("postcodes")
    def _check_postcodes(self):
        for territory in self:
            try:
                postcodes.parse(territory.postcodes)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” in the postcodes of “%(territory)s” is neither a postcode nor a range such as 2000–2999.",
                        part=error,
                        territory=territory.name,
                    )
                ) from error

    @api.constrains("name", "country_ids", "state_ids", "postcodes")
    def _check_somewhere(self):
        for territory in self:
            if not (territory.country_ids or territory.state_ids or territory.postcodes):
                raise ValidationError(
                    self.env._("Say where “%s” is: countries, states or postcodes.", territory.name)
                )

    def _get_territory(self):
        """Return the territory as the matching knows it.

        :rtype: Territory
        """
        self.ensure_one()
        return Territory(
            self.id,
            frozenset(self.country_ids.ids),
            frozenset(self.state_ids.ids),
            tuple(postcodes.parse(self.postcodes)),
        )
