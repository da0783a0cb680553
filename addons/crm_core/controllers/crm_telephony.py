# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..tools.telephony.call_event import read_event
from .signed_post import SIGNED_POST, answer, is_signed_now, read_body

LARGEST = 64 * 1024


class CrmTelephonyController(http.Controller):
    """Where telephone systems tell of calls. Whoever does not know the address and the secret learns nothing."""

    @http.route("/crm/telephony/<string:token>", **SIGNED_POST, max_content_length=LARGEST)
    def receive(self, token, **_query):
        """Take one event, when it is signed and of these minutes."""
        body = read_body(LARGEST)
        if body is None:
            return answer(413)
        # whoever tells is known by the address and the signature
        accounts = request.env["crm.telephony.account"].with_user(SUPERUSER_ID)
        account = accounts._find_by_token(token)
        if not account or not is_signed_now(account.signing_secret, body):
            return self._refuse()
        try:
            event = read_event(json.loads(body))
        except RecursionError:
            return answer(400, "The body is one JSON object.")
        except ValueError as error:
            is_json = not isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
            return answer(400, str(error) if is_json else "The body is one JSON object.")
        try:
            account.env["crm.telephony.event"]._receive(account, event)
        except LockNotAvailable:
            return answer(503, "Too much at once. Send it again.")
        return answer(200, "ok")

    def _refuse(self):
        """Answer all that is not a telephone system of ours alike; from where too many came, shortly."""
        if request.env["crm.consent.failure"]._note(request.httprequest.remote_addr):
            return answer(429)
        return answer(403)
