# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .whatsapp_common import AWA, KOFI, WhatsappCase, status, text_message


@tagged("post_install", "-at_install")
class TestWhatsappStatus(WhatsappCase):
    def test_reports_in_any_order_end_the_same(self):
        reports = ["sent", "delivered", "read"]
        for number, order in enumerate(itertools.permutations(reports)):
            with self.subTest(order=order):
                wamid = f"wamid.{number}"
                message = self._record_sent(wamid)
                for state in order:
                    self._report(status(wamid, state))
                self.assertEqual(message.state, "read")
                self.assertTrue(message.sent_at and message.delivered_at and message.read_at)

    def test_reports_that_come_together_are_taken_together(self):
        message = self._record_sent()
        self._report(*(status("wamid.1", state) for state in ("read", "sent", "delivered", "read")))
        self.assertEqual(message.state, "read")
        self.assertTrue(message.delivered_at)

    def test_a_report_that_comes_before_its_message_is_kept_for_it(self):
        report = self._report(status("wamid.1", "delivered"))
        self.assertEqual((report.state, report.phone), ("delivered", AWA))
        lead = self._create_lead()
        message = self._record_sent(res_model="crm.lead", res_id=lead.id)
        self.assertEqual(message, report)
        self.assertEqual(
            (message.state, message.body, message.res_id), ("delivered", "Bonjour", lead.id)
        )

    def test_a_failure_says_why_and_does_not_undo_a_delivery(self):
        errors = [
            {"code": 131026, "title": "Undeliverable", "error_data": {"details": "No WhatsApp"}}
        ]
        message = self._record_sent()
        self._report(status("wamid.1", "failed", errors=errors))
        self.assertEqual((message.state, message.error_code), ("failed", 131026))
        self.assertEqual(message.error_text, "No WhatsApp")
        other = self._record_sent("wamid.2")
        self._report(status("wamid.2", "delivered"))
        self._report(status("wamid.2", "failed", errors=errors))
        self.assertEqual(other.state, "delivered")

    def test_reports_of_any_form_disturb_no_other(self):
        message = self._record_sent()
        self._report(
            status("wamid.9", "failed", errors="what"),
            status("wamid.8", "warning"),
            status("w" * 300, "sent"),
            status("wamid.1", "read", at=99999999999999),
        )
        self.assertEqual(message.state, "read")
        self.assertLessEqual(message.read_at, datetime.now())
        left = self.Event.search([("account_id", "=", self.account.id)])
        self.assertEqual(left.mapped("state"), ["failed"])

    def test_another_account_does_not_report_on_our_messages(self):
        message = self._record_sent()
        other = self._create_account(
            phone_number_id="55", company_id=self.company_xof.id, user_id=False
        )
        self.Message._apply_statuses(other, [status("wamid.1", "read")])
        self.assertEqual(message.state, "sent")

    def test_a_hundred_reports_take_as_many_queries_as_one(self):
        self._record_sent("warm")
        self.Message._apply_statuses(self.account, [status("warm", "read")])
        reports = [status(f"wamid.{number}", "read") for number in range(100)]
        with self.assertQueryCount(1):
            self.Message._upsert(
                self.account, [self.Message._prepare_change(report) for report in reports]
            )

    def test_the_window_is_open_for_24_hours_from_the_last_message(self):
        now = datetime(2026, 3, 29, 1, 30)
        with freeze_time(now):
            self._receive(text_message("a", "x", at=now.timestamp() - 23 * 3600))
            self._receive(text_message("b", "x", at=now.timestamp() - 30 * 3600))
            self._receive(text_message("c", "x", phone=KOFI, at=now.timestamp() - 25 * 3600))
            windows = self.Message._get_open_windows(
                self.account, ["+225 07 11 11 11 11", KOFI, "x"]
            )
            self.assertEqual(set(windows), {"+225 07 11 11 11 11"})
            with self.assertQueryCount(1):
                self.Message._get_open_windows(self.account, [AWA, KOFI] * 50)
        with freeze_time(now + timedelta(hours=2)):
            self.assertFalse(self.Message._get_open_windows(self.account, [AWA]))

    def test_what_we_send_opens_no_window(self):
        self._record_sent()
        self.assertFalse(self.Message._get_open_windows(self.account, [AWA]))

    def test_messages_are_for_managers_of_the_company(self):
        message = self._record_sent()
        self.assertEqual(message.with_user(self.manager).body, "Bonjour")
        for user in (self.salesperson, self.stranger, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                message.with_user(user).read(["body"])
        for values in ({"state": "read"}, {"body": "x"}):
            with self.assertRaises(AccessError):
                message.with_user(self.manager).write(values)

    def test_reports_on_messages_of_other_programs_are_forgotten(self):
        self._report(status("old", "read"))
        self._receive(text_message("in", "Bonjour"))
        self.env.cr.execute("UPDATE crm_whatsapp_message SET create_date = '2020-01-01'")
        self._record_sent("ours", res_model="crm.lead", res_id=self._create_lead().id)
        self.Message._gc_strays()
        kept = self.Message.search([("account_id", "=", self.account.id)])
        self.assertEqual(set(kept.mapped("wamid")), {"in", "ours"})
