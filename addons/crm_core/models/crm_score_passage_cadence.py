# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmScorePassage(models.Model):
    """At a limit, leads are enrolled in its cadence."""

    _inherit = "crm.score.passage"

    def _act(self):
        result = super()._act()
        for limit, passages in self.grouped("limit_id").items():
            if limit.cadence_id:
                passages.lead_id._enroll_in_cadence(limit.cadence_id)
        return result
