# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import CrmSupportCase


@tagged("post_install", "-at_install")
class TestNextTicket(CrmSupportCase):
    """What an agent works on next."""

    def _next(self, user=None, current=None):
        tickets = current or self.env["crm.ticket"]
        action = tickets.with_user(user or self.agent).action_next_ticket()
        return self.env["crm.ticket"].browse(action.get("res_id"))

    def test_my_own_whose_customer_waits_comes_first_then_by_priority_then_who_waits_longest(self):
        now = fields.Datetime.now()
        free = self._create_ticket("Free", priority="3")
        young, old, high = (
            self._create_ticket(name, user_id=self.agent.id) for name in ("Young", "Old", "High")
        )
        answered = self._create_ticket("Answered", user_id=self.agent.id, priority="3")
        self._reply(answered)
        high.priority = "2"
        old.date_waiting_since = now - timedelta(hours=4)
        young.date_waiting_since = now - timedelta(hours=1)
        seen = []
        for ticket in (high, old, young):
            self.assertEqual(self._next(), ticket)
            seen.append(ticket)
            self._reply(ticket)
        self.assertEqual(self._next(), free)
        self.assertEqual(free.user_id, self.agent, "whoever opens it has it")

    def test_what_is_on_the_screen_is_not_next(self):
        first, second = (self._create_ticket(user_id=self.agent.id) for _number in range(2))
        self.assertEqual(self._next(current=first), second)
        self.assertEqual(self._next(current=second), first)

    def test_only_tickets_of_my_own_teams_are_taken(self):
        elsewhere = self._create_team("Elsewhere")
        ticket = self._create_ticket(team_id=elsewhere.id)
        self.assertFalse(self._next())
        elsewhere.member_ids = [Command.link(self.agent.id)]
        self.assertEqual(self._next(), ticket)

    def test_what_waits_for_the_customer_or_is_closed_is_not_taken(self):
        self._create_ticket(stage_id=self.stage_waiting.id)
        self._create_ticket(stage_id=self.stage_solved.id)
        self.assertFalse(self._next())

    def test_my_own_rest_comes_when_nobody_waits(self):
        ticket = self._create_ticket(user_id=self.agent.id)
        self._reply(ticket)
        self.assertEqual(self._next(), ticket)
        ticket.stage_id = self.stage_waiting
        self.assertFalse(self._next())

    def test_a_ticket_that_another_agent_takes_at_this_moment_is_left_to_him(self):
        first, second = self._create_ticket(priority="3"), self._create_ticket()
        original = type(first).try_lock_for_update

        def lock(tickets, **options):
            return original(tickets - first, **options)

        with patch.object(type(first), "try_lock_for_update", lock):
            self.assertEqual(self._next(), second)
        self.assertFalse(first.user_id)

    def test_nothing_is_taken_in_a_company_that_is_switched_off(self):
        self.team_other.member_ids = [Command.link(self.manager.id)]
        ticket = self._create_ticket(team_id=self.team_other.id)
        manager = self.env["crm.ticket"].with_user(self.manager)
        action = manager.with_context(allowed_company_ids=self.company.ids).action_next_ticket()
        self.assertNotIn("res_id", action)
        both = manager.with_context(allowed_company_ids=self.manager.company_ids.ids)
        self.assertEqual(both.action_next_ticket()["res_id"], ticket.id)

    def test_the_menu_does_the_same(self):
        ticket = self._create_ticket()
        action = self.env.ref("crm_support.crm_ticket_action_next").with_user(self.agent).run()
        self.assertEqual(action["res_id"], ticket.id)

    def test_the_queue_lists_mine_and_what_nobody_has(self):
        mine, free = self._create_ticket(user_id=self.agent.id), self._create_ticket()
        self._create_ticket(user_id=self.lead.id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_support.crm_ticket_action_queue"
        )
        domain = safe_eval(action["domain"], {"uid": self.agent.id})
        self.assertEqual(self.env["crm.ticket"].with_user(self.agent).search(domain), mine | free)

    def test_strangers_get_no_next_ticket(self):
        self._create_ticket()
        for person in (self.portal, self.employee):
            with self.assertRaises(AccessError):
                self._next(user=person)
