# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmMetric(models.Model):
    """Figures of support among those of sales."""

    _inherit = "crm.metric"

    category = fields.Selection(
        selection_add=[("support", "Support")], ondelete={"support": "set default"}
    )
