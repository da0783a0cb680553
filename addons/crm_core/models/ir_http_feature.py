# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from zlib import crc32

from odoo import models


class IrHttp(models.AbstractModel):
    """Browsers know what each company hides, and forget the views and menus they keep as soon as that changes."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if self.env.user._is_internal():
            hidden = self.env["crm.feature"]._get_hidden_by_company()
            if hidden:
                info["registry_hash"] += f"-{crc32(repr(sorted(hidden.items())).encode())}"
            info["crm_hidden_features"] = self.env["crm.feature"]._get_hidden_for_browser()
        return info
