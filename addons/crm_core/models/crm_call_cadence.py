# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmCall(models.Model):
    """A customer who calls has answered, also when nobody took the call."""

    _inherit = "crm.call"

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        incoming = calls.filtered(lambda call: call.direction == "in")
        self.env["crm.cadence.enrollment"]._note_event(
            "reply", incoming.lead_id.ids, incoming.partner_id.ids
        )
        return calls
