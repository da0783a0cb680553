# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """Forms from outside may hold any field; one called ``self`` would be taken for the controller itself and end in a crash."""

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        request.params.pop("self", None)
        return super()._dispatch(endpoint)
