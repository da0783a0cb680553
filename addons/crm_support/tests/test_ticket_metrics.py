# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_core.tests.metric_common import MetricCase

from .common import AGENT, LEAD


@tagged("post_install", "-at_install")
class TestTicketMetrics(MetricCase):
    """Figures of support can be trusted: each equals the tickets that a click on it shows, for whoever clicks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.group_ids = [Command.link(cls.env.ref(LEAD).id)]
        cls.salesperson.group_ids = [Command.link(cls.env.ref(AGENT).id)]
        cls.desk = cls.env["crm.ticket.team"].create(
            {"name": "Desk", "company_id": cls.company.id, "visibility": "invited"}
        )
        cls.desk.member_ids = cls.salesperson

    def _make_tickets(self):
        values = {"partner_id": self.customer.id, "team_id": self.desk.id}
        tickets = self.env["crm.ticket"].create(
            [{**values, "name": f"Ticket {number}"} for number in range(4)]
        )
        tickets.date_opened = datetime(2026, 6, 2, 9)
        tickets[:3].user_id = self.salesperson
        with freeze_time("2026-06-10 12:00:00"):
            tickets[:2].action_close()
            self.env.flush_all()
        tickets[3].date_opened = datetime(2026, 5, 2, 9)
        return tickets

    def test_every_figure_of_support_equals_the_tickets_it_opens(self):
        self._make_tickets()
        for user in (self.manager, self.salesperson):
            codes = self._get_metrics_of(user).mapped("code")
            self.assertIn("tickets_closed", codes)
            self._check_figures(user)
        self.assertEqual(self._value("tickets_opened").value, 3)
        self.assertEqual(self._value("tickets_closed").value, 2)

    def test_promises_kept_are_told_in_percent_of_those_that_were_due(self):
        self.env["crm.sla.policy"].search([]).state = "draft"
        tickets = self._make_tickets()
        states = ("met", "met", "breached", "cancelled")
        kinds = ("first_reply", "next_reply", "periodic_update", "resolution", "reach_stage")
        self.env["crm.sla.clock"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "state": state,
                    "deadline": datetime(2026, 6, 3, 12),
                }
                for kind in kinds
                for ticket, state in zip(tickets, states, strict=True)
            ]
        )
        for kind in kinds:
            with self.subTest(kind=kind):
                self.assertEqual(self._value(f"sla_{kind}_due").value, 3)
                self.assertEqual(self._value(f"sla_{kind}_kept").value, 2)
                self.assertAlmostEqual(self._value(f"sla_{kind}_rate").value, 200 / 3)
                self.assertFalse(self._value(f"sla_{kind}_due", "last_month").value)

    def test_replies_age_and_hours_are_figures_too(self):
        tickets = self._make_tickets()
        tickets[0].reply_count = 2
        tickets[1].reply_count = 1
        self.env["crm.ticket.time"].create(
            [
                {"ticket_id": ticket.id, "minutes": minutes, "user_id": self.salesperson.id,
                 "date": "2026-06-05", "billing": billing, "note": "Repair"}
                for ticket, minutes, billing in zip(tickets, (30, 60, 90, 0), ("free", "billable", "billable", "free"), strict=True)
                if minutes
            ]
        )  # fmt: skip
        self.assertEqual(self._value("ticket_one_touch_rate").value, 50)
        self.assertAlmostEqual(
            self._value("ticket_backlog_age").value, (14 + 1 / 24 + 45 + 1 / 24) / 2
        )
        self.assertEqual(self._value("support_hours").value, 3)
        self.assertEqual(self._value("support_hours_billable").value, 2.5)

    def test_every_metric_of_support_is_valid_and_says_what_it_counts(self):
        metrics = self._get_metrics_of(self.manager).filtered(
            lambda metric: metric.category == "support"
        )
        metrics._check_definition()
        self.assertGreaterEqual(len(metrics), 8)
        for metric in metrics:
            self.assertTrue(self._value(metric, compare="previous").formatted, metric.code)
            self.assertGreater(len(metric.definition), 20, metric.code)

    def test_the_page_of_support_offers_to_choose_by_what_tickets_have(self):
        options = self.env["crm.metric"].with_user(self.manager).get_team_page(category="support")
        self.assertEqual(set(options["options"]), {"salesperson"})
        people = [person["id"] for person in options["options"]["salesperson"]]
        self.assertIn(self.salesperson.id, people)
        team = {"category": "support", "filters": {"pipeline": [1]}}
        unfiltered = self.env["crm.metric"].with_user(self.manager).get_team_page(**team)
        self.assertEqual(unfiltered["tiles"], options["tiles"])

    def test_who_may_not_read_tickets_is_offered_none_of_their_figures(self):
        categories = self._get_metrics_of(self.salesperson_all).mapped("category")
        self.assertNotIn("support", categories)
        self.assertIn("tickets_open", self._get_metrics_of(self.salesperson).mapped("code"))
