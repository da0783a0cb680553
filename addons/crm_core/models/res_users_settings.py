# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsersSettings(models.Model):
    """Whether somebody has put the first steps away from the board."""

    _inherit = "res.users.settings"

    crm_onboarding_hidden = fields.Boolean("First Steps Put Away")
