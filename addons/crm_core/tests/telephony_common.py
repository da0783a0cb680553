# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac
import itertools

from odoo import SUPERUSER_ID

from ..tools.telephony.call_event import read_event
from .call_common import CallCase

NUMBER = "+2250708091011"
UNKNOWN = "+2250102030405"
SECRET = "the secret"
EVENTS = itertools.count(1)


def sign(body, stamp, secret=SECRET):
    """Return the signature of a body at a time."""
    return (
        "sha256="
        + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    )


def told(event, **values):
    """Return what a telephone system posts: by default of a call of Awa Diop, who rings at 101."""
    return {
        "id": f"event-{next(EVENTS)}",
        "call": "call-1",
        "event": event,
        "direction": "in",
        "from": NUMBER,
        "to": "+22527000000",
        "extension": "101",
        **values,
    }


class TelephonyCase(CallCase):
    """A telephone system of a company in Abidjan: 101 is the salesperson's telephone, 102 that of one who sees all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["crm.telephony.account"].create(
            {
                "name": "Switchboard",
                "company_id": cls.company.id,
                "signing_secret": SECRET,
                "team_id": cls.team.id,
            }
        )
        cls._give("101", cls.salesperson)
        cls._give("102", cls.salesperson_all)
        cls.company.resource_calendar_id = False
        cls.Call = cls.env["crm.call"]

    @classmethod
    def _give(cls, name, user, account=None):
        """Give somebody an extension."""
        values = {"account_id": (account or cls.account).id, "name": name, "user_id": user.id}
        return cls.env["crm.telephony.extension"].create(values)

    def _tell(self, event, account=None, **values):
        """Let the telephone system tell something; returns the call."""
        account = (account or self.account).with_user(SUPERUSER_ID)
        data = told(event, **values)
        account.env["crm.telephony.event"]._receive(account, read_event(data))
        self.env.invalidate_all()
        return self._get_call(data["call"], account)

    def _get_call(self, ref="call-1", account=None):
        domain = [
            ("telephony_ref", "=", ref),
            ("telephony_account_id", "=", (account or self.account).id),
        ]
        return self.Call.search(domain)

    def _miss(self, number=NUMBER, **values):
        """Let somebody ring in vain."""
        return self._tell("missed", **{"from": number, "call": f"missed-{next(EVENTS)}", **values})
