# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_core.tests.privacy_common import EMAIL, NAME, PHONE, PrivacyCase

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTicketContracts(CrmSupportCase):
    """Tickets on the customer's page, in the history and among the figures."""

    def _get_rows(self, user=None, record=None):
        interactions = self.env["crm.interaction"].with_user(user or self.agent)
        record = record or self.customer
        return interactions.get_page(record._name, record.id)["rows"]

    def _get_cards(self, user=None):
        page = self.customer.with_user(user or self.agent).get_customer_page()
        return {card["id"]: card for card in page["cards"]}

    def test_the_history_of_a_customer_shows_tickets_and_what_was_said(self):
        ticket = self._create_ticket("The pump leaks", partner_id=self.contact.id)
        self._reply(ticket, "We are on our way")
        self._write_as_customer(ticket, "It floods the cellar")
        excerpts = [row["excerpt"] for row in self._get_rows()]
        titles = [row["title"] for row in self._get_rows()]
        self.assertTrue(any("on our way" in text for text in excerpts))
        self.assertTrue(any("floods the cellar" in text for text in excerpts))
        self.assertTrue(any("The pump leaks" in title for title in titles))

    def test_opening_and_closing_are_two_moments(self):
        ticket = self._create_ticket("The pump leaks", partner_id=self.contact.id)
        self.assertEqual([row["channel"] for row in self._get_rows()], ["ticket"])
        ticket.action_close()
        rows = self._get_rows()
        self.assertEqual([row["channel"] for row in rows], ["ticket", "ticket"])
        self.assertEqual({row["direction"] for row in rows}, {"in", "internal"})

    def test_the_history_shows_no_ticket_that_its_reader_may_not_see(self):
        team = self._create_team("Invited", visibility="invited")
        self._create_ticket("Secret", partner_id=self.contact.id, team_id=team.id)
        self._create_ticket("There", partner_id=self.contact.id, team_id=self.team_other.id)
        self.assertEqual(self._get_rows(), [])
        self.assertEqual([row["title"] for row in self._get_rows(self.lead)], ["Secret"])

    def test_the_card_counts_the_open_tickets_of_the_family_and_opens_them(self):
        waiting = self._create_ticket(partner_id=self.contact.id)
        answered = self._create_ticket(partner_id=self.customer.id)
        self._reply(answered)
        self._create_ticket(partner_id=self.contact.id).action_close()
        card = self._get_cards()["open_tickets"]
        self.assertEqual((card["count"], card["tone"]), (2, "warning"))
        self.assertIn("1", card["subtitle"])
        action = card["action"]
        found = (
            self.env["crm.ticket"]
            .with_user(self.agent)
            .with_context(**action["context"])
            .search(action["domain"])
        )
        self.assertEqual(found, waiting | answered)

    def test_who_sees_no_tickets_has_no_card(self):
        self._create_ticket(partner_id=self.contact.id)
        person = self.employee
        cards = self.customer.with_user(person)._get_customer_cards()
        self.assertNotIn("open_tickets", [card["id"] for card in cards])

    def _get_value(self, code, period="last_30_days", **options):
        metric = self.env["crm.metric"].with_user(self.lead).search([("code", "=", code)])
        return metric._get_values(period, **options)[metric]

    def _in_own_company(self):
        self.env["crm.ticket"].search([]).sudo()._write({"active": False})
        self.env.flush_all()
        self.env.invalidate_all()

    def test_the_figures_of_support(self):
        self._in_own_company()
        now = fields.Datetime.now()
        opened = self._create_ticket(date_opened=now - timedelta(hours=4))
        self._reply(opened)
        opened.date_first_reply = now - timedelta(hours=1)
        closed = [self._create_ticket(user_id=self.agent.id) for _number in range(2)]
        for ticket in closed:
            ticket.action_close()
        closed[0].action_reopen()
        closed[0].action_close()
        values = {
            code: self._get_value(code).value
            for code in (
                "tickets_open",
                "tickets_opened",
                "tickets_closed",
                "ticket_reopen_rate",
                "ticket_first_reply",
            )
        }
        self.assertEqual(values["tickets_open"], 1)
        self.assertEqual((values["tickets_opened"], values["tickets_closed"]), (3, 2))
        self.assertAlmostEqual(values["ticket_reopen_rate"], 50, 3)
        self.assertAlmostEqual(values["ticket_first_reply"], 3, 2)

    def test_figures_count_what_the_reader_may_see(self):
        self._in_own_company()
        self._create_ticket(team_id=self.team_other.id)
        self.assertFalse(self._get_value("tickets_open").value)

    def test_the_page_of_figures_opens_for_a_lead_of_support(self):
        page = self.env["crm.metric"].with_user(self.lead).get_team_page(category="support")
        self.assertIn("tickets_open", [tile["code"] for tile in page["tiles"]])
        self.assertIn("support", [category["id"] for category in page["categories"]])
        self.assertNotIn("pipeline", page["options"])


@tagged("post_install", "-at_install")
class TestTicketPrivacy(PrivacyCase):
    """A person's tickets are exported and erased with everything else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        team = cls.env["crm.ticket.team"].create({"name": "Privacy", "company_id": cls.company.id})
        cls.ticket, cls.stranger, cls.mention = cls.env["crm.ticket"].create(
            [
                {
                    "name": f"Leak at {NAME}",
                    "description": f"<p>Call {PHONE}</p>",
                    "partner_id": cls.person.id,
                    "team_id": team.id,
                },
                {
                    "name": "By form",
                    "partner_name": NAME,
                    "partner_email": EMAIL.upper(),
                    "team_id": team.id,
                },
                {
                    "name": f"Neighbour of {NAME}",
                    "partner_email": "other@other.example",
                    "team_id": team.id,
                },
            ]
        )
        cls.ticket.message_post(
            body=f"Hello, {NAME} here", author_id=cls.person.id, email_from=EMAIL
        )

    def test_tickets_are_found_by_contact_and_by_address(self):
        request = self._request("export")
        found = request.line_ids.filtered(lambda line: line.model == "crm.ticket" and not line.note)
        self.assertEqual(
            sum(found.filtered(lambda line: line.kind == "blank").mapped("found_count")), 2
        )

    def test_after_erasing_the_person_is_on_no_ticket(self):
        self._request("erase")
        tables = {table for table, _column in self._find_everywhere([EMAIL, NAME])}
        self.assertFalse({name for name in tables if name.startswith("crm_ticket")})
        self.assertTrue(self.ticket.exists() and self.stranger.exists(), "figures stay")
