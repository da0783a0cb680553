# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Odoo's own interface to providers of SMS, for the gateway of a company."""

from odoo.addons.sms.tools.sms_api import SmsApiBase

from .messaging.sms_gateway import Message
from .messaging.sms_numbers import normalise_number

#: what Odoo's SMS queue makes of an outcome
STATES = {
    "sent": "sent",
    "retry": "server_error",
    "failed": "crm_refused",
    "unknown": "crm_unknown",
}


class SmsApiGateway(SmsApiBase):
    """Sends the messages of Odoo's SMS queue through the gateway that a company has chosen."""

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Send one request a message, see Odoo's ``SmsApi``."""
        # sudo: crm.sms.gateway - who sends an SMS does not read what the provider wants
        gateway = self.company.sudo().crm_sms_gateway_id
        client = gateway._get_client()
        results = []
        for message in messages:
            for number in message["numbers"]:
                results.append(self._send_one(client, gateway, message["content"] or "", number))
        return results

    def _send_one(self, client, gateway, text, number):
        """Send to one number; returns what Odoo's queue expects, and under which number the provider knows it."""
        result = {"uuid": number["uuid"]}
        address = normalise_number(number["number"], self.company.country_id.code)
        if not address:
            return {**result, "state": "wrong_number_format"}
        outcome = client.send(Message(address, text, number["uuid"], gateway.report_url))
        return {
            **result,
            "state": STATES[outcome.state],
            "failure_reason": outcome.detail or False,
            "crm_gateway": gateway.id,
            "crm_reference": outcome.provider_ref or False,
        }

    def _get_sms_api_error_messages(self):
        return {
            **super()._get_sms_api_error_messages(),
            "crm_refused": self.env._("The SMS gateway refused it."),
            "crm_unknown": self.env._("The SMS gateway did not answer: it may have left."),
            "server_error": self.env._("The SMS gateway was not available."),
            "wrong_number_format": self.env._("This is not a number that can exist."),
        }
