# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.modules.neutralize import get_installed_modules, get_neutralization_queries
from odoo.tests import tagged

from .fake_sms_gateway import FakeSmsGateway
from .sms_common import SmsCase


@tagged("post_install", "-at_install")
class TestNeutralize(SmsCase):
    """A copy of the database for tests writes to nobody."""

    def setUp(self):
        super().setUp()
        self.server = self.env["ir.mail_server"].create(
            {"name": "Real", "smtp_host": "smtp.example"}
        )
        self.lead.email_from = "awa@sow.example"
        self.content = self.env["crm.dispatch.content"].create(
            {
                "res_model": "crm.lead",
                "subject": "Hi",
                "body": "<p>Hi</p>",
                "text": "Hi",
                "mail_server_id": self.server.id,
            }
        )

    def _ask(self, channel, key):
        values = {
            "key": key,
            "channel": channel,
            "purpose": "service",
            "record": self.lead,
            "content": self.content,
        }
        return self.env["crm.dispatch"]._request([values])

    def _neutralize(self):
        self.env.flush_all()
        for query in get_neutralization_queries(get_installed_modules(self.env.cr)):
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def test_what_waited_is_cancelled_and_no_scheduled_action_is_left(self):
        messages = self._ask("email", "before:email") | self._ask("sms", "before:sms")
        self._neutralize()
        self.assertEqual(set(messages.mapped("state")), {"cancelled"})
        ours = self.env["ir.model.data"].search(
            [("module", "=", "crm_core"), ("model", "=", "ir.cron")]
        )
        crons = self.env["ir.cron"].with_context(active_test=False).browse(ours.mapped("res_id"))
        self.assertTrue(crons)
        self.assertFalse(any(crons.mapped("active")))

    def test_no_mail_server_and_no_gateway_is_left_to_send_through(self):
        self._neutralize()
        self.assertFalse(self.content.mail_server_id)
        self.assertEqual(self.env["ir.mail_server"].search([]).mapped("smtp_host"), ["invalid"])
        self.assertFalse(self.env["crm.sms.gateway"].search([]))
        self.assertFalse(self.env["crm.whatsapp.account"].search([]))

    def test_a_message_asked_for_afterwards_reaches_no_operator(self):
        self._neutralize()
        message = self._ask("sms", "after:sms")
        self.env.ref("crm_core.ir_cron_crm_dispatch_sms").active = True
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_sms").method_direct_trigger()
        self.env.invalidate_all()
        self.assertNotEqual(message.state, "sent")
        self.assertFalse(self.operator.requests)

    def test_an_sms_from_odoos_own_dialog_reaches_no_operator(self):
        self._neutralize()
        self._send(self.lead)
        self.assertIsInstance(self.operator, FakeSmsGateway)
        self.assertFalse(self.operator.requests)
