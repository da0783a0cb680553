# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.crm_core.models.crm_routing_profile_skill import LEVELS


class CrmVisitType(models.Model):
    """A kind of visit: how long it takes, who can do it, and what is asked on site."""

    _name = "crm.visit.type"
    _description = "Visit Type"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    duration = fields.Float("Hours on Site", required=True, default=1.0)
    travel_minutes = fields.Integer(
        "Travel, Each Way", default=30, help="Minutes. Kept free before and after a visit."
    )
    skill_ids = fields.Many2many(
        "crm.routing.skill",
        string="Skills",
        check_company=True,
        help="Who goes has all of these.",
    )
    skill_level = fields.Selection(LEVELS, string="Level at Least", required=True, default="1")
    question_ids = fields.One2many("crm.visit.question", "type_id", string="Worksheet", copy=True)
    is_signature_needed = fields.Boolean(
        "The Customer Signs",
        default=True,
        help="A visit ends with the customer's signature, or with why there is none.",
    )
    position_days = fields.Integer(
        "Positions Kept for",
        default=90,
        help="Days after which the places of check-in and check-out are erased. 0: no position is asked for.",
    )

    _check_duration = models.Constraint(
        "CHECK(duration > 0 AND duration <= 24)",
        "A visit takes more than nothing and at most a day.",
    )
    _check_travel = models.Constraint(
        "CHECK(travel_minutes >= 0 AND travel_minutes <= 1440)",
        "Travel takes at most a day. For longer ways, choose travel days on the visit.",
    )
    _check_position_days = models.Constraint(
        "CHECK(position_days >= 0)", "Days cannot be negative."
    )

    @api.model
    def _get_default(self, company):
        """Return the type of a visit when nobody says.

        :param company: ``res.company``
        :rtype: crm.visit.type
        """
        return self.search([("company_id", "in", [company.id, False])], limit=1)
