# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class CrmScore(models.AbstractModel):
    """Calls that reached somebody."""

    _inherit = "crm.score"

    @api.model
    def _get_events(self):
        return {
            **super()._get_events(),
            "call_reached": (self.env._("Was reached on the phone"), self._select_reached()),
        }

    @api.model
    def _select_reached(self):
        return SQL(
            """SELECT call.lead_id, call.date
                 FROM crm_call call
                WHERE call.lead_id IS NOT NULL AND call.is_reached"""
        )
