# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlencode

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

from .asked import HEADERS, read_files, read_text
from .portal import LARGEST_ID, POST

MOST_REQUESTS = 100
PAGE = {"type": "http", "auth": "public", "website": True, "methods": ["GET"]}


class CrmSupplierPortal(CustomerPortal):
    """What a supplier is asked, and his answers. Nothing here reads the ticket that it is about."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "supplier_request_count" in counters:
            values["supplier_request_count"] = len(self._get_own_requests())
        return values

    @http.route("/my/supplier-requests", type="http", auth="user", website=True, methods=["GET"])
    def supplier_requests(self, **_asked):
        """Show what the supplier who is logged in is asked."""
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "supplier_requests",
            "supplier_requests": self._get_own_requests(),
        }
        return self._answer_supplier("crm_support.portal_supplier_requests", values)

    @http.route("/my/supplier-requests/<int:request_id>", **PAGE)
    def supplier_request(self, request_id, **asked):
        """Show a request to the supplier who was asked: logged in, or by his link."""
        found = self._find_request(request_id, asked)
        return self._show_request(found, asked) if found else self._refuse_supplier()

    @http.route("/my/supplier-requests/<int:request_id>/file/<int:file_id>", **PAGE)
    def supplier_file(self, request_id, file_id, **asked):
        """Send a file of the conversation: to be kept, never to be opened as a page of ours."""
        found = self._find_request(request_id, asked)
        files = found and found._get_supplier_messages().attachment_ids
        file = files and files.filtered(lambda one: one.id == file_id)
        if not file:
            return self._refuse_supplier()
        # sudo: ir.binary - a file of a conversation that the visitor may read
        stream = request.env["ir.binary"].sudo()._get_stream_from(file)
        response = stream.get_response(
            as_attachment=True, content_security_policy="default-src 'none'; sandbox"
        )
        response.headers.update({**HEADERS, "Content-Disposition": content_disposition(file.name)})
        return response

    @http.route("/my/supplier-requests/<int:request_id>/reply", **POST)
    def supplier_reply(self, request_id, **asked):
        """Take what the supplier answers; colleagues, who may look at his page, answer elsewhere."""
        found = self._find_request(request_id, asked)
        if not found or request.env.user._is_internal():
            return self._refuse_supplier()
        text = read_text(asked, "body")
        files, error = read_files()
        if not text and not files and not error:
            error = request.env._("Please write something, or add a file.")
        if not error and found._is_flooded():
            error = request.env._(
                "That was a lot at once. Please wait an hour before you write again."
            )
        if error:
            return self._show_request(found, asked, error=error)
        found._post_of_supplier(text, files)
        query = urlencode({**self._get_supplier_proof(asked), "done": 1})
        return request.redirect(f"{found.access_url}?{query}#conversation", code=303)

    def _get_own_requests(self):
        """Return what the visitor is asked, with the rights to show it.

        :rtype: crm.ticket.supplier
        """
        # sudo: crm.ticket.supplier - suppliers read no requests but their own, by the condition
        requests = request.env["crm.ticket.supplier"].sudo()
        own = requests._get_open_domain() & requests._get_asked_domain(request.env.user.partner_id)
        return requests.search(own, limit=MOST_REQUESTS)

    def _find_request(self, request_id, asked):
        """Return a request that the visitor may see: its supplier, who has its link and is nobody else, or the team.

        :return: the ``crm.ticket.supplier`` with the rights to show it, or None
        """
        if request_id > LARGEST_ID:
            return None
        visitor = request.env.user
        # sudo: crm.ticket.supplier - whether he may see it is asked here
        found = request.env["crm.ticket.supplier"].sudo().browse(request_id).exists()
        if not found or found.state != "open":
            return None
        if visitor._is_internal():
            may = found.with_user(visitor).has_access("read")
        elif visitor._is_public():
            token, sent = found.access_token or "", asked.get("access_token") or ""
            may = bool(token) and sent.isascii() and consteq(token, sent)
        else:
            may = found._is_supplier(visitor.partner_id)
        # by the visitor's name, not the system's: what he sends is a stranger's
        # sudo: crm.ticket.supplier - he may see it
        return found.with_user(visitor).sudo() if may else None

    def _show_request(self, found, asked, *, error=None):
        proof = self._get_supplier_proof(asked)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "supplier_request",
            "supplier_request": found,
            "messages": found._get_supplier_messages(),
            "proof": proof,
            "query": f"?{urlencode(proof)}" if proof else "",
            "done": bool(asked.get("done")),
            "may_answer": not request.env.user._is_internal(),
            "error": error,
            "written": read_text(asked, "body") if error else "",
        }
        return self._answer_supplier("crm_support.portal_supplier_request", values)

    def _get_supplier_proof(self, asked):
        token = asked.get("access_token")
        return {"access_token": str(token)[:128]} if token else {}

    def _refuse_supplier(self):
        """Answer alike what does not exist, was ended, is somebody else's, or has a wrong link."""
        if request.env.user._is_public() and request.env["crm.consent.failure"]._note(
            request.httprequest.remote_addr
        ):
            text = request.env._("Too many attempts. Please come back later.")
            return request.make_response(
                text, [("Content-Type", "text/plain; charset=utf-8")], status=429
            )
        values = {"no_breadcrumbs": True}
        return self._answer_supplier("crm_support.portal_supplier_unknown", values, status=404)

    def _answer_supplier(self, template, values, *, status=200):
        response = request.render(template, values)
        response.status_code = status
        response.headers.update(HEADERS)
        return response
