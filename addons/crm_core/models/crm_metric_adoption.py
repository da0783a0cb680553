# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmMetric(models.Model):
    """Where a company has figures told by team alone, no table ranks its people."""

    _inherit = "crm.metric"

    def _get_ranking(self, **asked):
        if self.env["crm.adoption"]._is_by_team_only():
            return {"columns": [], "rows": []}
        return super()._get_ranking(**asked)
