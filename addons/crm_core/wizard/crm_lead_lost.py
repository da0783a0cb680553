# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmLeadLost(models.TransientModel):
    """Who got a deal that was lost."""

    _inherit = "crm.lead.lost"

    lost_to_id = fields.Many2one("crm.competitor")

    def action_lost_reason_apply(self):
        self.check_access("write")
        if self.lost_to_id:
            self.lead_ids.write(
                {
                    "lost_to_id": self.lost_to_id.id,
                    "competitor_ids": [fields.Command.link(self.lost_to_id.id)],
                }
            )
        return super().action_lost_reason_apply()
