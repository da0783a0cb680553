# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    """Messages to a lead."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.dispatch.mixin"]
