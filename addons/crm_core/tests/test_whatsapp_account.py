# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .fake_whatsapp import TOKEN
from .whatsapp_common import WhatsappCase


@tagged("post_install", "-at_install")
class TestWhatsappAccount(WhatsappCase):
    def test_an_account_works_after_a_call_that_succeeded_and_not_before(self):
        self.assertEqual(self.account.state, "draft")
        self.account.action_test()
        self.assertEqual(self.account.state, "working")
        self.assertEqual(self.account.display_phone_number, "+225 07 00 00 00 00")
        self.assertTrue(self.account.last_success_at)

    def test_an_account_with_a_broken_token_is_never_shown_as_working(self):
        """T-C8."""
        self.account.action_test()
        self.fake.token = "renewed at Meta"
        answer = self.account.action_test()
        self.assertEqual(self.account.state, "error")
        self.assertIn("190", self.account.last_error)
        self.assertEqual(answer["params"]["type"], "danger")
        self.account.access_token = "renewed at Meta"
        self.assertEqual(self.account.state, "draft")
        self.account.action_sync_templates()
        self.assertEqual(self.account.state, "working")
        self.assertFalse(self.account.last_error)

    def test_an_account_without_a_token_says_so(self):
        self.account.access_token = False
        self.account.action_test()
        self.assertEqual(self.account.state, "error")
        self.assertIn("access token", self.account.last_error)

    def test_secrets_are_for_administrators(self):
        for user in (self.salesperson, self.manager):
            account = self.account.with_user(user)
            self.assertEqual(account.name, "Care")
            for name in (
                "access_token",
                "app_secret",
                "verify_token",
                "webhook_token",
                "webhook_url",
            ):
                with self.subTest(user=user.login, field=name), self.assertRaises(AccessError):
                    account.read([name])
            for action in ("test", "sync_templates", "renew_tokens"):
                with self.subTest(action=action), self.assertRaises(AccessError):
                    getattr(account, f"action_{action}")()
            with self.assertRaises(AccessError):
                account.search([("access_token", "=like", "a%")])
        with self.assertRaises(AccessError):
            self.account.with_user(self.portal).read(["name"])

    def test_another_company_sees_no_account(self):
        seen = self.env["crm.whatsapp.account"].with_user(self.stranger).search([])
        self.assertNotIn(self.account, seen)
        with self.assertRaises(AccessError):
            self.account.with_user(self.stranger).read(["name"])

    def test_addresses_inside_the_own_network_ask_for_an_administrators_word(self):
        for url in (
            "http://graph.facebook.com/v23.0",
            "https://127.0.0.1/v23.0",
            "https://localhost",
            "https://10.0.0.8/",
            "https://gateway.internal/",
            "https://user:secret@graph.facebook.com/",
            "ftp://graph.facebook.com",
            "nonsense",
            "http://[",
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.account.write({"api_url": url, "is_own_network": False})
        self.account.write({"api_url": "https://graph.facebook.com/v23.0", "is_own_network": False})

    def test_ids_of_meta_are_digits(self):
        for number in ("../me", "+225", "12 34"):
            with self.subTest(number=number), self.assertRaises(ValidationError):
                self.account.phone_number_id = number

    def test_new_tokens_make_the_old_address_worthless(self):
        before = (self.account.webhook_token, self.account.verify_token)
        self.account.action_renew_tokens()
        self.assertFalse(set(before) & {self.account.webhook_token, self.account.verify_token})
        self.assertIn(self.account.webhook_token, self.account.webhook_url)

    def test_a_copy_of_an_account_has_no_secrets(self):
        copy = self.account.copy({"phone_number_id": "77"})
        self.assertFalse(copy.access_token or copy.app_secret)
        self.assertNotEqual(copy.webhook_token, self.account.webhook_token)

    def test_a_neutralised_copy_of_the_database_sends_and_receives_nothing(self):
        self.env.flush_all()
        token = self.account.webhook_token
        for query in get_neutralization_queries(["crm_core"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(self.account.active)
        self.assertFalse(self.account.access_token or self.account.app_secret)
        self.assertNotEqual(self.account.webhook_token, token)

    def test_the_daily_run_goes_on_after_an_account_that_does_not_answer(self):
        self.account.access_token = "wrong"
        other = self._create_account(
            name="Second", phone_number_id="55", access_token=TOKEN, sequence=99
        )
        self.fake.add_template("hello", "Bonjour")
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_whatsapp_template").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.account.state, "error")
        self.assertEqual((other.state, other.template_count), ("working", 1))
