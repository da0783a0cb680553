# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
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

    def test_who_waits_waits_since_the_first_question_nobody_answered(self):
        ticket = self._create_ticket(partner_id=self.contact.id)
        since = fields.Datetime.now() - timedelta(hours=3)
        ticket.date_waiting_since = since
        self._write_as_customer(ticket, "And another thing")
        self.assertEqual(ticket.date_waiting_since, since)
        self.assertEqual(ticket.waiting_text, "3 h 0 min")
        self._reply(ticket)
        self.assertFalse(ticket.date_waiting_since)
        self.assertFalse(ticket.waiting_text)

    def test_nobody_waits_on_a_closed_ticket_and_whoever_was_not_answered_waits_again_when_it_is_reopened(
        self,
    ):
        unanswered, answered = self._create_ticket(), self._create_ticket()
        self._reply(answered)
        for ticket in (unanswered, answered):
            ticket.action_close()
            self.assertFalse(ticket.is_waiting_for_reply)
            ticket.action_reopen()
        self.assertTrue(unanswered.is_waiting_for_reply)
        self.assertEqual(unanswered.date_waiting_since, unanswered.date_last_customer_message)
        self.assertFalse(answered.is_waiting_for_reply)

    def test_what_is_related_to_a_ticket_shows_on_both(self):
        first, second, third = (self._create_ticket(name) for name in ("First", "Second", "Third"))
        first.related_ids = second | first
        self.assertEqual(first.related_ids, second, "nothing is related to itself")
        self.assertEqual(second.related_ids, first)
        second.related_ids = [Command.link(third.id)]
        self.assertEqual(second.related_ids, first | third)
        self.assertEqual(third.related_ids, second)
        self.assertEqual(
            self.env["crm.ticket"].search([("related_ids", "in", second.ids)]), third | first
        )
        second.related_ids = [Command.unlink(first.id)]
        self.assertFalse(first.related_ids)
        self.assertEqual(second.related_ids, third)

    def test_a_copy_is_a_new_request_of_the_same_kind(self):
        tag = self.env["crm.ticket.tag"].create({"name": "Warranty"})
        ticket = self._create_ticket(
            partner_id=self.contact.id,
            user_id=self.agent.id,
            tag_ids=tag.ids,
            priority="3",
            channel="email",
        )
        self._reply(ticket)
        ticket.action_close()
        copies = (ticket | self._create_ticket()).copy()
        copy = copies[0]
        self.assertEqual((copy.tag_ids, copy.priority, copy.partner_id), (tag, "3", self.contact))
        self.assertEqual((copy.stage_id, copy.channel), (self.stage_new, "manual"))
        self.assertFalse(
            copy.user_id or copy.date_closed or copy.date_first_reply or copy.reopen_count
        )
        self.assertTrue(copy.is_waiting_for_reply)

    def test_a_ticket_in_another_company_leaves_behind_whom_that_company_does_not_know(self):
        category = self.env["crm.ticket.category"].create(
            {"name": "Here", "company_id": self.company.id}
        )
        shared = self.env["crm.ticket.category"].create({"name": "Everywhere"})
        ticket = self._create_ticket(
            user_id=self.agent.id, category_id=category.id, parent_id=self._create_ticket().id
        )
        known = self._create_ticket(user_id=self.manager.id, category_id=shared.id)
        (ticket | known).with_user(self.manager).with_context(
            allowed_company_ids=self.manager.company_ids.ids
        ).write({"team_id": self.team_other.id})
        self.assertEqual((ticket | known).company_id, self.company_other)
        self.assertFalse(ticket.user_id or ticket.category_id or ticket.parent_id)
        self.assertEqual((known.user_id, known.category_id), (self.manager, shared))

    def test_a_ticket_of_a_customer_of_one_company_alone_does_not_go_to_another(self):
        self.contact.company_id = self.company
        ticket = self._create_ticket(partner_id=self.contact.id)
        with self.assertRaises(UserError):
            ticket.team_id = self.team_other

    def test_a_stage_of_another_team_is_refused(self):
        stage = self.env["crm.ticket.stage"].create(
            {"name": "Theirs", "team_ids": self.team_other.ids}
        )
        with self.assertRaises(ValidationError):
            self._create_ticket().stage_id = stage

    def test_a_stage_that_is_made_a_closed_one_closes_what_is_in_it(self):
        stage = self.env["crm.ticket.stage"].create(
            {"name": "Handed over", "team_ids": self.team.ids}
        )
        ticket = self._create_ticket(stage_id=stage.id)
        stage.fold = True
        self.assertTrue(ticket.is_closed and ticket.date_closed)
        self.assertFalse(ticket.is_waiting_for_reply)
        stage.fold = False
        self.assertFalse(ticket.is_closed or ticket.date_closed)

    def test_nothing_that_is_to_be_done_is_hidden_with_its_team_or_stage(self):
        stage = self.env["crm.ticket.stage"].create({"name": "Own", "team_ids": self.team.ids})
        ticket = self._create_ticket(stage_id=stage.id)
        for record in (stage, self.team):
            with self.assertRaises(UserError):
                record.action_archive()
        ticket.action_close()
        (stage | stage).action_archive()
        self.team.action_archive()
        self.assertFalse(self.team.active or stage.active)

    def test_a_team_with_tickets_stays_in_its_company(self):
        self._create_ticket()
        with self.assertRaises(UserError):
            self.team.company_id = self.company_other

    def test_a_ticket_by_hand_goes_to_a_team_that_is_not_archived_of_the_company_one_works_in(self):
        tickets = self.env["crm.ticket"].with_user(self.agent)
        self.assertEqual(tickets._get_default_team(), self.team)
        self.team.action_archive()
        self.assertNotEqual(tickets._get_default_team(), self.team)
        second = self._create_team("Second", member_ids=[Command.set(self.agent.ids)])
        self.assertEqual(tickets._get_default_team(), second)

    def test_what_is_brought_from_elsewhere_keeps_its_times(self):
        then = fields.Datetime.from_string("2025-01-31 10:00:00")
        ticket = self._create_ticket(
            date_opened=then,
            date_last_customer_message=then,
            stage_id=self.stage_solved.id,
            date_closed=then,
        )
        self.assertEqual(
            (ticket.date_opened, ticket.date_last_customer_message, ticket.date_closed),
            (then, then, then),
        )

    def test_numbers_of_a_sequence_by_year_come_too(self):
        sequence = self.env.ref("crm_support.ir_sequence_crm_ticket")
        sequence.write({"use_date_range": True, "prefix": "T%(range_year)s-"})
        tickets = self.env["crm.ticket"].create(
            [{"name": name, "team_id": self.team.id} for name in "ab"]
        )
        self.assertEqual(len(set(tickets.mapped("number"))), 2)
        self.assertRegex(tickets[0].number, r"^T20\d\d-")

    def test_the_team_lead_sees_what_waits_in_each_team(self):
        mine = self._create_ticket(user_id=self.lead.id, priority="3")
        self._reply(mine)
        self._create_ticket()
        self._create_ticket().action_close()
        team = self.team.with_user(self.lead)
        counts = (
            team.open_count,
            team.mine_count,
            team.unassigned_count,
            team.waiting_count,
            team.urgent_count,
        )
        self.assertEqual(counts, (2, 1, 1, 1, 1))
        action = team.with_context(ticket_filter="urgent").action_view_tickets()
        self.assertEqual(action["context"]["search_default_urgent"], 1)
        self.assertNotIn("search_default_mine", action["context"])
