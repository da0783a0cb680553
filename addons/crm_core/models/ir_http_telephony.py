# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrHttp(models.AbstractModel):
    """The web client knows from the page itself whether a tap on a number goes through the telephone system."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        extensions = self.env["crm.telephony.extension"]
        if extensions.has_access("read"):
            info["crm_can_dial"] = bool(extensions._get_own())
        return info
