# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .sla_common import SlaCase

MONDAY = fields.Datetime.to_datetime("2026-03-02 08:00:00")


@tagged("post_install", "-at_install")
class TestTicketReport(SlaCase):
    """What the analysis says of a ticket is what happened to it."""

    def _come_in_at(self, moment, **values):
        with freeze_time(moment):
            ticket = self._create_ticket(partner_id=self.contact.id, **values)
            self.env.flush_all()
        return ticket

    def _answer_at(self, ticket, moment):
        with freeze_time(moment):
            self._reply(ticket)
            self.env.flush_all()

    def _close_at(self, ticket, moment):
        with freeze_time(moment):
            ticket.action_close()
            self.env.flush_all()

    def _row(self, ticket, user=None):
        self.env.flush_all()
        report = self.env["crm.ticket.report"].with_user(user or self.lead)
        return report.search([("ticket_id", "=", ticket.id)])

    def test_a_ticket_closed_with_one_reply_took_one_touch(self):
        ticket = self._come_in_at(MONDAY)
        self._answer_at(ticket, MONDAY + timedelta(hours=2))
        self._close_at(ticket, MONDAY + timedelta(days=1))
        row = self._row(ticket)
        self.assertEqual(row.first_reply_hours, 2)
        self.assertEqual(row.resolution_days, 1)
        self.assertEqual((row.reply_count, row.one_touch), (1, 100))
        self.assertFalse(row.age)

    def test_a_ticket_that_took_two_replies_or_came_back_is_no_one_touch(self):
        twice, back = self._come_in_at(MONDAY), self._come_in_at(MONDAY)
        for ticket, replies in ((twice, 2), (back, 1)):
            for number in range(replies):
                self._answer_at(ticket, MONDAY + timedelta(hours=2 + number))
            self._close_at(ticket, MONDAY + timedelta(hours=5))
        with freeze_time(MONDAY + timedelta(hours=6)):
            back.action_reopen()
        self._close_at(back, MONDAY + timedelta(hours=7))
        for ticket in (twice, back):
            self.assertEqual(self._row(ticket).one_touch, 0)
        self.assertEqual(self._row(twice).reply_count, 2)
        self.assertEqual(self._row(back).reopen_count, 1)

    def test_notes_and_customers_are_no_replies(self):
        ticket = self._come_in_at(MONDAY)
        self._write_as_customer(ticket)
        ticket.with_user(self.agent).message_post(body="Looks odd", subtype_xmlid="mail.mt_note")
        row = self._row(ticket)
        self.assertEqual(row.reply_count, 0)
        self.assertFalse(row.first_reply_hours)

    def test_the_backlog_is_told_apart_by_age(self):
        with freeze_time(MONDAY):
            ages = {"day": 0.5, "days": 2, "week": 10, "month": 45}
            for age, days in ages.items():
                ticket = self._come_in_at(MONDAY - timedelta(days=days))
                row = self._row(ticket)
                self.assertEqual((row.age, row.age_days), (age, days))
            groups = (
                self.env["crm.ticket.report"]
                .with_user(self.lead)
                ._read_group([("team_id", "=", self.team.id)], ["age"], ["__count", "age_days:avg"])
            )
            self.assertEqual({age: (1, days) for age, days in ages.items()}, {
                age: (count, average) for age, count, average in groups
            })  # fmt: skip

    def test_promises_and_working_hours_come_from_the_clocks(self):
        self._promise(("first_reply", 2), ("resolution", 4))
        ticket = self._come_in_at(self._to_utc("2026-03-02 10:00"))
        self._answer_at(ticket, self._to_utc("2026-03-02 11:30"))
        self._close_at(ticket, self._to_utc("2026-03-03 10:00"))
        row = self._row(ticket)
        self.assertEqual(row.first_reply_working_hours, 1.5)
        self.assertEqual(row.resolution_working_hours, 2 + 4 + 1)
        self.assertEqual((row.promises_kept, row.promises_broken), (1, 1))

    def test_who_merges_tickets_adds_their_replies_up(self):
        first, second = self._come_in_at(MONDAY), self._come_in_at(MONDAY)
        self._answer_at(first, MONDAY + timedelta(hours=1))
        self._answer_at(second, MONDAY + timedelta(hours=1))
        self.env["crm.merge"].with_user(self.lead)._merge(first, second)
        self.env.invalidate_all()
        self.assertEqual(self._row(first).reply_count, 2)
        self.assertFalse(self._row(second))

    def test_leads_see_the_tickets_of_their_company_and_nobody_else_sees_any(self):
        ticket = self._come_in_at(MONDAY)
        other = self._come_in_at(MONDAY, team_id=self.team_other.id)
        self.assertTrue(self._row(ticket))
        self.assertFalse(self._row(other))
        self.assertTrue(self._row(other, self.stranger))
        for user in (self.agent, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self._row(ticket, user)

    def test_a_row_opens_its_ticket(self):
        ticket = self._come_in_at(MONDAY)
        action = self._row(ticket).action_open_ticket()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.ticket", ticket.id))
