# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .mail_common import TicketMailCase


@tagged("post_install", "-at_install")
class TestMailTickets(TicketMailCase):
    def test_an_email_to_a_team_makes_its_ticket(self):
        ticket = self._receive(
            text="Smoke everywhere",
            cc="Boss <boss@customer.example>, help@abidjan.example",
            subject="Re: Fwd: The printer is on fire",
            attachments=[("photo.bin", b"\x00\x01")],
        ).filtered(lambda ticket: ticket.team_id == self.team)
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "The printer is on fire",
                    "team_id": self.team.id,
                    "channel": "email",
                    "partner_id": self.contact.id,
                    "partner_email": "contact@customer.example",
                    "email_cc": '"Boss" <boss@customer.example>',
                    "user_id": False,
                    "company_id": self.company.id,
                    "is_waiting_for_reply": True,
                }
            ],
        )
        self.assertIn("Smoke everywhere", ticket.description)
        message = self._get_messages(ticket)
        self.assertEqual(message.author_id, self.contact)
        self.assertEqual(message.attachment_ids.mapped("name"), ["photo.bin"])

    def test_an_unknown_sender_keeps_his_name_and_address(self):
        ticket = self._receive(**{"from": "Awa Diop <Awa.Diop@New.example>"})
        self.assertFalse(ticket.partner_id)
        self.assertEqual(
            (ticket.partner_name, ticket.partner_email), ("Awa Diop", "awa.diop@new.example")
        )
        self.assertFalse(self._get_messages(ticket).author_id)

    def test_a_contact_is_taken_only_when_one_alone_has_the_address(self):
        self.contact.copy({"email": "contact@customer.example"})
        self.assertFalse(self._receive().partner_id)

    def test_a_contact_of_another_company_is_not_taken(self):
        self.contact.company_id = self.company_other
        self.customer.company_id = self.company_other
        ticket = self._receive()
        self.assertFalse(ticket.partner_id)
        self.assertFalse(self._get_messages(ticket).author_id)

    def test_a_subject_and_alias_defaults_set_nothing_else(self):
        self.team.alias_id.alias_defaults = (
            f"{{'team_id': {self.team.id}, 'priority': '3', 'user_id': {self.agent.id}}}"
        )
        ticket = self._receive(subject="{'priority': '3', 'user_id': 2, 'stage_id': 5} priority=3")
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.priority, "1")
        self.assertEqual(ticket.stage_id, self.stage_new)

    def test_each_address_leads_to_its_team_and_company(self):
        """T-S9: the routing of addresses."""
        for recipients, teams in (
            ("help@lyon.example", self.team),
            ("help@abidjan.example", self.team_other),
            ("HELP@Lyon.Example", self.team),
            ("help+vip@lyon.example", self.team),
            ("help@lyon.example, help@abidjan.example", self.team | self.team_other),
        ):
            with self.subTest(recipients=recipients):
                tickets = self._receive(
                    to=recipients, subject=f"Address {self.env['crm.ticket'].search_count([])}"
                )
                self.assertEqual(tickets.team_id, teams)
                self.assertEqual(len(tickets), len(teams))

    def test_two_teams_of_one_company_share_one_ticket_and_are_both_told(self):
        """T-S4: To and Cc of two mailboxes."""
        second = self._create_team("Test invoicing", alias_name="invoices", user_id=self.lead.id)
        ticket = self._receive(cc="invoices@lyon.example")
        self.assertEqual(ticket.team_id, self.team)
        note = ticket.message_ids.filtered(lambda message: second.name in (message.body or ""))
        self.assertEqual(note.partner_ids, self.lead.partner_id)

    def test_a_second_delivery_tells_the_second_team_and_nothing_more(self):
        second = self._create_team("Test invoicing", alias_name="invoices", user_id=self.lead.id)
        mail = self._compose(to="everybody@customer.example")
        ticket = self._receive(b"Delivered-To: help@lyon.example\r\n" + mail)
        for _time in range(3):
            self.assertFalse(self._receive(b"Delivered-To: invoices@lyon.example\r\n" + mail))
        notes = ticket.message_ids.filtered(lambda message: second.name in (message.body or ""))
        self.assertEqual(len(notes), 1)
        self.assertEqual(len(self._get_messages(ticket)), 1)

    def test_the_same_email_makes_one_ticket_however_often_it_comes(self):
        mail = self._compose()
        ticket = self._receive(mail)
        self.assertEqual(len(ticket), 1)
        self.assertFalse(self._receive(mail))
        rewritten = mail.replace(b"Message-Id: <", b"Message-Id: <rewritten-")
        self.assertNotEqual(rewritten, mail)
        self.assertFalse(self._receive(rewritten))
        self.assertEqual(len(self._get_messages(ticket)), 1)
        self.assertEqual(len(self._get_acknowledgements(ticket)), 1)

    def test_the_same_email_without_number_makes_one_ticket(self):
        mail = self._compose(message_id=None)
        self.assertEqual(len(self._receive(mail)), 1)
        self.assertFalse(self._receive(mail))

    def test_a_customer_is_told_once_that_his_email_came(self):
        ticket = self._receive()
        dispatch = self._get_acknowledgements(ticket)
        self.assertEqual(
            (dispatch.address, dispatch.purpose), ("contact@customer.example", "service")
        )
        self._receive(subject=f"Re: [#{ticket.number}] The printer is on fire", text="And now?")
        self.assertEqual(
            len(self.env["crm.dispatch"].search([("address", "=", "contact@customer.example")])), 1
        )

    def test_what_other_apps_get_is_left_to_them(self):
        team = self.env["crm.team"].create(
            {"name": "Test sales", "alias_name": "sales", "company_id": self.company.id}
        )
        team.alias_id.alias_domain_id = self.company.alias_domain_id
        self.assertFalse(self._receive(to="sales@lyon.example", subject="An offer, please"))
        self.assertTrue(self.env["crm.lead"].search([("name", "=", "An offer, please")]))
        ticket = self._receive(to="sales@lyon.example, help@lyon.example", subject="Both, please")
        self.assertEqual(len(ticket), 1)
        self.assertTrue(self.env["crm.lead"].search([("name", "=", "Both, please")]))
