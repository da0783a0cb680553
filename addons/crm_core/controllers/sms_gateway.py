# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import http
from odoo.http import request

from ..tools.messaging.sms_gateway import look_up
from .signed_post import is_signature

LONGEST_CALL = 64 * 1024
MOST_ROWS = 500
ROUTE = {
    "type": "http",
    "auth": "public",
    "methods": ["GET", "POST"],
    "csrf": False,
    "save_session": False,
    "max_content_length": LONGEST_CALL,
}


class CrmSmsGatewayController(http.Controller):
    """What SMS gateways call: delivery reports, and messages that somebody sent us.

    These routes change state on GET as well. Operators call back with GET or with POST as they please and cannot be told
    otherwise. No browser is led here by a link: the address holds a secret that only the operator's machine was given,
    there is no session and no cookie, and what comes twice has one effect. HEAD changes nothing.
    """

    @http.route("/crm/sms/report/<string:token>", **ROUTE)
    def report(self, token, **_fields):
        """Take delivery reports."""
        return self._take("crm.sms.report", token)

    @http.route("/crm/sms/incoming/<string:token>", **ROUTE)
    def incoming(self, token, **_fields):
        """Take messages that somebody sent us."""
        return self._take("crm.sms.incoming", token)

    def _take(self, model, token):
        """Give what a call brought to a model; nothing tells an unknown secret from garbage."""
        # sudo: crm.sms.gateway - an operator's machine has no user, the secret is its right
        gateway = request.env["crm.sms.gateway"].sudo()._find_by_token(token)
        if not gateway or request.httprequest.method == "HEAD":
            raise request.not_found()
        company = gateway.company_id
        gateway = gateway.with_company(company).with_context(lang=company.partner_id.lang)
        body = request.httprequest.get_data()
        if not _is_signed(gateway, body):
            return request.make_response("", status=403)
        rows = _read_rows(body, gateway.list_path)
        if not gateway.env[model]._take(gateway, rows):
            raise request.not_found()
        return request.make_response("OK", [("Content-Type", "text/plain; charset=utf-8")])


def _is_signed(gateway, body):
    """Return whether a call carries the signature that its gateway asks for: of the body, or of what a GET has instead."""
    if not gateway.signature_header:
        return True
    said = request.httprequest.headers.get(gateway.signature_header, "").rpartition("=")[2]
    signed = body if request.httprequest.method == "POST" else request.httprequest.query_string
    if request.httprequest.method == "POST" and not body:
        return False
    return is_signature(f"sha256={said.strip().lower()}", gateway.signature_secret, signed)


def _read_rows(body, list_path):
    """Return what a call says: its fields, or the rows of its JSON."""
    http_request = request.httprequest
    fields = {**http_request.args.to_dict(), **http_request.form.to_dict()}
    try:
        data = json.loads(body) if body.lstrip()[:1] in (b"{", b"[") else None
    except (ValueError, RecursionError):
        data = None
    if data is None:
        return [fields]
    if isinstance(data, dict):
        data = {**fields, **data}
    rows = look_up(data, list_path) if list_path else data
    rows = rows if isinstance(rows, list) else [rows]
    return [row for row in rows[:MOST_ROWS] if isinstance(row, dict)]
