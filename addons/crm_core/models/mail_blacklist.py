# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailBlacklist(models.Model):
    """E-mail addresses that want no more messages."""

    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "crm.consent.unsubscribe"]
