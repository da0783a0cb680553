# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged

from .dispatch_common import DispatchCase


@tagged("post_install", "-at_install")
class TestDispatchPace(DispatchCase):
    """Providers that are slow or silent hold up neither the others nor the other channels."""

    def setUp(self):
        super().setUp()
        self.moment = 0.0
        clock = SimpleNamespace(monotonic=lambda: self.moment)
        patcher = patch("odoo.addons.crm_core.tools.messaging.pace.time", clock)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _create_server(self, name):
        return self.env["ir.mail_server"].create(
            {"name": name, "smtp_host": f"{name}.example", "smtp_encryption": "none"}
        )

    def _ask_many(self, label, count, **values):
        messages = self.env["crm.dispatch"]
        for number in range(count):
            lead = self._create_lead(name=label, email_from=f"{label}{number}@client.example")
            messages |= self._ask(lead, purpose="service", **values)
        return messages

    def _take(self, recipient):
        """Let five seconds go by for each message to a slow address."""
        self.moment += 5.0 if recipient.startswith("slow") else 0.01

    def test_a_slow_mail_server_lets_the_messages_of_another_past(self):
        slow = self._ask_many(
            "slow", 8, content=self._create_content(mail_server_id=self._create_server("one").id)
        )
        quick = self._ask_many(
            "quick", 8, content=self._create_content(mail_server_id=self._create_server("two").id)
        )
        with patch.object(type(self.env["crm.channel"]), "_get_batch_size", lambda self: 10):
            self._send(answer=self._take)
        self.assertEqual(set((slow | quick).mapped("state")), {"sent"})
        self.assertEqual(set((slow | quick).mapped("tries")), {1})
        recipients = self._get_recipients()
        last_quick = recipients.index("quick7@client.example")
        waited = [name for name in recipients[:last_quick] if name.startswith("slow")]
        self.assertEqual(len(waited), 4, "twenty seconds of each batch, then the others")

    def test_a_claim_takes_no_more_than_a_batch_whatever_way_the_database_goes(self):
        """Where a subquery is read again for each message, its limit holds for each reading alone."""
        self._ask_many("many", 12)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_hashjoin = off")
        self.env.cr.execute("SET LOCAL enable_mergejoin = off")
        self.env.cr.execute("SET LOCAL enable_hashagg = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute("SET LOCAL enable_material = off")
        claimed = self.env["crm.dispatch"]._mark_claimed("email", 1, 4, is_slow=False)
        self.assertEqual(len(claimed), 4)

    def test_the_messages_of_another_company_do_not_wait_behind_a_slow_mail_server(self):
        self._ask_many("slow", 12)
        lead = self._create_lead(name="Other", email_from="quick@client.example")
        self._ask(lead, purpose="service", company=self.env["res.company"].create({"name": "Two"}))
        with patch.object(type(self.env["crm.channel"]), "_get_batch_size", lambda self: 6):
            self._send(answer=self._take)
        recipients = self._get_recipients()
        self.assertEqual(len(recipients), 13)
        self.assertEqual(recipients.index("quick@client.example"), 8)

    def test_the_order_stays_where_there_is_one_slow_mail_server_only(self):
        messages = self._ask_many("slow", 12)
        with patch.object(type(self.env["crm.channel"]), "_get_batch_size", lambda self: 6):
            self._send(answer=self._take)
        self.assertEqual(self._get_recipients(), messages.mapped("address"))

    def test_a_mail_server_that_is_silent_three_times_uses_up_no_tries_of_the_others(self):
        messages = self._ask_many("away", 6)

        def connect(*_args, **_options):
            raise TimeoutError("timed out")

        self.patch(self.registry["ir.mail_server"], "_connect__", connect)
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_email").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(messages.mapped("state")), {"queued"})
        self.assertEqual(set(messages.mapped("reason")), {"busy"})
        self.assertEqual([message.tries or 0 for message in messages], [1, 1, 1, 0, 0, 0])

    def test_a_run_whose_time_is_over_lets_the_other_scheduled_actions_go_first(self):
        messages = self._ask_many("quick", 5)
        cron = self.env.ref("crm_core.ir_cron_crm_dispatch_email")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        told = []

        def commit_progress(_cron, processed=0, *, remaining=None, deactivate=False):
            told.append(remaining)
            return 0

        self.patch(self.registry["ir.cron"], "_commit_progress", commit_progress)
        with (
            self.mock_smtplib_connection(),
            patch.object(self.registry["ir.mail_server"], "_disable_send", lambda self: False),
            patch.object(type(self.env["crm.channel"]), "_get_batch_size", lambda self: 2),
        ):
            self.env["crm.dispatch"]._cron_send("email")
        self.env.invalidate_all()
        self.assertEqual(messages.mapped("state").count("sent"), 2)
        self.assertEqual(told[-1], 0, "Odoo does not begin the same run again ten times")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_each_message_of_a_batch_takes_the_same_few_queries(self):
        counts = []
        for count in (10, 40):
            self._ask_many("quick", count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._send()
            counts.append(self.env.cr.sql_log_count - before)
        each = (counts[1] - counts[0]) / 30
        self.assertLessEqual(each, 6, f"queries of batches of 10 and 40: {counts}")
