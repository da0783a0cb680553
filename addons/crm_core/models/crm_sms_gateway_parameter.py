# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmSmsGatewayParameter(models.Model):
    """One value that a gateway is sent: a field of its form or address, or a header."""

    _name = "crm.sms.gateway.parameter"
    _inherit = "crm.gateway.parameter.mixin"
    _description = "SMS Gateway Parameter"

    gateway_id = fields.Many2one("crm.sms.gateway", required=True, index=True, ondelete="cascade")
    value = fields.Char(help="{to} {text} {sender} {reference} {report_url} stand for the values.")
