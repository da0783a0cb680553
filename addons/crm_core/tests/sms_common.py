# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command

from .common import CrmCoreCase
from .fake_sms_gateway import FakeSmsGateway

NUMBER = "+2250707123456"
ABROAD = "+33753123456"


class SmsCase(CrmCoreCase):
    """A company in Ivory Coast with a gateway that is used for all its SMS, and somebody to write to.

    The gateway leads to an operator on loopback, who notes what he is asked to send (``operator.requests``).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.ci")
        cls.company_xof.country_id = cls.env.ref("base.sn")
        cls.gateway = cls._create_gateway(name="Operator")
        cls.company.crm_sms_gateway_id = cls.gateway
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Awa Koné",
                "phone": "07 07 12 34 56",
                "country_id": cls.env.ref("base.ci").id,
                "user_id": cls.salesperson.id,
            }
        )
        cls.lead = cls.env["crm.lead"].create(
            {
                "name": "A roof",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "user_id": cls.salesperson.id,
                "team_id": cls.team.id,
                "company_id": cls.company.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.operator = self.enterContext(FakeSmsGateway())
        self.gateway.url = self.operator.url

    @classmethod
    def _create_gateway(cls, **values):
        defaults = {
            "name": "Gateway",
            "company_id": cls.company.id,
            "url": "http://127.0.0.1:9/send",
            "is_on_own_network": True,
            "timeout": 2,
            "sender": "SHOP",
            "ref_path": "messages.0.id",
            "error_path": "error",
            "price": 15,
            "currency_id": cls.xof.id,
            "parameter_ids": [
                Command.create({"name": "to", "value": "{to}"}),
                Command.create({"name": "text", "value": "{text}"}),
                Command.create({"name": "ref", "value": "{reference}"}),
                Command.create({"name": "report", "value": "{report_url}"}),
            ],
        }
        return cls.env["crm.sms.gateway"].create({**defaults, **values})

    def _receive(self, text, number=NUMBER, reference=None, gateway=None):
        """Let an operator bring a message; returns what is kept of it."""
        gateway = gateway or self.gateway
        row = {"from": number, "text": text, "id": reference or f"in-{text}-{number}"}
        before = self.env["crm.sms.incoming"].search([])
        self.env["crm.sms.incoming"]._take(gateway, [row])
        return self.env["crm.sms.incoming"].search([]) - before

    def _send(self, record, text="Bonjour", **options):
        """Send an SMS from a chatter; returns its notification."""
        message = record._message_sms(text, **options)
        return message.notification_ids.filtered(lambda n: n.notification_type == "sms")
