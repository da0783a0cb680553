# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

GATEWAY_BATCH = 20


class SmsSms(models.Model):
    """SMS of a company that has chosen a gateway leave through it, from wherever in Odoo they were written."""

    _inherit = "sms.sms"

    # a field of the same name and meaning comes with Odoo's Twilio module
    record_company_id = fields.Many2one("res.company", "Company", ondelete="set null")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["record_company_id"] = vals.get("record_company_id") or self.env.company.id
        return super().create(vals_list)

    def _get_sms_company(self):
        return (
            self.mail_message_id.record_company_id
            or self.record_company_id
            or super()._get_sms_company()
        )

    def _split_by_api(self):
        rest = self.browse()
        for company, messages in self.grouped(lambda sms: sms._get_sms_company()).items():
            if company.sudo().crm_sms_gateway_id:  # sudo: res.company - its choice, not its data
                sms_api = company._get_sms_api_class()(self.env)
                sms_api._set_company(company)
                yield sms_api, messages
            else:
                rest += messages
        if rest:
            yield from super(SmsSms, rest)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Send each message through the provider of its own company: Odoo's scheduler hands over those of all companies."""
        options = {
            "unlink_failed": unlink_failed,
            "unlink_sent": unlink_sent,
            "raise_exception": raise_exception,
        }
        companies = self.env["res.company"].union(*(sms._get_sms_company() for sms in self))
        chosen = companies.sudo().crm_sms_gateway_id  # sudo: res.company - its choice, not its data
        if self.env.context.get("sms_api") or not chosen:
            return super()._send(**options)
        for sms_api, messages in self._split_by_api():
            messages.with_context(sms_api=sms_api)._send(**options)
        return None

    def _get_send_batch_size(self):
        """Few at once through a gateway, which takes one request a message: a batch is one transaction."""
        size = super()._get_send_batch_size()
        companies = self.env["res.company"].sudo()  # sudo: res.company - whether any has a gateway
        if companies.search_count([("crm_sms_gateway_id", "!=", False)], limit=1):
            return min(size, GATEWAY_BATCH)
        return size

    def _handle_call_result_hook(self, results):
        result = super()._handle_call_result_hook(results)
        answered = {answer["uuid"]: answer for answer in results if "crm_gateway" in answer}
        for sms in self.filtered(lambda sms: sms.uuid in answered):
            sms.sms_tracker_id.write(
                {
                    "crm_sms_gateway_id": answered[sms.uuid]["crm_gateway"],
                    "crm_sms_reference": answered[sms.uuid]["crm_reference"],
                }
            )
        return result
