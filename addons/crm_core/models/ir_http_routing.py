# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IrHttp(models.AbstractModel):
    """The switch at the top of every screen knows its state from the page itself."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env["crm.routing.profile"].has_access("read"):
            own = self.env["crm.routing.profile"]._get_own_by_company()
            info["crm_takes_work"] = {
                company: {
                    **switch,
                    "paused_until": fields.Datetime.to_string(switch["paused_until"]),
                }
                for company, switch in own.items()
            }
        return info
