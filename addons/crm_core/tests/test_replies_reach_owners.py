# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage

from odoo.tests import tagged

from ..models.crm_import_target import QUIET
from .routing_common import RoutingCase


@tagged("post_install", "-at_install")
class TestRepliesReachOwners(RoutingCase):
    """Who is responsible for a lead hears of what its customer says (T-C11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))

    def _reply(self, lead):
        """Let the customer answer by e-mail; return the message."""
        mail = EmailMessage()
        mail["From"], mail["To"] = lead.email_from, "sales@leads.example"
        mail["Subject"], mail["Message-ID"] = "Re: offer", f"<reply-{lead.id}@customer.example>"
        mail.set_content("Yes, please call me.")
        self.env["mail.thread"].message_process("crm.lead", mail.as_string(), thread_id=lead.id)
        reply = lead.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual(len(reply), 1)
        return reply

    def test_a_reply_alerts_whom_the_lead_was_routed_to(self):
        """T-C11."""
        [lead] = self._create_leads(email_from="awa@customer.example")
        self._run()
        self.assertTrue(lead.user_id)
        self.assertIn(lead.user_id.partner_id, self._reply(lead).notified_partner_ids)

    def test_a_reply_alerts_who_was_imported_with_the_lead(self):
        importing = self.env["crm.lead"].with_context(**QUIET)
        lead = importing.create(
            {"name": "Old", "email_from": "old@customer.example", "user_id": self.aya.id}
        )
        self.assertNotIn(self.aya.partner_id, lead.message_partner_ids)
        self.assertIn(self.aya.partner_id, self._reply(lead).notified_partner_ids)

    def test_a_reply_alerts_the_next_owner_and_not_one_who_is_nobody(self):
        lead = self.env["crm.lead"].create(
            {"name": "Moved", "email_from": "moved@customer.example", "user_id": self.aya.id}
        )
        lead.user_id = self.moussa
        self.assertIn(self.moussa.partner_id, self._reply(lead).notified_partner_ids)
        nobodys = self.env["crm.lead"].create(
            {"name": "Nobody's", "email_from": "no@customer.example", "user_id": False}
        )
        self.assertFalse(self._reply(nobodys).notified_partner_ids)
