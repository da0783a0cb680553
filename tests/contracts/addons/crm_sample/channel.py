from odoo import fields, models

from odoo.addons.crm_core.tools.messaging.outcome import Outcome


class CrmDispatch(models.Model):
    _inherit = "crm.dispatch"

    channel = fields.Selection(selection_add=[("courier", "Courier")], ondelete={"courier": "cascade"})


class CrmChannelCourier(models.AbstractModel):
    """Ledger: what a courier brings to the customer's door."""

    _name = "crm.channel.courier"
    _description = "Courier"
    _inherit = "crm.channel"

    def _get_address(self, record, partner):
        return partner.street

    def _get_cron_xmlid(self):
        return "crm_sample.ir_cron_courier"

    def _hand_over(self, session, item):
        return Outcome("sent", provider_ref=item)
