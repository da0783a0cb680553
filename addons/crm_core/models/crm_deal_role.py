# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDealRole(models.Model):
    """What a person has to say in a deal: decides, buys, uses, influences."""

    _name = "crm.deal.role"
    _description = "Role in a Deal"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
