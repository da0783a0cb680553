# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmRoutingSkill(models.Model):
    """Something that people can do and work may ask for."""

    _name = "crm.routing.skill"
    _description = "Skill"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", index="btree_not_null")
