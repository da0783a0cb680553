# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class PrivacyController(http.Controller):
    """The file of an export, for its maker alone."""

    @http.route(
        "/crm/privacy/<int:request_id>", type="http", auth="user", methods=["GET"], readonly=True
    )
    def download(self, request_id):
        """Send the file of an export.

        :param int request_id: the request
        :raises NotFound: when it is not the caller's, or has no file
        """
        found = request.env["crm.privacy.request"].search(
            [("id", "=", request_id), ("user_id", "=", request.env.uid)]
        )
        # sudo: ir.attachment - the request is the caller's own
        document = found.sudo().attachment_id
        if not found.has_access("read") or not document:
            raise NotFound
        stream = request.env["ir.binary"].sudo()._get_stream_from(document)  # sudo: as above
        return stream.get_response(as_attachment=True)
