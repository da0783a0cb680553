# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# what the connection itself says
FIXED_HEADERS = {"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"}


class CrmGatewayParameterMixin(models.AbstractModel):
    """One value that a provider is sent: a field of its form or address, or a header."""

    _name = "crm.gateway.parameter.mixin"
    _description = "Parameter of a Provider"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    place = fields.Selection(
        [("parameter", "Parameter"), ("header", "Header")], required=True, default="parameter"
    )
    name = fields.Char(required=True)
    value = fields.Char()

    @api.constrains("place", "name", "value")
    def _check_header(self):
        for row in self.filtered(lambda row: row.place == "header"):
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", row.name):
                raise ValidationError(
                    self.env._("A header's name has letters, digits and dashes, such as X-Api-Key.")
                )
            if row.name.lower() in FIXED_HEADERS:
                raise ValidationError(
                    self.env._("The header %s is set by the connection itself.", row.name)
                )
            if re.search(r"[\x00-\x1f\x7f]", row.value or ""):
                raise ValidationError(self.env._("The header %s is one line.", row.name))
