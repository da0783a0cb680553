# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PhoneBlacklist(models.Model):
    """Telephone numbers that want no more messages."""

    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "crm.consent.unsubscribe"]
