# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .whatsapp_common import AWA, KOFI, WhatsappCase, status, text_message


@tagged("post_install", "-at_install")
class TestWhatsappChannel(WhatsappCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Awa Koné", "phone": AWA, "lang": "en_US", "tz": "Africa/Abidjan"}
        )
        cls.lead = cls._create_lead(name="Cold room", partner_id=cls.partner.id, phone=AWA)
        cls.fake.add_template("offer", "Bonjour {{1}}", category="MARKETING")
        cls.account._sync_templates()
        cls.template = cls.account.template_ids
        cls.template.variable_ids.path = "partner_id.name"
        cls.template.price = 25

    def _ask(self, key="k", record=None, **content):
        content = self.env["crm.dispatch.content"].create({"res_model": "crm.lead", **content})
        return self.env["crm.dispatch"]._request(
            [
                {
                    "key": key,
                    "channel": "whatsapp",
                    "purpose": "service",
                    "record": record or self.lead,
                    "content": content,
                    "is_personal": True,
                }
            ]
        )

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_whatsapp").method_direct_trigger()
        self.env.invalidate_all()

    def _open_window(self):
        self._receive(text_message("in.1", "Bonjour"))

    def test_in_an_open_conversation_free_text_leaves(self):
        self._open_window()
        message = self._ask(text="Your {{ object.name }}", whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual((message.state, message.provider_ref), ("sent", "wamid.OUT000001"))
        self.assertEqual(self.fake.sent[0]["text"]["body"], "Your Cold room")
        self.assertEqual(message.mail_message_id.message_type, "whatsapp")
        self.assertIn("Your Cold room", message.mail_message_id.body)
        self.assertEqual(message.mail_message_id.crm_whatsapp_state, "sent")
        self.assertFalse(message.cost)

    def test_in_a_closed_conversation_the_template_leaves_and_costs(self):
        message = self._ask(text="x", whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual(message.state, "sent")
        sent = self.fake.sent[0]["template"]
        self.assertEqual((sent["name"], sent["language"]["code"]), ("offer", "fr"))
        self.assertEqual(sent["components"][0]["parameters"][0]["text"], "Awa Koné")
        self.assertEqual(message.cost, 25)
        own = self.Message.search([("wamid", "=", message.provider_ref)])
        self.assertEqual(
            (own.kind, own.body, own.res_id), ("template", "Bonjour Awa Koné", self.lead.id)
        )

    def test_in_a_closed_conversation_free_text_alone_is_held_back_and_says_what_to_do(self):
        message = self._ask(text="x")
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "window_closed"))
        self.assertIn("choose a template", message.reason_detail)
        self.assertFalse(self.fake.sent)

    def test_a_template_that_is_rejected_is_not_tried(self):
        self.template.sudo().write({"status": "rejected", "rejected_reason": "INVALID_FORMAT"})
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "template_rejected"))
        self.assertIn("INVALID_FORMAT", message.reason_detail)
        self.assertFalse(self.fake.sent)

    def test_a_message_without_metas_number_is_not_sent(self):
        self.fake.mode = "no_id"
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self._send()
        self.assertEqual((message.state, message.reason), ("unknown", "answer_lost"))
        self.assertEqual(len(self.fake.sent), 1)
        self.assertEqual(message.mail_message_id.crm_whatsapp_state, "unknown")

    def test_reports_of_delivery_and_answers_reach_the_ledger(self):
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        for state, ledger in (("read", "opened"), ("delivered", "opened"), ("sent", "opened")):
            self._report(status(message.provider_ref, state))
            self.assertEqual(message.state, ledger)
        self._receive(text_message("in.9", "Oui"))
        self.assertEqual(message.state, "replied")

    def test_a_report_that_comes_before_the_answer_is_not_lost(self):
        self._report(status("wamid.OUT000001", "delivered"))
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual(message.state, "delivered")
        self.assertEqual(message.mail_message_id.crm_whatsapp_state, "delivered")

    def test_a_message_that_meta_could_not_deliver_has_failed_with_the_reason(self):
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        errors = [{"code": 131026, "title": "Message undeliverable"}]
        self._report(status(message.provider_ref, "failed", errors=errors))
        self.assertEqual((message.state, message.reason), ("failed", "refused"))
        self.assertIn("131026", message.reason_detail)

    def test_a_broken_token_keeps_messages_and_shows_on_the_account(self):
        self.fake.token = "renewed"
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual((message.state, message.tries), ("queued", 1))
        self.assertEqual(self.account.state, "error")
        self.assertIn("190", self.account.last_error)
        message.date_scheduled = "2020-01-01"
        self.env.flush_all()
        self._send()
        self.assertEqual((message.state, message.tries), ("queued", 1), "no try is spent meanwhile")
        self.account.access_token = "renewed"
        message.date_scheduled = "2020-01-01"
        self.env.flush_all()
        self._send()
        self.assertEqual((message.state, self.account.state), ("sent", "working"))

    def test_a_window_that_closes_at_meta_says_so(self):
        self._open_window()
        self.fake.refuse = (400, 131047, "Re-engagement message")
        message = self._ask(text="x")
        self._send()
        self.assertEqual((message.state, message.reason), ("failed", "window_closed"))

    def test_a_record_that_is_gone_holds_up_no_other(self):
        self._open_window()
        gone = self._create_lead(phone=KOFI)
        messages = self._ask("gone", record=gone, text="{{ object.name }}")
        messages |= self._ask("there", text="{{ object.name }}")
        gone.unlink()
        self._send()
        self.assertEqual(messages.mapped("state"), ["suppressed", "sent"])

    def test_a_company_without_an_account_says_so(self):
        self.account.active = False
        message = self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "no_provider"))

    def test_numbers_are_sent_in_the_international_form(self):
        france = self.env.ref("base.fr").id
        lead = self._create_lead(phone="06 12 34 56 78", country_id=france)
        message = self._ask(record=lead, whatsapp_template_id=self.template.id)
        self.assertEqual(message.address, "+33612345678")

    def test_a_blacklisted_number_gets_nothing(self):
        self.env["phone.blacklist"]._add([AWA])
        message = self._ask(whatsapp_template_id=self.template.id)
        message.purpose = "marketing"
        self._send()
        self.assertEqual(message.state, "suppressed")
        self.assertFalse(self.fake.sent)

    def test_a_salesperson_sends_a_template_from_a_deal(self):
        composers = self.env["crm.message.composer"].with_user(self.salesperson)
        values = {"res_model": "crm.lead", "res_ids": self.lead.ids, "channel": "whatsapp"}
        composer = composers.create({**values, "purpose": "service", "text": "Bonjour"})
        self.assertEqual(composer.allowed_count, 0)
        self.assertIn("conversation is closed", composer.preview)
        composer.whatsapp_template_id = self.template
        self.assertEqual((composer.allowed_count, composer.preview), (1, ""))
        composer.text = False
        composer.action_send()
        self._send()
        self.assertEqual(self.fake.sent[0]["template"]["name"], "offer")

    def test_without_an_account_the_channel_is_not_offered(self):
        composers = self.env["crm.message.composer"].with_user(self.salesperson)
        self.assertIn("whatsapp", dict(composers._get_channels()))
        self.account.active = False
        self.assertNotIn("whatsapp", dict(composers._get_channels()))

    def test_the_language_of_the_recipient_is_chosen_where_there_is_one(self):
        self.fake.add_template("offer", "Bonjour {{1}}")
        self.fake.add_template("offer", "Good morning {{1}}", language="en_US")
        self.account._sync_templates()
        self.account.template_ids.variable_ids.path = "partner_id.name"
        self._ask(whatsapp_template_id=self.template.id)
        self._send()
        self.assertEqual(self.fake.sent[0]["template"]["language"]["code"], "en_US")

    def test_a_hundred_messages_ask_for_windows_and_accounts_once(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Deal {number}", "phone": KOFI, "user_id": False} for number in range(112)]
        )
        content = self.env["crm.dispatch.content"].create(
            {"res_model": "crm.lead", "text": "x", "whatsapp_template_id": self.template.id}
        )
        self.template.variable_ids.fallback = "Madame"
        messages = self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"many:{lead.id}",
                    "channel": "whatsapp",
                    "purpose": "service",
                    "record": lead,
                    "company": self.company,
                    "content": content,
                }
                for lead in leads
            ]
        )
        channel = self.env["crm.channel.whatsapp"]
        channel._prepare(messages[:2])

        def count(work, group):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = work(group)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, result

        few, nothing = count(channel._get_refusals, messages[:2])
        self.assertFalse(nothing)
        self.assertLessEqual(count(channel._get_refusals, messages)[0], few + 2)
        few, _prepared = count(channel._prepare, messages[2:12])
        many, _prepared = count(channel._prepare, messages[12:])
        self.assertLessEqual(many, few + 5)
