# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request

from ..tools.import_engine import storable

DEFAULT_LIMIT = 200


def _upload_limit(_controller):
    """Bytes that one upload may have; what is larger is told so by the route itself."""
    return (_limit_in_megabytes() + 64) * 1024 * 1024


def _limit_in_megabytes():
    parameters = request.env["ir.config_parameter"].sudo()  # sudo: one public limit
    return int(parameters.get_param("crm_core.import_upload_limit", DEFAULT_LIMIT))


class CrmImportController(http.Controller):
    """Files of imports on their way in, and the file of refused rows on its way out."""

    @http.route(
        "/crm_core/import/<int:import_id>/upload",
        type="http",
        auth="user",
        methods=["POST"],
        max_content_length=_upload_limit,
    )
    def upload(self, import_id, file=None, **_kwargs):
        """Add one file to an import under the user's own rights; answers with what it was recognised as."""
        job = request.env["crm.import"].browse(import_id)
        try:
            job.check_access("write")
        except (AccessError, MissingError) as error:
            return request.make_json_response({"error": str(error)}, status=403)
        if not hasattr(file, "stream"):
            return request.make_json_response(
                {"error": request.env._("No file was sent.")}, status=400
            )
        try:
            job._ensure_editable()
        except UserError as error:
            return request.make_json_response({"error": str(error)}, status=409)
        limit = _limit_in_megabytes()
        if file.stream.seek(0, os.SEEK_END) > limit * 1024 * 1024:
            sentence = job.file_ids._get_refusals()["upload_too_large"] % {
                "name": file.filename,
                "limit": limit,
            }
            return request.make_json_response({"error": sentence}, status=413)
        added = job._add_stream(storable(file.filename or "file"), file.stream)
        return request.make_json_response(
            {"id": added.id, "recognized": added.recognized or "", "refusal": added.refusal or ""}
        )

    @http.route(
        "/crm_core/import/<int:file_id>/errors",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def errors(self, file_id):
        """Download the refused rows of a file, with row and reason."""
        file = request.env["crm.import.file"].browse(file_id)
        try:
            file.check_access("read")
        except (AccessError, MissingError):
            raise request.not_found() from None
        name = f"{file.name.rpartition('.')[0] or file.name} - errors.csv"
        headers = [
            ("Content-Type", "text/csv; charset=utf-8"),
            ("Content-Disposition", content_disposition(name)),
        ]
        return request.make_response(file._get_error_report(), headers)
