# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.crm_sla_clock_book import CrmSlaClock
from .sla_common import MONDAY, SlaCase


@tagged("post_install", "-at_install")
class TestSlaWatch(SlaCase):
    """What falls due while nobody looks: each step once, breaches at their moment, people in their hours (S-23, S-24)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._promise(("resolution", 4))
        cls.agent.resource_ids.unlink()
        cls.policy.escalation_ids = [
            Command.create(
                {"trigger": "percent", "amount": 75, "action": "notify", "recipient": "user"}
            ),
            Command.create(
                {"trigger": "percent", "amount": 100, "action": "notify", "recipient": "lead"}
            ),
            Command.create({"trigger": "after", "amount": 60, "action": "priority"}),
        ]

    def _come_in(self, **values):
        with self._at(MONDAY):
            return self._create_ticket(partner_id=self.contact.id, user_id=self.agent.id, **values)

    def _watch(self, local, times=1):
        with self._at(local), self.enter_registry_test_mode():
            for _time in range(times):
                self.env.ref("crm_support.ir_cron_crm_sla_watch").method_direct_trigger()

    def _get_runs(self, ticket):
        return self.env["crm.sla.escalation.run"].search(
            [("clock_id.ticket_id", "=", ticket.id)], order="id"
        )

    def _count_notices(self, user):
        return self.env["mail.notification"].search_count(
            [("res_partner_id", "=", user.partner_id.id)]
        )

    def test_a_server_that_looks_three_hours_late_breaches_at_the_deadline_and_tells_once(self):
        ticket = self._come_in()
        before = self._count_notices(self.lead)
        self._watch("2026-03-02 17:59", times=2)
        clock = ticket.sla_clock_ids
        self.assertEqual(
            (clock.state, self._say(clock.breached_at)), ("breached", "2026-03-02 15:00")
        )
        breach = clock.event_ids.filtered(lambda event: event.kind == "breach")
        self.assertEqual([self._say(event.at) for event in breach], ["2026-03-02 15:00"])
        self.assertEqual(self._get_runs(ticket).mapped("state"), ["done", "done", "done"])
        self.assertEqual(self._count_notices(self.lead), before + 1)
        self.assertEqual(ticket.priority, "2")
        self.assertEqual(ticket.sla_state, "breached")
        with self._at("2026-03-02 17:59"):
            self._check_ledger(clock)

    def test_each_step_comes_in_its_time(self):
        ticket = self._come_in()
        self._watch("2026-03-02 11:59")
        self.assertEqual((len(self._get_runs(ticket)), ticket.sla_state), (0, "ok"))
        self._watch("2026-03-02 14:01")
        self.assertEqual((len(self._get_runs(ticket)), ticket.sla_state), (1, "risk"))
        self._watch("2026-03-02 15:01")
        self.assertEqual((len(self._get_runs(ticket)), ticket.sla_state), (2, "breached"))
        self._watch("2026-03-02 16:01")
        self.assertEqual(self._get_runs(ticket).user_id, self.agent | self.lead)
        self.assertEqual(len(self._get_runs(ticket)), 3)
        self.assertFalse(ticket.sla_clock_ids.check_at, "nothing is left to look at")

    def test_nobody_is_told_outside_of_his_hours_unless_set_so(self):
        evening = self._create_calendar("Europe/Paris", range(5), [(16, 20)])
        self.env["resource.resource"].create(
            {
                "name": "Agent",
                "user_id": self.agent.id,
                "calendar_id": evening.id,
                "company_id": self.company.id,
            }
        )
        ticket = self._come_in()
        before = self._count_notices(self.agent)
        self._watch("2026-03-02 14:01")
        run = self._get_runs(ticket)
        self.assertEqual((run.state, self._say(run.due_at)), ("waiting", "2026-03-02 16:00"))
        self.assertEqual(self._count_notices(self.agent), before)
        self._watch("2026-03-02 16:00")
        self.assertEqual((run.state, self._count_notices(self.agent)), ("done", before + 1))
        self.policy.escalation_ids[0].is_any_hour = True
        other = self._come_in()
        self._watch("2026-03-02 14:01")
        self.assertEqual(self._get_runs(other)[:1].state, "done")

    def test_what_was_settled_in_the_meantime_is_not_rung_for(self):
        evening = self._create_calendar("Europe/Paris", range(5), [(16, 20)])
        self.env["resource.resource"].create(
            {
                "name": "Agent",
                "user_id": self.agent.id,
                "calendar_id": evening.id,
                "company_id": self.company.id,
            }
        )
        ticket = self._come_in()
        self._watch("2026-03-02 14:01")
        with self._at("2026-03-02 14:30"):
            ticket.action_close()
        self._watch("2026-03-02 16:00")
        self.assertEqual(self._get_runs(ticket).state, "skipped")

    def test_a_paused_ticket_rings_nowhere(self):
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            ticket.stage_id = self.stage_waiting
        self._watch("2026-03-06 10:00")
        self.assertFalse(self._get_runs(ticket))
        self.assertEqual(ticket.sla_state, "paused")

    def test_a_ticket_can_be_given_to_the_lead_and_put_on_a_list(self):
        self.policy.escalation_ids = [
            Command.clear(),
            Command.create(
                {
                    "trigger": "before",
                    "amount": 60,
                    "action": "activity",
                    "recipient": "users",
                    "user_ids": [Command.set(self.lead.ids)],
                }
            ),
            Command.create(
                {"trigger": "after", "amount": 0, "action": "reassign", "recipient": "lead"}
            ),
        ]
        ticket = self._come_in()
        self._watch("2026-03-02 15:01")
        self.assertEqual(ticket.user_id, self.lead)
        self.assertEqual(ticket.activity_ids.user_id, self.lead)

    def test_the_database_keeps_a_step_from_being_taken_twice(self):
        ticket = self._come_in()
        self._watch("2026-03-02 14:01")
        run = self._get_runs(ticket)
        with self._at("2026-03-02 14:02"):
            self.env["crm.sla.escalation.run"]._plan([(run.escalation_id.id, run.clock_id.id)] * 2)
        self.assertEqual(self._get_runs(ticket), run)

    def test_one_clock_that_cannot_be_looked_at_does_not_hold_up_the_others(self):
        poisoned, ticket = self._come_in(), self._come_in()
        plain = CrmSlaClock._to_row

        def fail(records, clock):
            if clock.ticket_id == poisoned.id:
                raise ValueError("Poisoned")
            return plain(records, clock)

        with (
            patch.object(CrmSlaClock, "_to_row", fail),
            mute_logger("odoo.addons.crm_support.models.crm_sla_clock_watch"),
        ):
            self._watch("2026-03-02 15:30")
        self.assertEqual(ticket.sla_clock_ids.state, "breached")
        self.assertEqual(poisoned.sla_clock_ids.error, "Poisoned")
        self._watch("2026-03-02 16:45")
        self.assertEqual(self._say(poisoned.sla_clock_ids.breached_at), "2026-03-02 15:00")

    def test_a_policy_applied_later_does_not_ring_for_what_was_late_before(self):
        self.policy.state = "draft"
        ticket = self._come_in()
        with self._at("2026-03-06 10:00"):
            self.policy.state = "active"
            ticket._rematch_sla("policy")
        self._watch("2026-03-06 10:05")
        self.assertEqual((ticket.sla_state, len(self._get_runs(ticket))), ("breached", 0))

    def test_a_draft_is_simulated_on_the_past_without_touching_it(self):
        self.policy.state = "draft"
        ticket, late = self._come_in(), self._come_in()
        with self._at("2026-03-02 10:00"):
            ticket.action_close()
        with self._at("2026-03-04 10:00"):
            late.action_close()
        wizard = (
            self.env["crm.sla.simulation"]
            .with_user(self.manager)
            .create(
                {"policy_id": self.policy.id, "date_from": "2026-03-01", "date_to": "2026-03-31"}
            )
        )
        wizard.action_simulate()
        line = wizard.line_ids
        self.assertEqual(
            (line.kind, line.met_count, line.missed_count, line.met_percent),
            ("resolution", 1, 1, 50),
        )
        self.assertEqual(line.missed_ticket_ids, late)
        self.assertEqual(line.action_view_missed()["domain"], [("id", "in", late.ids)])
        self.assertFalse((ticket | late).sla_clock_ids)
        wizard.date_from = fields.Date.to_date("2026-04-01")
        with self.assertRaises(UserError):
            wizard.action_simulate()

    def test_leads_see_the_escalations_of_each_policy_and_step_and_agents_see_none(self):
        ticket = self._come_in()
        self._watch("2026-03-02 17:59")
        runs = self._get_runs(ticket)
        action = self.env.ref("crm_support.crm_sla_escalation_run_action")
        seen = self.env[action.res_model].with_user(self.lead)
        described = seen.fields_get(["policy_id", "escalation_id"], ["groupable"])
        self.assertTrue(all(field["groupable"] for field in described.values()))
        domain = [("ticket_id", "=", ticket.id)]
        self.assertEqual(
            seen._read_group(domain, ["policy_id"], ["__count"]), [(self.policy, len(runs))]
        )
        self.assertEqual(
            {step for [step] in seen._read_group(domain, ["escalation_id"])},
            set(runs.escalation_id),
        )
        for user in (self.agent, self.portal):
            with self.assertRaises(AccessError):
                seen.with_user(user).search(domain)
