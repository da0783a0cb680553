# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmWonReason(models.Model):
    """Why deals are won: the mirror of Odoo's lost reasons, so that what works can be counted too."""

    _name = "crm.won.reason"
    _description = "Won Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
