# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmActivityReport(models.Model):
    """Activities can be analysed by pipeline."""

    _inherit = "crm.activity.report"

    pipeline_id = fields.Many2one("crm.pipeline", readonly=True)

    def _select(self):
        return f"{super()._select()}, l.pipeline_id"
