# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged, warmup

from .sla_common import MONDAY, SlaCase


@tagged("post_install", "-at_install")
class TestSlaEvents(SlaCase):
    """What happens to a ticket happens to its clocks, one scenario for each event (T-S6, T-S13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._promise(("first_reply", 2), ("next_reply", 1), ("resolution", 8))

    def _come_in(self, **values):
        with self._at(MONDAY):
            return self._create_ticket(partner_id=self.contact.id, **values)

    def test_an_answer_meets_the_first_reply_and_a_note_does_not(self):
        ticket = self._come_in()
        with self._at("2026-03-02 09:30"):
            ticket.with_user(self.agent).message_post(
                body="Look at this", message_type="comment", subtype_xmlid="mail.mt_note"
            )
            self._check_sla(ticket, "2026-03-02 11:00", "running", kind="first_reply")
        with self._at("2026-03-02 10:00"):
            self._reply(ticket, self.lead)
            self._check_sla(ticket, "2026-03-02 11:00", "met", kind="first_reply")
        self.assertEqual(ticket.sla_state, "ok")

    def test_what_a_machine_writes_is_no_reply(self):
        ticket = self._come_in()
        with self._at("2026-03-02 09:30"):
            ticket.message_post(
                body="We got it",
                author_id=self.env.ref("base.partner_root").id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self._check_sla(ticket, "2026-03-02 11:00", "running", kind="first_reply")

    def test_the_next_reply_counts_only_once_there_was_a_first(self):
        ticket = self._come_in()
        with self._at("2026-03-02 09:10"):
            self._write_as_customer(ticket)
        self.assertFalse(self._get_clock(ticket, "next_reply"), "the first reply is still due")
        with self._at("2026-03-02 09:20"):
            self._reply(ticket)
        with self._at("2026-03-02 10:00"):
            self._write_as_customer(ticket)
        with self._at("2026-03-02 10:20"):
            self._write_as_customer(ticket)
            self._check_sla(ticket, "2026-03-02 11:00", "running", kind="next_reply")
        with self._at("2026-03-02 10:40"):
            self._reply(ticket)
            self._check_sla(ticket, "2026-03-02 11:00", "met", kind="next_reply")
        with self._at("2026-03-02 15:00"):
            self._write_as_customer(ticket)
            self.assertEqual(self._get_clock(ticket, "next_reply").cycle, 2)
            self._check_sla(ticket, "2026-03-02 16:00", "running", kind="next_reply")

    def test_updates_are_due_again_after_each_answer(self):
        self._promise(("periodic_update", 4))
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            self._reply(ticket)
            self._check_sla(ticket, "2026-03-02 16:00", "running", kind="periodic_update")
        with self._at("2026-03-02 17:00"):
            self._reply(ticket)
            self.assertEqual(ticket.sla_clock_ids.mapped("state"), ["met", "late", "running"])
            self._check_ledger(ticket.sla_clock_ids)

    def test_reaching_a_stage_meets_its_clock(self):
        self._promise(("reach_stage", 2, {"stage_id": self.stage_doing.id}))
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            ticket.with_user(self.agent).stage_id = self.stage_doing
            self._check_sla(ticket, "2026-03-02 11:00", "met", kind="reach_stage")

    def test_reply_and_waiting_in_one_action_meets_and_pauses(self):
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            self._reply(ticket)
            ticket.with_user(self.agent).stage_id = self.stage_waiting
            self._check_sla(ticket, "2026-03-02 11:00", "met", kind="first_reply")
            self._check_sla(ticket, None, "paused")
        other = self._come_in()
        with self._at("2026-03-02 10:00"):
            other.with_user(self.agent).stage_id = self.stage_waiting
            self._reply(other)
            self.assertEqual(self._get_clock(other, "first_reply").state, "met")
        self.assertEqual(other.sla_state, "paused")

    def test_a_message_of_the_customer_always_lets_the_time_go_on(self):
        ticket = self._come_in()
        with self._at("2026-03-02 09:30"):
            self._reply(ticket)
            ticket.stage_id = self.stage_waiting
        with self._at("2026-03-02 11:00"):
            self._write_as_customer(ticket)
            self._check_sla(ticket, "2026-03-03 11:30", "running")
            self._check_sla(ticket, "2026-03-02 12:00", "running", kind="next_reply")
        self.assertFalse(ticket.sla_paused_at)

    def test_pauses_that_stop_a_clock_at_the_last_moment_are_listed(self):
        ticket = self._come_in()
        with self._at("2026-03-02 10:55"):
            ticket.with_user(self.agent).stage_id = self.stage_waiting
        with self._at("2026-03-02 17:00"):
            ticket.with_user(self.agent).stage_id = self.stage_doing
        honest = self._come_in()
        with self._at("2026-03-02 09:30"):
            self._reply(honest)
            honest.stage_id = self.stage_waiting
        pauses = (
            self.env["crm.sla.pause"]
            .with_user(self.lead)
            .search([("ticket_id", "in", (ticket | honest).ids)])
        )
        self.assertEqual(pauses.ticket_id, ticket)
        self.assertEqual(pauses.user_id, self.agent)
        self.assertEqual(set(pauses.mapped("suspicion")), {"unanswered"})
        self.assertEqual({self._say(one.resumed_at) for one in pauses}, {"2026-03-02 17:00"})

    def test_closing_meets_the_resolution_and_ends_the_rest(self):
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            ticket.with_user(self.agent).action_close()
        states = {clock.kind: clock.state for clock in ticket.sla_clock_ids}
        self.assertEqual(states, {"first_reply": "cancelled", "resolution": "met"})
        self.assertEqual((ticket.sla_state, ticket.sla_deadline), ("met", False))
        with self._at("2026-03-02 14:00"):
            ticket.with_user(self.agent).action_reopen()
            self._check_sla(ticket, "2026-03-02 15:00", "running", kind="first_reply")
            self._check_sla(ticket, "2026-03-03 12:00", "running")

    def test_what_was_breached_stays_so(self):
        ticket = self._come_in()
        with self._at("2026-03-02 14:30"):
            self._reply(ticket)
            clock = self._get_clock(ticket, "first_reply")
            self.assertEqual(
                (clock.state, self._say(clock.breached_at)), ("late", "2026-03-02 11:00")
            )
            self.assertEqual(clock.elapsed_seconds, 3.5 * 3600)
            self._check_ledger(clock)
        with self._at("2026-03-02 15:00"):
            self.policy.target_ids.hours = 40
            ticket._rematch_sla("policy")
            self.assertEqual(clock.state, "late")

    def test_merging_keeps_the_stricter_promise(self):
        ticket, older = self._come_in(), self._come_in()
        with self._at("2026-03-02 10:00"):
            older.priority = "3"
            self.policy.target_ids = [
                Command.create({"kind": "resolution", "priority": "3", "hours": 4})
            ]
            older._rematch_sla("policy")
        with self._at("2026-03-02 10:30"):
            ticket._merge_sla(older)
            self.assertEqual(self._say(self._get_clock(older).ended_at), "2026-03-02 10:30")
            self.assertEqual(self._get_clock(older).state, "cancelled")
            self._check_ledger(ticket.sla_clock_ids)
            self._check_sla(ticket, "2026-03-02 15:00", "running")
        self.assertEqual(self._get_clock(ticket).target_seconds, 4 * 3600)

    def test_merging_takes_over_what_only_the_other_was_promised(self):
        self.policy.is_for_urgent = True
        ticket, urgent = self._come_in(), self._come_in(priority="3")
        self.assertFalse(ticket.sla_clock_ids)
        with self._at("2026-03-02 10:30"):
            ticket._merge_sla(urgent)
            self._check_sla(ticket, "2026-03-02 11:00", "running", kind="first_reply")
            self._check_ledger(ticket.sla_clock_ids)

    def test_merging_keeps_what_was_breached(self):
        late = self._come_in()
        with self._at("2026-03-02 16:00"):
            ticket = self._create_ticket(partner_id=self.contact.id)
            ticket._merge_sla(late)
            clock = self._get_clock(ticket, "first_reply")
            self.assertEqual(
                (clock.state, self._say(clock.breached_at)), ("breached", "2026-03-02 11:00")
            )
            self.assertEqual(ticket.sla_state, "breached")
            self._check_ledger(clock)

    def test_policies_are_asked_in_order_for_each_clock(self):
        parent = self.env["crm.ticket.category"].create({"name": "Network"})
        category = self.env["crm.ticket.category"].create({"name": "Wi-Fi", "parent_id": parent.id})
        tag = self.env["crm.ticket.tag"].create({"name": "VIP"})
        mark = self.env["res.partner.category"].create({"name": "Gold"})
        self.customer.category_id = mark
        conditions = {
            "category_ids": [Command.set(parent.ids)],
            "tag_ids": [Command.set(tag.ids)],
            "partner_ids": [Command.set(self.customer.ids)],
            "partner_category_ids": [Command.set(mark.ids)],
            "team_ids": [Command.set(self.team.ids)],
            "channel": "manual",
            "is_for_high": True,
        }
        self._create_policy([("first_reply", 0.5)], sequence=0, **conditions)
        ticket = self._come_in(
            category_id=category.id, tag_ids=[Command.set(tag.ids)], priority="2"
        )
        self.assertEqual(self._get_clock(ticket, "first_reply").target_seconds, 1800)
        self.assertEqual(
            self._get_clock(ticket).target_seconds, 8 * 3600, "the next policy says it"
        )
        with self._at("2026-03-02 09:10"):
            ticket.tag_ids = False
            self.assertEqual(self._get_clock(ticket, "first_reply").target_seconds, 2 * 3600)
            self._check_ledger(ticket.sla_clock_ids)

    def test_a_new_policy_is_for_the_teams_of_the_company_where_it_is_made(self):
        policies = self.env["crm.sla.policy"].with_user(self.manager)
        policy = policies.create({"name": "Nights", "team_ids": [Command.set(self.team.ids)]})
        self.assertEqual(policy.company_id, self.company)

    def test_policies_of_another_company_and_drafts_promise_nothing(self):
        self.policy.company_id = self.company_other
        self.assertFalse(self._come_in().sla_clock_ids)
        self.policy.write({"company_id": False, "state": "draft"})
        self.assertFalse(self._come_in().sla_clock_ids)

    def test_a_policy_that_is_switched_on_later_counts_from_the_beginning(self):
        self.policy.state = "draft"
        ticket = self._come_in()
        with self._at("2026-03-02 10:00"):
            self.policy.with_user(self.manager).action_activate()
            self.policy.with_user(self.manager).action_apply_to_open_tickets()
            with self.enter_registry_test_mode():
                self.env.ref("crm_support.ir_cron_crm_sla_rematch").method_direct_trigger()
            self._check_sla(ticket, "2026-03-02 11:00", "running", kind="first_reply")
        self.assertFalse(self.env["crm.sla.rematch"].search([]))

    def test_changed_working_hours_move_deadlines_in_the_background(self):
        ticket = self._come_in()
        with self._at("2026-03-02 09:30"), self.enter_registry_test_mode():
            self._create_day_off(self.paris, "2026-03-02 10:00", "2026-03-02 18:00")
            self.env.ref("crm_support.ir_cron_crm_sla_rematch").method_direct_trigger()
            self._check_sla(ticket, "2026-03-03 10:00", "running", kind="first_reply")

    def test_why_a_ticket_is_red_is_said_on_the_readers_clock(self):
        ticket = self._come_in()
        with self._at("2026-03-02 14:30"):
            self._reply(ticket)
            text = ticket.with_context(tz="Africa/Abidjan").sla_explanation
        self.assertIn("Test promise", text)
        self.assertIn("within 2 h", text)
        self.assertRegex(text, r"It was due on Mon 2 Mar 2026 10:00")
        self.assertIn("after 3 h 30", text)

    def test_hours_in_which_nobody_works_are_said_so(self):
        self.team.resource_calendar_id = self._create_calendar("Europe/Paris", (), ())
        ticket = self._come_in()
        self.assertFalse(ticket.sla_deadline)
        self.assertIn("Nobody ever works", ticket.sla_explanation)

    def test_the_ledger_is_never_changed(self):
        event = self._come_in().sla_event_ids[:1]
        with self.assertRaises(UserError):
            event.reason = "reply"
        with self.assertRaises(UserError):
            event.unlink()

    def test_who_sees_a_ticket_sees_its_clocks_and_nobody_changes_them(self):
        ticket = self._come_in()
        clock = ticket.sla_clock_ids[:1]
        self.assertEqual(clock.with_user(self.agent).kind, "first_reply")
        self.team.visibility = "invited"
        for user in (self.agent_outside, self.stranger, self.employee, self.portal):
            with self.assertRaises(AccessError):
                clock.with_user(user).read(["deadline"])
            with self.assertRaises(AccessError):
                ticket.sla_event_ids[:1].with_user(user).read(["at"])
        with self.assertRaises(AccessError):
            clock.with_user(self.manager).write({"state": "met"})
        with self.assertRaises(AccessError):
            self.policy.with_user(self.lead).action_activate()
        with self.assertRaises(AccessError):
            self.policy.with_user(self.lead).action_apply_to_open_tickets()

    @warmup
    def test_a_hundred_stage_changes_take_few_queries(self):
        tickets = self.env["crm.ticket"].create(
            [{"name": f"Ticket {number}", "team_id": self.team.id} for number in range(100)]
        )
        tickets.invalidate_recordset()
        self.env.flush_all()
        with self.assertQueryCount(20):
            tickets.stage_id = self.stage_waiting
            self.env.flush_all()
        self.assertEqual(set(tickets.mapped("sla_state")), {"paused"})

    @warmup
    def test_matching_again_takes_as_many_queries_for_many_as_for_one(self):
        tickets = self.env["crm.ticket"].create(
            [{"name": f"Ticket {number}", "team_id": self.team.id} for number in range(300)]
        )
        self.policy.target_ids.hours = 3
        self.env.flush_all()
        with self.assertQueryCount(12):
            tickets._rematch_sla("policy")
        self.assertEqual(set(tickets.sla_clock_ids.mapped("target_seconds")), {3 * 3600})
