# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.messaging.sms_segments import count_segments


class CrmMessageComposer(models.TransientModel):
    """By SMS: how many the text is, and what it costs, before it leaves."""

    _inherit = "crm.message.composer"

    sms_length = fields.Char("Length", compute="_compute_sms_length")

    @api.depends("text", "channel", "allowed_count")
    def _compute_sms_length(self):
        for composer in self:
            composer.sms_length = (
                composer._get_sms_length() if composer.channel == "sms" and composer.text else False
            )

    def _get_sms_length(self):
        """Return in words how long the text is for each and what all of them cost; placeholders count as they are written."""
        # sudo: crm.sms.gateway - its price is no secret to those who send
        gateway = self.env.company.crm_sms_gateway_id.sudo()
        if not gateway:
            segments = count_segments(self.text)
            return self.env._(
                "%(count)s SMS each, %(units)s characters",
                count=segments.count,
                units=segments.units,
            )
        segments, cost = gateway._get_cost(self.text)
        return self.env._(
            "%(count)s SMS each, %(units)s characters, %(cost)s in all",
            count=segments.count,
            units=segments.units,
            cost=gateway.currency_id.format(cost * self.allowed_count),
        )
