# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .hours_common import HoursCase


@tagged("post_install", "-at_install")
class TestTicketTime(HoursCase):
    def _get_timer(self, user=None):
        return self.env["crm.ticket.timer"].search([("user_id", "=", (user or self.agent).id)])

    def _stop(self, ticket, **values):
        action = ticket.action_stop_timer()
        wizard = self.env["crm.ticket.timer.stop"].with_user(ticket.env.user)
        form = Form(wizard.with_context(**action["context"]))
        for name, value in {"note": "Called back", **values}.items():
            form[name] = value
        return form.save()

    # -- The timer ---

    def test_a_timer_runs_is_paused_goes_on_and_becomes_an_entry(self):
        ticket = self.ticket.with_user(self.agent)
        with freeze_time("2026-06-15 08:00:00"):
            ticket.action_start_timer()
            self.assertEqual(ticket.timer_state, "running")
        with freeze_time("2026-06-15 08:20:00"):
            ticket.action_pause_timer()
            self.assertEqual((ticket.timer_state, ticket.timer_seconds), ("paused", 1200))
        with freeze_time("2026-06-15 09:00:00"):
            ticket.invalidate_recordset()
            self.assertEqual(ticket.timer_seconds, 1200, "a pause does not count")
            ticket.action_start_timer()
        with freeze_time("2026-06-15 09:10:30"):
            wizard = self._stop(ticket)
            self.assertEqual(round(wizard.duration * 60), 31, "a minute that began counts")
            wizard.action_save()
        entry = self.ticket.time_ids
        self.assertEqual((entry.minutes, entry.note), (31, "Called back"))
        self.assertEqual((entry.user_id, entry.team_id), (self.agent, self.team))
        self.assertFalse(self._get_timer())
        self.assertAlmostEqual(self.ticket.hours_spent, 31 / 60)

    def test_the_minutes_may_be_changed_when_the_timer_is_stopped(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.action_start_timer()
        self._stop(ticket, duration=0.75).action_save()
        self.assertEqual(self.ticket.time_ids.minutes, 45)

    def test_stopping_asks_for_a_note(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.action_start_timer()
        with self.assertRaisesRegex(UserError, "what was done"):
            self._stop(ticket, note="  ").action_save()
        self.assertTrue(self._get_timer(), "the timer goes on")

    def test_a_second_click_enters_nothing_more(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.action_start_timer()
        wizard = self._stop(ticket)
        wizard.action_save()
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_save()
        self.assertEqual(len(self.ticket.time_ids), 1)

    def test_time_may_be_thrown_away(self):
        ticket = self.ticket.with_user(self.agent)
        ticket.action_start_timer()
        ticket.action_stop_timer()
        wizard = self.env["crm.ticket.timer.stop"].with_user(self.agent)
        wizard.create({"ticket_id": ticket.id, "duration": 1, "billing": "free"}).action_discard()
        self.assertFalse(self._get_timer() or self.ticket.time_ids)

    def test_starting_elsewhere_pauses_the_timer_that_runs(self):
        other = self._create_ticket("Another one").with_user(self.agent)
        with freeze_time("2026-06-15 08:00:00"):
            self.ticket.with_user(self.agent).action_start_timer()
        with freeze_time("2026-06-15 08:10:00"):
            told = other.action_start_timer()
        self.assertIn(self.ticket.number, told["params"]["message"])
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual((ticket.timer_state, ticket.timer_seconds), ("paused", 600))
        self.assertEqual(other.timer_state, "running")

    def test_the_database_keeps_one_running_timer_a_person(self):
        self.ticket.with_user(self.agent).action_start_timer()
        other = self._create_ticket("Another one")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["crm.ticket.timer"].create(
                {
                    "ticket_id": other.id,
                    "user_id": self.agent.id,
                    "started_at": fields.Datetime.now(),
                }
            )

    def test_everybody_has_a_timer_of_his_own(self):
        self.ticket.with_user(self.agent).action_start_timer()
        self.ticket.with_user(self.lead).action_start_timer()
        self.ticket.with_user(self.lead).action_pause_timer()
        self.assertEqual(self.ticket.with_user(self.agent).timer_state, "running")
        self.assertEqual(self.ticket.with_user(self.lead).timer_state, "paused")

    def test_a_forgotten_timer_is_cut_and_its_person_told_once(self):
        self.team.timer_hours = 4
        with freeze_time("2026-06-15 08:00:00"):
            self.ticket.with_user(self.agent).action_start_timer()
        cron = self.env.ref("crm_support.ir_cron_crm_ticket_timer")
        told = [
            ("model", "=", False),
            ("partner_ids", "in", self.agent.partner_id.ids),
            ("subject", "=", "A timer was forgotten"),
        ]
        for moment, notices in (
            ("2026-06-15 11:59:00", 0),
            ("2026-06-16 07:00:00", 1),
            ("2026-06-16 07:15:00", 1),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(self.env["mail.message"].search_count(told), notices)
        timer = self._get_timer()
        self.assertEqual((timer.seconds_before, timer.is_cut), (4 * 3600, True))
        wizard = self._stop(self.ticket.with_user(self.agent))
        self.assertTrue(wizard.is_cut)
        self.assertEqual(wizard.duration, 4)

    # -- By hand ---

    def test_time_is_rounded_up_by_the_step_of_the_team_and_stays_so(self):
        self.team.time_step = 15
        entry = self._enter(16)
        self.assertEqual((entry.minutes, entry.minutes_counted), (16, 30))
        self.assertIn("15", self.ticket.with_user(self.agent).time_rounding)
        self.team.time_step = 60
        self.env.flush_all()
        self.assertEqual(entry.minutes_counted, 30, "work that was done counts as it did")

    def test_the_dialog_says_how_time_is_rounded(self):
        self.team.time_step = 15
        ticket = self.ticket.with_user(self.agent)
        ticket.action_start_timer()
        self.assertIn("0:15", self._stop(ticket).counted_text)

    def test_time_is_entered_by_hand_in_the_ticket(self):
        with Form(self.ticket.with_user(self.agent)) as form, form.time_ids.new() as line:
            line.duration = 1.25
            line.note = "On the phone"
        entry = self.ticket.time_ids
        self.assertEqual((entry.minutes, entry.billing), (75, "prepaid"))

    def test_nonsense_is_refused(self):
        tomorrow = self.today + timedelta(days=2)
        with self.assertRaises(ValidationError):
            self._enter(30, date=tomorrow)
        for minutes in (0, -5, 24 * 60 + 1):
            with (
                self.subTest(minutes=minutes),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(Exception, "check_minutes"),
                self.env.cr.savepoint(),
            ):
                self._enter(minutes)

    # -- Who may ---

    def test_agents_enter_their_own_time_and_leads_correct_that_of_others(self):
        entry = self._enter(30)
        for user, may in ((self.agent_outside, False), (self.lead, True), (self.manager, True)):
            with self.subTest(user=user.login):
                self.assertEqual(entry.with_user(user).can_edit, may)
                if may:
                    entry.with_user(user).minutes = 20
                else:
                    with self.assertRaises(AccessError):
                        entry.with_user(user).minutes = 20
                    with self.assertRaises(AccessError):
                        entry.with_user(user).unlink()
        with self.assertRaises(AccessError):
            self._enter(30, user_id=self.lead.id)
        self.assertEqual(self._enter(30, user=self.lead, user_id=self.agent.id).user_id, self.agent)

    def test_time_is_hidden_with_its_ticket_and_from_everybody_outside_support(self):
        entry = self._enter(30)
        for user in (self.stranger, self.employee, self.portal):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    entry.with_user(user).read(["note"])
                with self.assertRaises(AccessError):
                    self.ticket.with_user(user).action_start_timer()
                with self.assertRaises(AccessError):
                    self._enter(30, user=user)
        self.team.visibility = "invited"
        with self.assertRaises(AccessError):
            entry.with_user(self.agent_outside).read(["note"])
        self.assertTrue(entry.with_user(self.lead).read(["note"]))

    def test_nobody_writes_what_follows_from_the_ticket(self):
        entry = self._enter(30)
        for name, value in (
            ("partner_id", self.rival.id),
            ("is_invoiced", True),
            ("minutes_counted", 1),
            ("minutes_billable", 0),
        ):
            with self.subTest(name=name):
                with self.assertRaises(AccessError):
                    entry.with_user(self.lead).write({name: value})
                with self.assertRaises(AccessError):
                    self._enter(30, **{name: value})

    def test_time_on_an_invoice_stays(self):
        entry = self._enter(30, billing="billable")
        domain = entry._get_billable_domain()
        self.assertEqual(entry.search(domain & Domain("id", "=", entry.id)), entry)
        entry.sudo()._mark_invoiced()
        self.assertFalse(entry.search(domain & Domain("id", "=", entry.id)))
        with self.assertRaisesRegex(UserError, "invoice"):
            entry.minutes = 10
        with self.assertRaisesRegex(UserError, "invoice"):
            entry.unlink()
        entry.note = "Said better"
        self.assertEqual(entry.minutes_billable, 30)

    def test_a_split_is_not_undone_once_time_was_spent_on_the_new_ticket(self):
        message = self._write_as_customer(self.ticket, "And my invoice is wrong")
        new = self.ticket.with_user(self.agent)._split_off(message.with_user(self.agent))
        self.assertTrue(new.can_undo_split)
        self._enter(10, ticket=new)
        new.invalidate_recordset()
        self.assertFalse(new.can_undo_split)

    def test_the_hours_of_many_tickets_are_one_query(self):
        tickets = self.env["crm.ticket"].create(
            [{"name": f"T{number}", "team_id": self.team.id} for number in range(20)]
        )
        for ticket in tickets:
            self._enter(30, ticket=ticket)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.assertEqual(set(tickets.mapped("hours_spent")), {0.5})
