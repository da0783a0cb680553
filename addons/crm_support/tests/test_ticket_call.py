# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.crm_core.models.crm_telephony_account import CrmTelephonyAccount
from odoo.addons.crm_core.tests.telephony_common import NUMBER, UNKNOWN, TelephonyCase
from odoo.addons.crm_core.tools.messaging.outcome import Outcome

from .channel_common import TicketChannelMixin


@tagged("post_install", "-at_install")
class TestTicketCall(TicketChannelMixin, TelephonyCase):
    """Calls about tickets: written down, made into tickets, and missed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_support()
        cls.ticket = cls._create_ticket(partner_id=cls.customer.id, user_id=cls.agent.id)

    def test_an_agent_writes_a_call_down_on_a_ticket(self):
        ticket = self.ticket.with_user(self.agent)
        form = self._open_dialog(ticket.action_log_call(), user=self.agent)
        self.assertEqual(form.number, self.ticket.partner_phone)
        form.outcome_id = self.reached
        form.note = "Comes on Monday"
        call = form.save()
        self.assertEqual((call.ticket_id, call.partner_id), (self.ticket, self.customer))
        self.assertEqual(call.user_id, self.agent)
        self.assertIn("Comes on Monday", self.ticket.message_ids[0].body)
        self.assertEqual(ticket.call_count, 1)
        action = ticket.action_view_calls()
        self.assertEqual(self.Call.with_user(self.agent).search(action["domain"]), call)

    def test_a_call_with_a_contact_becomes_a_ticket_and_stays_the_contacts(self):
        call = self._log(self.customer, user=self.agent, note="The pump is loud\nSince Friday")
        action = call.action_create_ticket()
        ticket = self.Ticket.browse(action["res_id"])
        self.assertEqual(
            (ticket.name, ticket.channel, ticket.partner_id, ticket.team_id, ticket.user_id),
            ("The pump is loud", "phone", self.customer, self.support, self.agent),
        )
        self.assertIn("Since Friday", ticket.description)
        self.assertEqual((call.ticket_id, call.res_model), (ticket, "res.partner"))
        with self.assertRaises(UserError):
            call.action_create_ticket()

    def test_a_missed_call_of_nobody_becomes_a_ticket_with_the_number(self):
        call = self._miss(UNKNOWN)
        ticket = self.Ticket.browse(call.with_user(self.agent).action_create_ticket()["res_id"])
        self.assertEqual((ticket.partner_phone, ticket.partner_id.id), (UNKNOWN, False))
        self.assertEqual((call.res_model, call.res_id), ("crm.ticket", ticket.id))
        self.assertEqual(call.message_id.res_id, ticket.id)

    def test_an_agent_links_a_call_to_a_ticket(self):
        call = self._log(self.customer, user=self.agent)
        form = Form(call, view="crm_core.crm_call_view_form")
        form.ticket_id = self.ticket
        form.save()
        self.assertEqual(call.ticket_id, self.ticket)

    def test_a_missed_call_of_a_customer_with_an_open_ticket_is_noted_there_once(self):
        call = self._miss(NUMBER)
        self.assertEqual(call.ticket_id, self.ticket)
        self.assertEqual((call.lead_id, call.is_to_call_back), (self.lead, True))
        self.assertIn("Missed", self.ticket.message_ids[0].body)
        before = len(self.ticket.message_ids)
        self._tell("missed", **{"from": NUMBER, "call": call.telephony_ref})
        self.assertEqual(len(self.ticket.message_ids), before)

    def test_a_missed_call_says_nothing_on_closed_tickets_and_those_of_other_companies(self):
        self.ticket.action_close()
        team = self._create_support_team(
            "Abidjan", company_id=self.company_xof.id, member_ids=False
        )
        other = self._create_ticket(team_id=team.id, partner_phone=NUMBER)
        call = self._miss(NUMBER)
        self.assertFalse(call.ticket_id)
        self.assertNotIn("Missed", "".join((self.ticket | other).message_ids.mapped("body")))

    def test_an_agents_telephone_calls_from_a_ticket(self):
        self.account.write({"is_dialling": True, "url": "https://pbx.example.com/call"})
        self._give("201", self.agent)
        extensions = self.env["crm.telephony.extension"].with_user(self.agent)
        answer = (Outcome("sent", "", "", "ref-1"), None)
        with patch.object(CrmTelephonyAccount, "_dial", return_value=answer) as dialled:
            result = extensions.dial("crm.ticket", self.ticket.id, NUMBER)
        call = self.Call.browse(result["call"])
        self.assertEqual((call.ticket_id, call.state), (self.ticket, "ringing"))
        self.assertEqual(dialled.call_args.args[0], NUMBER)

    def test_agents_see_calls_of_tickets_and_contacts_but_none_of_other_companies_or_deals(self):
        self._log(self.customer, user=self.salesperson)
        deal = self._log(self.lead, user=self.salesperson)
        calls = self.Call.with_user(self.agent).search([])
        self.assertNotIn(deal, calls)
        self.assertTrue(calls)
        self.assertFalse(self.Call.with_user(self.agent_elsewhere).search([]))
        with self.assertRaises(AccessError):
            deal.with_user(self.agent).write({"note": "x"})

    def test_a_ticket_of_another_company_is_refused(self):
        team = self._create_support_team(
            "Abidjan", company_id=self.company_xof.id, member_ids=False
        )
        other = self._create_ticket(team_id=team.id)
        call = self._log(self.customer, user=self.agent)
        with self.assertRaises(UserError):
            call.sudo().ticket_id = other
