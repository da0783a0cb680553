# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.fields import Domain
from odoo.http import content_disposition, request

from ..models.crm_visit_report import REPORT
from .asked import HEADERS
from .portal import LARGEST_ID, CrmTicketPortal

VISITS_SHOWN = 50


class CrmVisitPortal(CrmTicketPortal):
    """The reports of visits: with their ticket for who may see it, and those without a ticket for whom the visit was to."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "visit_count" in counters:
            values["visit_count"] = len(self._get_own_visits())
        return values

    @http.route("/my/visits", type="http", auth="user", website=True, methods=["GET"])
    def visits(self, **asked):
        """List the visits about which the customer may read."""
        found = self._get_own_visits()
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "visits",
            "visits": found,
        }
        return self._answer("crm_support.portal_my_visits", values)

    @http.route(
        "/my/visits/<int:visit_id>/report", type="http", auth="user", website=True, methods=["GET"]
    )
    def visit_report(self, visit_id, **asked):
        """Send the report of a visit to whom it was to."""
        if visit_id > LARGEST_ID:
            return self._refuse(asked)
        visit = self._get_own_visits(Domain("id", "=", visit_id))
        return self._send_report(visit) if visit else self._refuse(asked)

    @http.route(
        "/my/tickets/<int:ticket_id>/visit/<int:visit_id>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
    )
    def ticket_visit_report(self, ticket_id, visit_id, **asked):
        """Send the report of a visit to who may see its ticket, or has its link."""
        ticket = self._find_ticket(ticket_id, asked)
        visit = ticket and ticket._get_done_visits().filtered(lambda one: one.id == visit_id)
        return self._send_report(visit) if visit else self._refuse(asked)

    def _get_own_visits(self, domain=Domain.TRUE):
        user = request.env.user
        # sudo: crm.visit - the domain says what the customer may read
        visits = request.env["crm.visit"].sudo()
        return visits.search(
            visits._get_customer_domain(user) & domain,
            order="date_done desc",
            limit=VISITS_SHOWN,
        )

    def _send_report(self, visit):
        # sudo: ir.actions.report - of a visit that the visitor may read about
        reports = request.env["ir.actions.report"].sudo()
        content, _kind = reports._render_qweb_pdf(REPORT, visit.ids)
        name = f"{visit._get_report_name()}.pdf"
        return request.make_response(
            content,
            [
                *HEADERS.items(),
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
