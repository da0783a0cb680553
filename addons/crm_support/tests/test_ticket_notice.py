# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .mail_common import TicketMailCase


@tagged("post_install", "-at_install")
class TestTicketNotice(TicketMailCase):
    """Whom a team named hears of tickets that come in and that nobody was given (T-S14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.new_ticket_user_ids = cls.lead
        cls.lead.notification_type = "email"

    def _get_notices(self, ticket):
        domain = [("res_id", "=", ticket.id), ("message_type", "=", "user_notification")]
        return self.env["mail.message"].search([("model", "=", "crm.ticket"), *domain])

    def _get_told(self, ticket):
        """Return the people who were told of a ticket, one for each time."""
        return [
            partner
            for notice in self._get_notices(ticket)
            for partner in notice.notified_partner_ids
        ]

    def test_they_are_told_at_once_even_at_night_when_the_team_is_away(self):
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)]).unlink()
        with freeze_time("2026-03-08 02:30:00"):
            ticket = self._receive(subject="Nothing works")
            self.assertEqual(self._get_told(ticket), [self.lead.partner_id])
            [mail] = self.env["mail.mail"].search(
                [("res_id", "=", ticket.id), ("model", "=", "crm.ticket")]
            )
            self.assertFalse(mail.scheduled_date)
            self.assertEqual(mail.state, "outgoing")
            trigger = self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)])
            self.assertTrue(trigger)
        self.assertIn("Nothing works", mail.subject)

    def test_the_customer_sees_nothing_of_it(self):
        ticket = self._receive()
        notice = self._get_notices(ticket)
        self.assertTrue(notice)
        messages = self.env["mail.message"]
        shared = messages.search(messages._get_search_domain_share())
        self.assertFalse(notice & shared)
        self.assertNotIn(self.contact, notice.notified_partner_ids)

    def test_a_ticket_that_somebody_was_given_is_his_affair(self):
        ticket = self._create_ticket(channel="api", user_id=self.agent.id)
        self.assertEqual(self._get_told(ticket), [])
        self.assertEqual(self._get_told(self._create_ticket(channel="api")), [self.lead.partner_id])

    def test_what_an_agent_writes_down_himself_and_answers_are_no_news(self):
        ticket = self._create_ticket()
        self.assertEqual(self._get_told(ticket), [])
        came = self._receive()
        self._receive(in_reply_to=self._get_messages(came).message_id, text="One thing more")
        self.assertEqual(len(self._get_told(came)), 1)

    def test_who_may_not_see_the_ticket_is_not_told(self):
        self.team.write(
            {
                "visibility": "invited",
                "member_ids": [Command.set(self.agent.ids)],
                "new_ticket_user_ids": [Command.set((self.agent | self.employee).ids)],
            }
        )
        self.assertEqual(self._get_told(self._receive()), [self.agent.partner_id])

    def test_each_is_told_in_his_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.lead.lang = "fr_FR"
        ticket = self._receive()
        notice = self._get_notices(ticket)
        self.assertIn("Nouveau ticket", notice.subject)

    def test_teams_that_named_nobody_tell_nobody(self):
        self.team.new_ticket_user_ids = False
        self.assertEqual(self._get_told(self._receive()), [])
