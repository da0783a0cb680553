# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from .mail_common import TicketMailCase

MONDAY = datetime(2026, 3, 2, 10, 0)


@tagged("post_install", "-at_install")
class TestTicketSilence(TicketMailCase):
    """A team that works on weekdays closes after five working days, and says so two days before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write({"closing_days": 5, "closing_warning_days": 2})
        calendar = cls.env["resource.calendar"].create(
            {"name": "Weekdays", "company_id": cls.company.id, "tz": "Europe/Paris"}
        )
        cls.team.resource_calendar_id = calendar
        cls.cron = cls.env.ref("crm_support.ir_cron_crm_support_silence")

    def _create_waiting(self, **values):
        with freeze_time(MONDAY):
            ticket = self._create_ticket(partner_id=self.contact.id, **values)
            self._reply(ticket)
            ticket.stage_id = self.stage_waiting
        return ticket

    def _run(self, day, hour=11):
        with freeze_time(datetime(2026, 3, day, hour, 0)), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()

    def _get_warnings(self, ticket):
        return self.env["crm.dispatch"].search([("key", "=like", f"ticket:{ticket.id}:silence:%")])

    def test_a_silent_customer_is_warned_once_and_then_the_ticket_is_closed(self):
        ticket = self._create_waiting()
        self._run(4)
        self.assertFalse(self._get_warnings(ticket))
        for _time in range(3):
            self._run(5)
        self.assertEqual(len(self._get_warnings(ticket)), 1)
        self._run(8)
        self.assertFalse(ticket.is_closed, "on Sunday, four days have passed")
        self._run(9, hour=12)
        self.assertTrue(ticket.is_closed)
        self.assertIn("5 working days", "".join(ticket.message_ids.mapped("body")))

    def test_holidays_do_not_pass(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.team.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 4, 0, 0),
                "date_to": datetime(2026, 3, 4, 23, 0),
            }
        )
        ticket = self._create_waiting()
        self._run(5)
        self.assertFalse(self._get_warnings(ticket))
        self._run(6)
        self.assertTrue(self._get_warnings(ticket))

    def test_a_customer_who_writes_is_not_warned_nor_closed(self):
        ticket = self._create_waiting()
        self._run(5)
        with freeze_time(datetime(2026, 3, 6, 9, 0)):
            self._receive(subject=f"Re: [#{ticket.number}]", text="I am here")
        self.assertEqual(ticket.stage_id, self.stage_doing)
        self._run(20)
        self.assertFalse(ticket.is_closed)
        self.assertEqual(len(self._get_warnings(ticket)), 1)

    def test_a_new_silence_is_warned_of_again(self):
        ticket = self._create_waiting()
        self._run(5)
        with freeze_time(datetime(2026, 3, 6, 9, 0)):
            self._receive(subject=f"Re: [#{ticket.number}]", text="I am here")
            self._reply(ticket)
            ticket.stage_id = self.stage_waiting
        self._run(11)
        self.assertEqual(len(self._get_warnings(ticket)), 2)

    def test_a_late_run_warns_first_and_closes_after_the_days_that_it_promised(self):
        ticket = self._create_waiting()
        self._run(30)
        self.assertFalse(ticket.is_closed)
        self.assertEqual(len(self._get_warnings(ticket)), 1)
        self._run(31)
        self.assertFalse(ticket.is_closed)

    def test_a_ticket_that_waits_for_us_stays_open(self):
        with freeze_time(MONDAY):
            asked = self._create_ticket(partner_id=self.contact.id)
            asked.stage_id = self.stage_waiting
            answered = self._create_ticket(partner_id=self.contact.id)
            self._reply(answered)
        self._run(30)
        self.assertFalse(asked.silence_warned_at)
        self.assertFalse(answered.silence_warned_at)

    def test_teams_that_do_not_want_it_close_nothing(self):
        self.team.closing_days = 0
        ticket = self._create_waiting()
        self._run(30)
        self.assertFalse(ticket.silence_warned_at)

    def test_one_ticket_that_cannot_be_closed_does_not_hold_up_the_others(self):
        bad, good = self._create_waiting(name="Bad"), self._create_waiting()
        tickets = type(bad)
        close = tickets.action_close

        def action_close(self):
            if bad in self:
                raise ValueError("Not this one")
            return close(self)

        self._run(5)
        with patch.object(tickets, "action_close", action_close):
            self._run(9, hour=12)
            self._run(10)
        self.assertTrue(good.is_closed)
        self.assertFalse(bad.is_closed)
        self.assertEqual(bad.silence_problem, "Not this one")
