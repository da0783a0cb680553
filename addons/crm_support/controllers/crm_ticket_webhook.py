# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, http
from odoo.http import request

from odoo.addons.crm_core.controllers.signed_post import (
    SIGNED_POST,
    answer,
    is_signed_now,
    read_body,
)

from ..tools.webhook_message import read_message

LARGEST = 256 * 1024


class CrmTicketWebhookController(http.Controller):
    """Where other programs post messages of customers. Whoever does not know the address and the secret learns nothing."""

    @http.route("/crm/support/webhook/<string:account>", **SIGNED_POST, max_content_length=LARGEST)
    def receive(self, account, **_query):
        """Take one message, when it is signed and of these minutes."""
        body = read_body(LARGEST)
        if body is None:
            return answer(413)
        # whoever posts is known by the address and the signature
        hooks = request.env["crm.ticket.webhook"].with_user(SUPERUSER_ID)
        hook = hooks._find_by_address(account)
        if not hook or not is_signed_now(hook.secret, body):
            return self._refuse()
        try:
            incoming = read_message(json.loads(body))
        except RecursionError:
            return answer(400, "The body is one JSON object.")
        except ValueError as error:
            is_json = not isinstance(error, json.JSONDecodeError | UnicodeDecodeError)
            return answer(400, str(error) if is_json else "The body is one JSON object.")
        try:
            ticket = hook._receive(incoming)
        except LockNotAvailable:
            return answer(503, "Too much at once. Send it again.")
        if ticket is None:
            return answer(429, "Too many messages this hour. Send it again later.")
        return answer(200, ticket.number or "ok")

    def _refuse(self):
        """Answer all that is no program of ours alike; from where too many came, shortly."""
        if request.env["crm.consent.failure"]._note(request.httprequest.remote_addr):
            return answer(429)
        return answer(403)
