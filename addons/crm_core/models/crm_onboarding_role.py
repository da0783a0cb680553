# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmOnboardingRole(models.Model):
    """Whom first steps are for: the people of a group."""

    _name = "crm.onboarding.role"
    _description = "Role with First Steps"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    group_id = fields.Many2one("res.groups", "People", required=True, ondelete="cascade")
    step_ids = fields.One2many("crm.onboarding.step", "role_id", "Steps")
