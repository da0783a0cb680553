# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SMS that leave by themselves, through the ledger: each once, with what became of it."""

from itertools import count
from unittest.mock import patch

from odoo.tests import freeze_time, tagged

from odoo.addons.sms.tools.sms_api import SmsApi

from .dispatch_common import TUESDAY_AT_TEN
from .sms_common import ABROAD, NUMBER, SmsCase


@tagged("post_install", "-at_install")
class TestSmsChannel(SmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = count(1)
        cls.company.partner_id.tz = "Africa/Abidjan"
        cls.content = cls.env["crm.dispatch.content"].create(
            {"res_model": "crm.lead", "text": "About {{ object.name }} & more"}
        )

    def setUp(self):
        super().setUp()
        freezer = freeze_time(TUESDAY_AT_TEN)
        freezer.start()
        self.addCleanup(freezer.stop)

    def _ask(self, **values):
        defaults = {
            "key": f"sms:{next(self.numbers)}",
            "channel": "sms",
            "purpose": "sales",
            "record": self.lead,
            "content": self.content,
        }
        return self.env["crm.dispatch"]._request([{**defaults, **values}])

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_sms").method_direct_trigger()
        self.env.invalidate_all()

    def _report(self, reference, status, gateway=None):
        row = {"reference": reference, "status": status}
        self.env["crm.sms.report"]._take(gateway or self.gateway, [row])

    def test_an_sms_leaves_once_through_the_gateway_and_shows_in_the_chatter(self):
        message = self._ask()
        self._run()
        self._run()
        [request] = self.operator.requests
        self.assertEqual(request["fields"]["to"], NUMBER)
        self.assertEqual(request["fields"]["text"], "About A roof & more")
        self.assertEqual((message.state, message.provider_ref), ("sent", f"{self.gateway.id}:op-1"))
        self.assertAlmostEqual(message.cost, self.gateway._get_price(), places=2)
        note = message.mail_message_id
        self.assertIn(note, self.lead.message_ids)
        self.assertEqual((note.message_type, note.author_id), ("sms", self.salesperson.partner_id))
        self.assertIn("A roof &amp; more", note.body)
        notification = note.notification_ids
        self.assertEqual(notification.notification_status, "pending")
        self.assertEqual(
            (notification.sms_number, notification.res_partner_id), (NUMBER, self.customer)
        )

    def test_what_the_operator_does_decides_what_becomes_of_it(self):
        for behaviour, state, reason, status in (
            ("refuse", "failed", "refused", "exception"),
            ("drop", "unknown", "answer_lost", "exception"),
            ("busy", "queued", "busy", "ready"),
        ):
            with self.subTest(behaviour=behaviour):
                self.operator.behaviour = behaviour
                message = self._ask()
                self._run()
                self.assertEqual((message.state, message.reason), (state, reason))
                notification = message.mail_message_id.notification_ids
                self.assertEqual(notification.notification_status, status)
                if state == "unknown":
                    self.operator.behaviour = "accept"
                    self._run()
                    self.assertEqual(message.state, "unknown")
                    message.action_cancel()

    def test_an_sms_that_was_not_taken_is_tried_again_under_the_same_reference(self):
        self.operator.behaviour = "down"
        message = self._ask()
        self._run()
        self.operator.behaviour = "accept"
        message.date_scheduled = TUESDAY_AT_TEN
        self._run()
        self.assertEqual(message.state, "sent")
        first, second = self.operator.requests
        self.assertEqual(first["fields"]["ref"], second["fields"]["ref"])
        self.assertEqual(len(message.mail_message_id.notification_ids.sms_tracker_ids), 1)

    def test_reports_reach_the_ledger_in_any_order(self):
        message = self._ask()
        self._run()
        for status in ("delivered", "failed", "delivered"):
            self._report("op-1", status)
            self.assertEqual(message.state, "delivered")
        self.assertEqual(message.mail_message_id.notification_ids.notification_status, "sent")

    def test_a_failure_is_known_with_its_reason(self):
        message = self._ask()
        self._run()
        self._report(self.operator.requests[0]["fields"]["ref"], "undeliv")
        self.assertEqual((message.state, message.reason), ("failed", "bounced"))

    def test_a_report_of_a_lost_answer_tells_what_became_of_it(self):
        self.operator.behaviour = "drop"
        message = self._ask()
        self._run()
        self.assertEqual(message.state, "unknown")
        self._report(self.operator.requests[0]["fields"]["ref"], "delivered")
        self.assertEqual(message.state, "delivered")

    def test_a_report_that_overtakes_the_answer_is_not_lost(self):
        self._report("op-1", "delivered")
        message = self._ask()
        self._run()
        self.assertEqual(message.state, "delivered")
        self.assertEqual(message.mail_message_id.notification_ids.notification_status, "sent")

    def test_the_same_number_of_another_operator_is_another_message(self):
        message = self._ask()
        self._run()
        elsewhere = self._create_gateway(name="Dakar", company_id=self.company_xof.id)
        self._report("op-1", "failed", elsewhere)
        self.assertEqual(message.state, "sent")

    def test_an_answer_counts_and_stop_holds_back_what_follows(self):
        message = self._ask()
        self._run()
        incoming = self._receive("STOP")
        self.assertEqual((incoming.res_model, incoming.res_id), ("crm.lead", self.lead.id))
        self.assertEqual(message.state, "replied")
        later = self._ask()
        self._run()
        self.assertEqual(later.state, "suppressed")
        self.assertEqual(len(self.operator.requests), 1)

    def test_what_cannot_be_sent_says_why_and_does_not_hold_up_the_others(self):
        empty = self._ask(content=self.content.copy({"text": " "}))
        nobody = self._ask(record=self._create_lead(name="Without a number"))
        wrong = self._ask(address="+225 12")
        right = self._ask()
        self._run()
        self.assertEqual((empty.state, empty.reason), ("failed", "content"))
        self.assertEqual((nobody.state, nobody.reason), ("suppressed", "address_missing"))
        self.assertEqual((wrong.state, wrong.reason), ("suppressed", "address_invalid"))
        self.assertEqual(right.state, "sent")

    def test_an_archived_gateway_sends_nothing(self):
        self.gateway.active = False
        message = self._ask()
        self._run()
        self.assertEqual((message.state, message.reason), ("failed", "no_provider"))
        self.assertFalse(self.operator.requests)

    def test_without_a_gateway_odoo_sends_and_its_reports_reach_the_ledger(self):
        self.company.crm_sms_gateway_id = False
        answers = {
            "success": ("sent", False),
            "wrong_number_format": ("failed", "address_invalid"),
            "insufficient_credit": ("queued", "busy"),
            "incompatible_content": ("failed", "refused"),
        }
        for answer, (state, reason) in answers.items():

            def contact(_api, _path, params, answer=answer, **_options):
                [sent] = params["messages"]
                self.uuid = sent["numbers"][0]["uuid"]
                return [{"uuid": self.uuid, "state": answer}]

            with self.subTest(answer=answer), patch.object(SmsApi, "_contact_iap", contact):
                message = self._ask()
                self._run()
                self.assertEqual((message.state, message.reason), (state, reason))
                if state == "sent":
                    tracker = self.env["sms.tracker"].search([("sms_uuid", "=", self.uuid)])
                    tracker._action_update_from_sms_state("sent")
                    self.assertEqual(message.state, "delivered")
                elif state == "queued":
                    message.action_cancel()

    def test_when_odoos_provider_breaks_off_nobody_knows(self):
        self.company.crm_sms_gateway_id = False
        with patch.object(SmsApi, "_contact_iap", side_effect=ConnectionError("gone")):
            message = self._ask()
            self._run()
        self.assertEqual((message.state, message.reason), ("unknown", "answer_lost"))

    def test_each_company_sends_its_own_way(self):
        elsewhere = self._create_gateway(
            name="Dakar", company_id=self.company_xof.id, url=self.operator.url + "/dakar"
        )
        self.company_xof.crm_sms_gateway_id = elsewhere
        theirs = self.env["crm.lead"].create(
            {"name": "Dakar", "phone": ABROAD, "company_id": self.company_xof.id}
        )
        messages = self._ask() | self._ask(record=theirs)
        self._run()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        went = {request["fields"]["to"]: request["path"] for request in self.operator.requests}
        self.assertEqual(went, {NUMBER: "/send", ABROAD: "/send/dakar"})

    def test_preparing_many_takes_few_queries(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": f"Lead {n}", "phone": f"+22507071{n:05}", "company_id": self.company.id}
                for n in range(60)
            ]
        )
        messages = self.env["crm.dispatch"].union(*(self._ask(record=lead) for lead in leads))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.env["crm.channel.sms"]._prepare(messages)
            self.env.flush_all()
