# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.messaging.sms_gateway import Message
from ..tools.messaging.sms_numbers import normalise_number


class CrmSmsGatewayTest(models.TransientModel):
    """Sends one SMS through a gateway and shows what it answered."""

    _name = "crm.sms.gateway.test"
    _description = "Test of an SMS Gateway"

    gateway_id = fields.Many2one("crm.sms.gateway", required=True, ondelete="cascade")
    number = fields.Char("To", required=True, default=lambda self: self.env.user.phone)
    text = fields.Text(
        required=True, default=lambda self: self.env._("A test from %s", self.env.company.name)
    )
    segments = fields.Char("Length", compute="_compute_segments")
    state = fields.Selection(
        [
            ("sent", "Taken by the gateway"),
            ("failed", "Refused"),
            ("retry", "Not reached"),
            ("unknown", "No answer: it may have left"),
        ],
        string="Result",
        readonly=True,
    )
    status = fields.Integer("Status of the Answer", readonly=True)
    answer = fields.Text(readonly=True)
    provider_ref = fields.Char("Message Number", readonly=True)

    @api.depends("text", "gateway_id")
    def _compute_segments(self):
        for test in self:
            segments, cost = test.gateway_id._get_cost(test.text or "")
            test.segments = self.env._(
                "%(count)s SMS, %(units)s characters, %(cost)s",
                count=segments.count,
                units=segments.units,
                cost=test.gateway_id.currency_id.format(cost),
            )

    def action_send(self):
        """Send it, and show the answer."""
        self.ensure_one()
        self.gateway_id.check_access("write")
        address = normalise_number(self.number, self.gateway_id.company_id.country_id.code)
        if not address:
            raise UserError(self.env._("%s is not a number that can exist.", self.number))
        client = self.gateway_id._get_client()
        outcome = client.send(Message(address, self.text, uuid4().hex, self.gateway_id.report_url))
        answer = client.last_answer
        self.write(
            {
                "state": outcome.state,
                "status": answer.status if answer else 0,
                "answer": (answer.text if answer else outcome.detail).replace("\0", ""),
                "provider_ref": outcome.provider_ref,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a test"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
