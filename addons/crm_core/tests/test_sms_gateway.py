# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company's own gateway: what Odoo's SMS do with it, who may see what of it, and what it must not be."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.sms.tools.sms_api import SmsApi

from .common import MANAGER
from .sms_common import ABROAD, NUMBER, SmsCase


@tagged("post_install", "-at_install")
class TestSmsThroughGateway(SmsCase):
    def test_an_sms_from_a_chatter_leaves_through_the_gateway(self):
        notification = self._send(self.lead.with_user(self.salesperson), "Été à 5 €")
        [request] = self.operator.requests
        self.assertEqual(request["fields"]["to"], NUMBER)
        self.assertEqual(request["fields"]["text"], "Été à 5 €")
        self.assertIn(f"/crm/sms/report/{self.gateway.id}-", request["fields"]["report"])
        tracker = notification.sudo().sms_tracker_ids
        self.assertEqual(request["fields"]["ref"], tracker.sms_uuid)
        self.assertEqual(tracker.crm_sms_reference, "op-1")
        self.assertEqual(notification.notification_status, "pending")

    def test_many_sms_at_once_and_the_queue_leave_through_the_gateway(self):
        other = self.customer.copy({"phone": "+2250505112233"})
        (self.customer | other)._message_sms_schedule_mass(body="Promo", mass_keep_log=False)
        self.assertFalse(self.operator.requests)
        with self.enter_registry_test_mode():
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        sent = {request["fields"]["to"] for request in self.operator.requests}
        self.assertEqual(sent, {NUMBER, "+2250505112233"})

    def test_the_queue_sends_each_company_its_own_way(self):
        elsewhere = self._create_gateway(
            name="Dakar", company_id=self.company_xof.id, url=self.operator.url + "/dakar"
        )
        self.company_xof.crm_sms_gateway_id = elsewhere
        numbers = ("+221771234567", NUMBER)
        for company, number in zip((self.company_xof, self.company), numbers, strict=True):
            self.env["sms.sms"].with_company(company).create({"number": number, "body": "Hi"})
        waiting = self.env["sms.sms"].search([("state", "=", "outgoing")])
        waiting._send()
        went = {request["fields"]["to"]: request["path"] for request in self.operator.requests}
        self.assertEqual(went, {"+221771234567": "/send/dakar", NUMBER: "/send"})

    def test_a_company_without_a_gateway_stays_with_odoo(self):
        self.assertIs(self.company_xof._get_sms_api_class(), SmsApi)
        mine = self.env["sms.sms"].create({"number": NUMBER, "body": "a"})
        theirs = mine.with_company(self.company_xof).create({"number": ABROAD, "body": "b"})
        found = {type(api).__name__: messages for api, messages in (mine | theirs)._split_by_api()}
        self.assertEqual(found, {"SmsApiGateway": mine, "SmsApi": theirs})

    def test_what_the_operator_refuses_or_does_not_answer_shows_in_the_chatter(self):
        for behaviour, failure in (
            ("refuse", "unknown"),
            ("drop", "unknown"),
            ("busy", "sms_server"),
        ):
            with self.subTest(behaviour=behaviour):
                self.operator.behaviour = behaviour
                notification = self._send(self.lead, behaviour)
                self.assertEqual(notification.notification_status, "exception")
                self.assertEqual(notification.failure_type, failure)
                self.assertTrue(notification.failure_reason)

    def test_a_number_that_cannot_exist_is_not_sent(self):
        notification = self._send(self.lead, partner_ids=[], sms_numbers=["+225 12"])
        self.assertEqual(notification.failure_type, "sms_number_format")
        self.assertFalse(self.operator.requests)

    def test_an_archived_gateway_sends_nothing_and_nobody_else_sends_instead(self):
        self.gateway.active = False
        notification = self._send(self.lead)
        self.assertEqual(notification.failure_type, "sms_server")
        self.assertFalse(self.operator.requests)

    def test_a_test_shows_what_the_operator_answered(self):
        test = Form(
            self.env["crm.sms.gateway.test"].with_context(default_gateway_id=self.gateway.id)
        )
        test.number, test.text = "07 07 12 34 56", "ê" * 71
        self.assertIn("2 SMS", test.segments)
        test = test.save()
        test.action_send()
        self.assertEqual((test.state, test.status, test.provider_ref), ("sent", 200, "op-1"))
        self.assertIn("op-1", test.answer)
        self.operator.behaviour = "refuse"
        test.action_send()
        self.assertEqual((test.state, test.status), ("failed", 400))
        test.number = "nobody"
        with self.assertRaises(UserError):
            test.action_send()

    def test_a_price_in_another_currency_is_told_in_that_of_the_company(self):
        self.gateway.write({"price": 655.957, "currency_id": self.xof.id})
        self.assertAlmostEqual(self.gateway._prepare_gateway_values()["price"], 1.0, places=3)


@tagged("post_install", "-at_install")
class TestSmsGatewayRights(SmsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls.env["res.users"].create(
            {
                "name": "Administrator",
                "login": "sms_administrator",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [
                    Command.set([cls.env.ref("base.group_system").id, cls.env.ref(MANAGER).id])
                ],
            }
        )

    def test_only_an_administrator_sees_passwords_and_addresses(self):
        self.gateway.write({"authentication": "bearer", "secret": "s3cret"})
        names = ("secret", "url", "token", "report_url", "signature_secret", "parameter_ids")
        for user in (self.salesperson, self.manager):
            gateway = self.gateway.with_user(user)
            self.assertEqual(gateway.name, "Operator")
            self.assertFalse(set(names) & set(gateway.fields_get()))
            for name in names:
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    gateway.read([name])
        self.assertEqual(self.gateway.with_user(self.administrator).secret, "s3cret")

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_an_administrator_changes_tests_or_chooses_a_gateway(self):
        for user in (self.salesperson, self.manager):
            gateway = self.gateway.with_user(user)
            for act in (
                lambda gateway=gateway: gateway.write({"name": "Mine"}),
                lambda gateway=gateway: gateway.action_renew_token(),
                lambda gateway=gateway: gateway.action_use(),
                lambda gateway=gateway: gateway.action_test(),
                lambda gateway=gateway: gateway.copy(),
                lambda gateway=gateway: gateway.unlink(),
                lambda user=user: (
                    self.env["crm.sms.gateway.test"]
                    .with_user(user)
                    .create({"gateway_id": self.gateway.id, "number": NUMBER, "text": "x"})
                ),
            ):
                with self.assertRaises(AccessError):
                    act()
        self.gateway.with_user(self.administrator).name = "Renamed"

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_gateways_of_other_companies_are_out_of_reach(self):
        elsewhere = self._create_gateway(name="Dakar", company_id=self.company_xof.id)
        mine = self.env["crm.sms.gateway"].with_user(self.administrator)
        self.assertFalse(mine.search([("id", "=", elsewhere.id)]))
        with self.assertRaises(AccessError):
            elsewhere.with_user(self.administrator).read(["name"])
        with self.assertRaises(AccessError):
            elsewhere.parameter_ids[0].with_user(self.administrator).read(["value"])
        with self.assertRaises(ValidationError):
            self.company.crm_sms_gateway_id = elsewhere

    def test_a_copy_has_neither_the_secrets_nor_the_address_of_the_original(self):
        self.gateway.write({"authentication": "bearer", "secret": "s3cret"})
        copy = self.gateway.copy()
        self.assertFalse(copy.secret)
        self.assertNotEqual(copy.token, self.gateway.token)
        self.assertEqual(len(copy.parameter_ids), 4)


@tagged("post_install", "-at_install")
class TestSmsGatewaySettings(SmsCase):
    def _assert_refused(self, **values):
        with self.subTest(values=values), self.assertRaises(ValidationError), self.cr.savepoint():
            self._create_gateway(**values)

    def test_an_address_inside_needs_the_tick(self):
        for url in (
            "http://127.0.0.1/",
            "http://10.0.0.1/",
            "http://169.254.169.254/",
            "http://localhost/",
        ):
            self._assert_refused(url=url, is_on_own_network=False)
        self._assert_refused(url="http://169.254.169.254/")
        gateway = self._create_gateway(url="http://10.0.0.1/")
        with self.assertRaises(ValidationError):
            gateway.is_on_own_network = False
        self._assert_refused(
            authentication="oauth",
            username="u",
            url="https://203.0.112.1/",
            token_url="http://10.0.0.1/",
            is_on_own_network=False,
        )

    def test_what_is_no_address_no_json_and_no_header_is_refused(self):
        for url in (
            "ftp://a.example/",
            "https://{to}.example/",
            "nonsense",
            "https://u:p@a.example/",
        ):
            self._assert_refused(url=url)
        for template in ("", "{to}", "[1", '"text"', "[" * 5000):
            self._assert_refused(encoding="json", template=template)
        self._assert_refused(method="GET", encoding="form")
        self._assert_refused(authentication="header", secret_header="X Key")
        self._assert_refused(signature_header="X-Signature")
        for name, value in (("Host", "a"), ("X\r\nY", "a"), ("X-A", "a\r\nX-B: b"), ("é", "a")):
            self._assert_refused(
                header_ids=[Command.create({"place": "header", "name": name, "value": value})]
            )

    def test_a_gateway_that_is_used_cannot_be_deleted(self):
        with (
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            self.gateway.unlink()
        self.company.crm_sms_gateway_id = False
        self.gateway.unlink()

    def test_the_settings_choose_the_gateway(self):
        settings = self.env["res.config.settings"].create({"crm_sms_gateway_id": False})
        settings.execute()
        self.assertFalse(self.company.crm_sms_gateway_id)
        self.gateway.action_use()
        self.assertTrue(self.gateway.is_used)
