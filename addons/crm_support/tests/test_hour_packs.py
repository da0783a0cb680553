# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .hours_common import HoursCase
from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestHourPacks(HoursCase):
    # -- Drawing ---

    def test_time_is_drawn_from_the_pack_that_expires_first_then_from_the_next(self):
        late, early = self._create_pack(60, days=90), self._create_pack(20, days=10)
        entry = self._enter(50)
        self.assertEqual((early.minutes_left, late.minutes_left), (0, 30))
        self.assertEqual((entry.minutes_prepaid, entry.minutes_billable), (50, 0))
        self.assertEqual(early.drawing_ids.reference, self.ticket.number)
        self._check_ledger(early, late)

    def test_what_no_pack_pays_for_is_billable(self):
        pack = self._create_pack(20)
        entry = self._enter(50)
        self.assertEqual(pack.minutes_left, 0)
        self.assertEqual((entry.minutes_prepaid, entry.minutes_billable), (20, 30))

    def test_a_pack_that_may_be_overdrawn_goes_below_zero(self):
        pack = self._create_pack(20, is_overdraft_allowed=True)
        entry = self._enter(50)
        self.assertEqual((pack.minutes_left, entry.minutes_billable), (-30, 0))
        self._check_ledger(pack)

    def test_rounded_time_is_what_is_drawn(self):
        self.team.time_step = 15
        pack = self._create_pack(60)
        self._enter(4)
        self.assertEqual(pack.minutes_left, 45)

    def test_billable_and_free_time_draws_nothing(self):
        pack = self._create_pack(60)
        self.assertEqual(self._enter(30, billing="billable").minutes_billable, 30)
        self.assertEqual(self._enter(30, billing="free").minutes_billable, 0)
        self.assertEqual(pack.minutes_left, 60)

    def test_only_packs_that_pay_for_the_work_are_drawn(self):
        above = self._create_category("Cold rooms")
        below = self._create_category("Doors", above)
        other = self._create_category("Pumps")
        second = self._create_team("Test second")
        self.ticket.category_id = below
        cases = (
            ("expired", {"days": -1}, False),
            ("ends today", {"days": 0}, True),
            ("not begun", {"date_from": self.today + timedelta(days=1)}, False),
            ("of a rival", {"partner_id": self.rival.id}, False),
            ("of another team", {"team_ids": [Command.set(second.ids)]}, False),
            ("of this team", {"team_ids": [Command.set((second | self.team).ids)]}, True),
            ("of the category above", {"category_ids": [Command.set(above.ids)]}, True),
            ("of another category", {"category_ids": [Command.set(other.ids)]}, False),
            ("archived", {"active": False}, False),
            ("of another company", {"company_id": self.company_other.id}, False),
            ("of a contact of the customer", {"partner_id": self.contact.id}, True),
        )
        for name, values, pays in cases:
            with self.subTest(name):
                pack = self._create_pack(60, **values)
                entry = self._enter(30)
                self.assertEqual(pack.minutes_left, 30 if pays else 60)
                entry.unlink()
                pack.unlink() if not pays else pack.action_archive()

    def test_work_of_a_day_on_which_the_pack_was_valid_is_drawn_later(self):
        pack = self._create_pack(60, days=-5)
        self._enter(10, date=self.today - timedelta(days=5))
        self._enter(10, date=self.today - timedelta(days=4))
        self.assertEqual(pack.minutes_left, 50)

    # -- Giving back ---

    def test_changing_an_entry_gives_back_or_draws_the_difference(self):
        first, second = self._create_pack(60, days=10), self._create_pack(60, days=20)
        entry = self._enter(90)
        entry.minutes = 100
        self.assertEqual((first.minutes_left, second.minutes_left), (0, 20))
        entry.minutes = 30
        self.assertEqual((first.minutes_left, second.minutes_left), (30, 60))
        entry.billing = "free"
        self.assertEqual((first.minutes_left, second.minutes_left), (60, 60))
        entry.billing = "prepaid"
        self.assertEqual((first.minutes_left, second.minutes_left), (30, 60))
        self._check_ledger(first, second)

    def test_deleting_an_entry_gives_back_and_leaves_the_ledger(self):
        pack = self._create_pack(60)
        entry = self._enter(40)
        entry.unlink()
        self.assertEqual(pack.minutes_left, 60)
        self.assertEqual(sorted(pack.drawing_ids.mapped("minutes")), [-40, 40])
        self.assertEqual(set(pack.drawing_ids.mapped("reference")), {self.ticket.number})

    def test_deleting_a_ticket_gives_back(self):
        pack = self._create_pack(60)
        self._enter(40)
        self.ticket.with_user(self.manager).unlink()
        self.assertEqual(pack.minutes_left, 60)

    def test_a_ticket_that_gets_another_customer_is_paid_by_that_one(self):
        pack, theirs = self._create_pack(60), self._create_pack(60, partner_id=self.rival.id)
        entry = self._enter(40)
        self.ticket.with_user(self.agent).partner_id = self.rival
        self.assertEqual((pack.minutes_left, theirs.minutes_left), (60, 20))
        self.assertEqual(entry.partner_id, self.rival)

    def test_merging_leaves_the_hours_with_who_paid_and_is_undone(self):
        other = self._create_ticket("Still broken", partner_id=self.contact.id)
        pack = self._create_pack(60)
        entry = self._enter(40, ticket=other)
        self.agent_timer = other.with_user(self.agent).action_start_timer()
        self.ticket.with_user(self.agent).action_start_timer()
        merge = self.env["crm.merge"].with_user(self.agent)
        merge._merge(self.ticket.with_user(self.agent), other.with_user(self.agent))
        self.env.invalidate_all()
        self.assertEqual(entry.ticket_id, self.ticket)
        self.assertEqual((pack.minutes_left, entry.minutes_prepaid), (20, 40))
        self.assertEqual(len(self.ticket.timer_ids), 2, "both timers go on as one")
        self.assertEqual(self.ticket.with_user(self.agent).timer_state, "running")
        self.ticket.with_user(self.agent).merged_ids.action_undo()
        self.env.invalidate_all()
        self.assertEqual(entry.ticket_id, other)
        self.assertEqual(pack.minutes_left, 20)
        entry.minutes = 10
        self.assertEqual(pack.minutes_left, 50)
        self._check_ledger(pack)

    def test_merging_customers_joins_their_packs(self):
        pack = self._create_pack(60, partner_id=self.rival.id)
        self.env["crm.merge"]._merge(self.customer, self.rival)
        self.env.invalidate_all()
        self._enter(30)
        self.assertEqual((pack.partner_id, pack.minutes_left), (self.customer, 30))

    def test_a_new_pack_pays_for_open_time_when_it_is_told_to(self):
        entry, charged = self._enter(40), self._enter(20, billing="billable")
        pack = self._create_pack(60)
        self.assertEqual(pack.minutes_left, 60)
        pack.with_user(self.manager).action_cover_open_time()
        self.assertEqual((pack.minutes_left, entry.minutes_billable), (20, 0))
        self.assertEqual(charged.minutes_billable, 20)
        pack.with_user(self.manager).action_cover_open_time()
        self.assertEqual(pack.minutes_left, 20)
        with self.assertRaises(AccessError):
            pack.with_user(self.agent).action_cover_open_time()

    # -- The database ---

    def test_the_database_keeps_a_pack_from_going_below_zero(self):
        pack = self._create_pack(60)
        self._enter(40)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE crm_hour_pack SET minutes_left = -1 WHERE id = %s", [pack.id]
            )
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            pack.minutes_bought = 30
            self.env.flush_all()

    def test_a_pack_that_was_drawn_from_is_not_deleted_nor_given_away(self):
        pack = self._create_pack(60)
        self._enter(40)
        with self.assertRaisesRegex(UserError, "Archive"):
            pack.unlink()
        with self.assertRaisesRegex(UserError, "stays"):
            pack.partner_id = self.rival

    def test_drawing_from_packs_takes_as_many_queries_for_many_entries_as_for_few(self):
        self._create_pack(6000)
        self._enter(5)
        values = {"ticket_id": self.ticket.id, "minutes": 5, "note": "x", "user_id": self.agent.id}
        times = self.env["crm.ticket.time"].with_user(self.agent)

        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            times.create([values] * number)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.assertLessEqual(count(20), count(2) + 4)

    # -- Who may, and who is told ---

    def test_managers_make_packs_agents_read_them_of_their_companies(self):
        pack = self._create_pack(60)
        self.assertEqual(pack.with_user(self.agent).hours_left, 1)
        for user in (self.agent, self.lead):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                pack.with_user(user).minutes_bought = 600
        for user in (self.stranger, self.employee, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                pack.with_user(user).read(["minutes_left"])
        drawing = self.env["crm.hour.drawing"]
        with self.assertRaises(AccessError):
            drawing.with_user(self.manager).create(
                {"pack_id": pack.id, "date": self.today, "minutes": -600}
            )
        made = pack.with_user(self.manager).copy({"hours_bought": 2.5})
        self.assertEqual(made.minutes_bought, 150)
        self.assertNotEqual(made.number, pack.number)

    def test_the_ticket_warns_when_the_hours_run_low(self):
        ticket = self.ticket.with_user(self.agent)
        self.assertEqual(ticket.prepaid_state, "none")
        self._create_pack(100)
        for minutes, state, text in (
            (60, "ok", "0:40"),
            (30, "low", "0:10"),
            (10, "empty", "0:00"),
        ):
            self._enter(minutes)
            ticket.invalidate_recordset()
            self.assertEqual((ticket.prepaid_state, ticket.prepaid_text), (state, text))

    def test_the_customers_page_shows_what_is_left(self):
        self._create_pack(100)
        self._enter(90)
        cards = self.contact.with_user(self.agent).get_customer_page()["cards"]
        [card] = [card for card in cards if card["id"] == "prepaid_hours"]
        self.assertEqual((card["value"], card["tone"]), ("0:10", "warning"))

    def test_who_looks_after_the_customer_is_told_once_at_each_threshold(self):
        self.customer.user_id = self.lead
        self._create_pack(100)
        cron = self.env.ref("crm_support.ir_cron_crm_hour_pack")
        told = [
            ("partner_ids", "in", self.lead.partner_id.ids),
            ("subject", "ilike", "prepaid hours"),
        ]
        for minutes, notices in ((50, 0), (31, 1), (1, 1), (18, 2), (5, 2)):
            self._enter(minutes)
            for _twice in range(2):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(self.env["mail.message"].search_count(told), notices)

    def test_a_pack_that_is_topped_up_may_run_low_again(self):
        self.customer.user_id = self.lead
        pack = self._create_pack(100)
        self._enter(90)
        pack._tell_low()
        pack.minutes_bought = 200
        self.assertEqual((pack.level, pack.told_level), ("ok", "ok"))
        self._enter(90)
        self.assertTrue(pack.filtered_domain(pack._get_untold_domain()))


@tagged("post_install", "-at_install")
class TestHourPortal(HoursCase, PortalCase):
    def test_customers_see_the_balance_of_their_own_company_alone(self):
        self._create_pack(100)
        self._enter(35, note="Never told")
        self._create_pack(666, partner_id=self.outsider.id)
        for user, seen, hidden in (
            (self.login, "1:05", "11:06"),
            (self.login_colleague, "1:05", "11:06"),
            (self.login_outsider, "11:06", "1:05"),
        ):
            with self.subTest(user=user.login):
                self._log_in(user)
                page = self.url_open("/my/hours")
                self.assertEqual(page.status_code, 200)
                self.assertIn(seen, page.text)
                self.assertNotIn(hidden, page.text)
                self.assertNotIn("Never told", page.text)

    def test_a_visitor_has_to_log_in(self):
        page = self.url_open("/my/hours", allow_redirects=False)
        self.assertIn(page.status_code, (302, 303))
