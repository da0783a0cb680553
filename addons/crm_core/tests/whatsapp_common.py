# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac
import json
import time

from .common import CrmCoreCase
from .fake_whatsapp import BUSINESS_ID, NUMBER_ID, TOKEN, FakeWhatsapp

SECRET = "the-app-secret"
AWA = "+2250711111111"
KOFI = "+2250722222222"


def text_message(wamid, body, *, phone=AWA, at=None, **more):
    """Return an incoming message as Meta delivers it."""
    return {
        "from": phone.lstrip("+"),
        "id": wamid,
        "timestamp": str(int(at or time.time())),
        "type": "text",
        "text": {"body": body},
        **more,
    }


def status(wamid, state, *, phone=AWA, at=None, **more):
    """Return a report as Meta delivers it."""
    at = str(int(at or time.time()))
    return {
        "id": wamid,
        "status": state,
        "timestamp": at,
        "recipient_id": phone.lstrip("+"),
        **more,
    }


def delivery(*, messages=(), statuses=(), number_id=NUMBER_ID, profile="Awa"):
    """Return a delivery of Meta's."""
    senders = {
        message["from"] for message in messages if isinstance(message, dict) and "from" in message
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "2250700000000", "phone_number_id": number_id},
        "contacts": [{"profile": {"name": profile}, "wa_id": sender} for sender in sorted(senders)],
    }
    if messages:
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    changes = [{"field": "messages", "value": value}]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": BUSINESS_ID, "changes": changes}],
    }


def sign(body, secret=SECRET):
    """Return Meta's signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class WhatsappCase(CrmCoreCase):
    """An account in the French company, at a stand-in for Meta's API."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fake = FakeWhatsapp()
        cls.fake.start()
        cls.addClassCleanup(cls.fake.stop)
        cls.account = cls._create_account()
        cls.Message = cls.env["crm.whatsapp.message"]
        cls.Event = cls.env["crm.whatsapp.event"]

    def setUp(self):
        super().setUp()
        fake = self.fake
        fake.sent.clear()
        fake.requests.clear()
        fake.templates.clear()
        fake.media.clear()
        fake.uploads.clear()
        fake.refuse_file = None
        fake.refuse, fake.mode, fake.token, fake.media_url = None, "ok", TOKEN, None

    @classmethod
    def _create_account(cls, **values):
        defaults = {
            "name": "Care",
            "company_id": cls.company.id,
            "phone_number_id": NUMBER_ID,
            "business_account_id": BUSINESS_ID,
            "app_secret": SECRET,
            "access_token": TOKEN,
            "api_url": cls.fake.url,
            "is_own_network": True,
            "user_id": cls.team_lead.id,
        }
        return cls.env["crm.whatsapp.account"].create({**defaults, **values})

    def _deliver(self, payload, account=None):
        """Work a delivery in as the webhook does, without the way there."""
        from ..tools.messaging.whatsapp_payload import read_items

        account = account or self.account
        self.Event._store(account, read_items(json.loads(json.dumps(payload))))
        self.Event._work_now(account)

    def _receive(self, *messages, **more):
        self._deliver(delivery(messages=messages, **more))
        wamids = [message["id"] for message in messages]
        return self.Message.search([("wamid", "in", wamids)], order="id")

    def _report(self, *statuses):
        self._deliver(delivery(statuses=statuses))
        return self.Message.search([("wamid", "in", [report["id"] for report in statuses])])

    def _record_sent(self, wamid="wamid.1", phone=AWA, **values):
        values = {"wamid": wamid, "phone": phone, "kind": "text", "body": "Bonjour", **values}
        return self.Message._record_sent(self.account, [values])

    def _create_partner(self, phone=AWA, **values):
        defaults = {"name": "Awa Koné", "company_id": self.company.id}
        return self.env["res.partner"].create({**defaults, "phone": phone, **values})
