# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from .portal_common import PortalCase
from .visit_common import MONDAY, VisitCase


@tagged("post_install", "-at_install")
class TestVisitPortal(PortalCase, VisitCase):
    """Customers read the reports of visits to them, and nobody else's."""

    def test_a_customer_reads_the_report_of_his_visit_as_a_pdf(self):
        visit = self._do(self._plan())
        self._log_in(self.login)
        page = self.url_open("/my/visits")
        self.assertIn(visit.number, page.text)
        self.assertIn(visit.number, self.url_open(self.ticket.access_url).text)
        for path in (
            f"/my/visits/{visit.id}/report",
            f"/my/tickets/{self.ticket.id}/visit/{visit.id}",
        ):
            answer = self.url_open(path)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers["Content-Type"], "application/pdf")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            # tests print pages, not paper
            self.assertIn("A new relay", answer.text)

    def test_nobody_reads_what_is_another_customers_or_not_done(self):
        visit = self._do(self._plan())
        planned = self._plan(start=MONDAY + timedelta(days=1))
        own = self._plan(
            start=MONDAY + timedelta(days=2), ticket_id=False, partner_id=self.outsider.id
        )
        self._do(own)
        self._log_in(self.login)
        for path in (
            f"/my/visits/{planned.id}/report",
            f"/my/tickets/{self.ticket.id}/visit/{planned.id}",
            f"/my/visits/{own.id}/report",
            f"/my/tickets/{self.ticket.id}/visit/{own.id}",
            "/my/visits/99999999999/report",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)
        self._log_in(self.login_outsider)
        self.assertIn(own.number, self.url_open("/my/visits").text)
        self.assertEqual(self.url_open(f"/my/visits/{visit.id}/report").status_code, 404)

    def test_a_link_to_the_ticket_opens_its_reports_and_no_others(self):
        visit = self._do(self._plan())
        path = f"/my/tickets/{self.ticket.id}/visit/{visit.id}"
        token = self.ticket._portal_ensure_token()
        answer = self.url_open(f"{path}?access_token={token}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn("A new relay", answer.text)
        self.assertEqual(self.url_open(f"{path}?access_token=wrong").status_code, 404)
