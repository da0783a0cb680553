# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTelephonySecret(models.TransientModel):
    """Shows a secret once. It is kept nowhere but at its telephone system: this window has no row of its own."""

    _name = "crm.telephony.secret"
    _description = "Secret of a Telephone System"

    secret = fields.Char(store=False)
