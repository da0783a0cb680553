# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailNotification(models.Model):
    """Found by number, when somebody answers an SMS."""

    _inherit = "mail.notification"

    _crm_sms_number_idx = models.Index("(sms_number) WHERE sms_number IS NOT NULL")
