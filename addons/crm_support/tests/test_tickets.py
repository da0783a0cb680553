# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestTickets(CrmSupportCase):
    def test_an_agent_makes_a_ticket_by_hand(self):
        form = Form(self.env["crm.ticket"].with_user(self.agent))
        form.name = "The printer is on fire"
        form.partner_id = self.contact
        ticket = form.save()
        self.assertRegex(ticket.number, r"^T\d{5,}$")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.stage_id, self.stage_new)
        self.assertEqual(ticket.commercial_partner_id, self.customer)
        self.assertEqual(ticket.partner_email, "contact@customer.example")

    def test_numbers_are_never_the_same(self):
        tickets = self._create_ticket() | self._create_ticket()
        tickets |= tickets[0].copy()
        self.assertEqual(len(set(tickets.mapped("number"))), 3)

    def test_closing_and_reopening_keep_when_and_how_often(self):
        ticket = self._create_ticket().with_user(self.agent)
        ticket.action_close()
        self.assertEqual(ticket.stage_id, self.stage_solved)
        self.assertTrue(ticket.is_closed)
        self.assertTrue(ticket.date_closed)
        ticket.action_reopen()
        self.assertFalse(ticket.is_closed)
        self.assertFalse(ticket.date_closed)
        self.assertEqual(ticket.reopen_count, 1)

    def test_a_ticket_whose_team_changes_takes_a_stage_of_the_new_team(self):
        team = self._create_team("Invoicing")
        stage = self.env["crm.ticket.stage"].create(
            {"name": "Ledger", "team_ids": self.team.ids, "sequence": 1}
        )
        ticket = self._create_ticket()
        self.assertEqual(ticket.stage_id, stage)
        ticket.team_id = team
        self.assertEqual(ticket.stage_id, self.stage_new)

    def test_a_ticket_does_not_follow_itself(self):
        first = self._create_ticket()
        second = self._create_ticket(parent_id=first.id)
        with self.assertRaises(ValidationError):
            first.parent_id = second

    def test_who_spoke_last_is_known(self):
        ticket = self._create_ticket(partner_id=self.contact.id)
        self.assertTrue(ticket.is_waiting_for_reply)
        agent = ticket.with_user(self.agent)
        agent.message_post(
            body="Looking into it", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertTrue(ticket.is_waiting_for_reply, "a note is no reply")
        agent.message_post(
            body="It is solved", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(ticket.is_waiting_for_reply)
        self.assertTrue(ticket.date_first_reply)
        ticket.message_post(
            body="Not yet",
            author_id=self.contact.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertTrue(ticket.is_waiting_for_reply)
