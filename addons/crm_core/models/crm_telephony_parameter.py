# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTelephonyParameter(models.Model):
    """One value that a telephone system is sent: a field of its form or address, or a header."""

    _name = "crm.telephony.parameter"
    _inherit = "crm.gateway.parameter.mixin"
    _description = "Parameter of a Telephone System"

    account_id = fields.Many2one(
        "crm.telephony.account", required=True, index=True, ondelete="cascade"
    )
    value = fields.Char(help="{number} {extension} {user} stand for the values.")
