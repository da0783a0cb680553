# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.sms_api_gateway import SmsApiGateway


class ResCompany(models.Model):
    """Through whom a company's SMS leave: its gateway, else what Odoo has been told to use.

    Odoo's Twilio module asks the same question with a field that exists only where that module is installed. The two answers
    exclude each other, and the last one given counts.
    """

    _inherit = "res.company"

    crm_sms_gateway_id = fields.Many2one(
        "crm.sms.gateway",
        string="SMS Gateway",
        domain="[('company_id', '=', id)]",
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.constrains("crm_sms_gateway_id")
    def _check_crm_sms_gateway(self):
        for company in self:
            gateway = company.crm_sms_gateway_id
            if gateway and gateway.company_id != company:
                raise ValidationError(
                    self.env._("%(gateway)s is a gateway of another company.", gateway=gateway.name)
                )

    def write(self, vals):
        if "sms_provider" in self._fields:
            if vals.get("crm_sms_gateway_id"):
                vals = {**vals, "sms_provider": "iap"}
            elif vals.get("sms_provider", "iap") != "iap":
                vals = {**vals, "crm_sms_gateway_id": False}
        return super().write(vals)

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.sudo().crm_sms_gateway_id:  # sudo: res.company - its choice, not its data
            return SmsApiGateway
        return super()._get_sms_api_class()
