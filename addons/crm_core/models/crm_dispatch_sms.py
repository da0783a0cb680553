# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmDispatch(models.Model):
    """How the chatter shows an SMS: Odoo says of one that was taken that it is pending, until it was delivered."""

    _inherit = "crm.dispatch"

    def _get_notification_values(self):
        values = super()._get_notification_values()
        if self.channel != "sms" or self.state != "sent":
            return values
        return tuple({**dict(values), "notification_status": "pending"}.items())
