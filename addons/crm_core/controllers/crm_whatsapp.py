# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re

from odoo import SUPERUSER_ID, http
from odoo.http import request
from odoo.tools import consteq

from ..tools.messaging.whatsapp_payload import read_items
from .signed_post import SIGNED_POST, answer, is_signature, read_body

#: Meta's own limit of a delivery
LARGEST = 3 * 1024 * 1024
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")
ROUTE = "/crm/whatsapp/webhook/<string:token>"


class CrmWhatsappController(http.Controller):
    """Where Meta delivers. Whoever does not know an account's token and secret learns nothing, not even what exists."""

    @http.route(ROUTE, type="http", auth="public", methods=["GET"], save_session=False)
    def verify(self, token, **query):
        """Answer Meta's question whether this address is ours."""
        account = self._get_account(token)
        is_known = account and consteq(
            account.verify_token.encode(), str(query.get("hub.verify_token") or "").encode()
        )
        if not is_known or query.get("hub.mode") != "subscribe":
            return answer(403)
        return answer(200, str(query.get("hub.challenge") or ""))

    @http.route(ROUTE, **SIGNED_POST, max_content_length=LARGEST)
    def receive(self, token, **_query):
        """Write a delivery down when its signature is Meta's, and work it in when that is quickly done."""
        body = read_body(LARGEST)
        if body is None:
            return answer(413)
        account = self._get_account(token)
        given = request.httprequest.headers.get("X-Hub-Signature-256")
        if not account or not is_signature(given, account.app_secret, body):
            return answer(403)
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):
            return answer(400)
        items = read_items(payload)
        if items:
            events = account.env["crm.whatsapp.event"]
            events._store(account, items)
            events._commit()
            events._work_now(account)
        return answer(200, "ok")

    def _get_account(self, token):
        """Return the account of an address, for which nobody is logged in."""
        # whoever delivers is known by the address and the signature
        accounts = request.env["crm.whatsapp.account"].with_user(SUPERUSER_ID)
        if not TOKEN.fullmatch(token):
            return accounts
        return accounts.search([("webhook_token", "=", token)], limit=1)
