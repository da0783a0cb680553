# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.crm_whatsapp_message_receive import CrmWhatsappMessage
from .whatsapp_common import AWA, KOFI, WhatsappCase, delivery, text_message


@tagged("post_install", "-at_install")
class TestWhatsappReceive(WhatsappCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.notification_type = "inbox"

    def test_a_message_goes_to_the_open_deal_of_its_number_and_its_salesperson(self):
        partner = self._create_partner()
        lead = self._create_lead(partner_id=partner.id, phone=AWA)
        message = self._receive(text_message("a", "Bonjour\n<b>Awa</b>"))
        said = message.mail_message_id
        self.assertEqual((said.model, said.res_id), ("crm.lead", lead.id))
        self.assertEqual((said.author_id, said.message_type), (partner, "whatsapp"))
        self.assertIn("&lt;b&gt;Awa", said.body)
        self.assertEqual(said.notified_partner_ids, self.salesperson.partner_id)
        self.assertEqual(said.notification_ids.mapped("notification_type"), ["inbox"])

    def test_the_salesperson_is_told_at_once(self):
        self._create_lead(phone=AWA)
        users = type(self.env["res.users"])
        with patch.object(users, "_bus_send", autospec=True) as bus:
            self._receive(text_message("a", "Bonjour"))
        told = [call.args for call in bus.call_args_list if call.args[1] == "simple_notification"]
        self.assertEqual([user for user, _kind, _content in told], [self.salesperson])
        self.assertEqual(told[0][2]["message"], "Bonjour")

    def test_customers_get_no_e_mail_of_what_is_said_on_whatsapp(self):
        partner = self._create_partner(email="awa@x.example")
        follower = self._create_partner(phone=KOFI, name="Kofi", email="kofi@x.example")
        lead = self._create_lead(partner_id=partner.id, phone=AWA)
        lead.message_subscribe((partner | follower).ids)
        said = self._receive(text_message("a", "Bonjour")).mail_message_id
        self.assertFalse(self.env["mail.mail"].search([("mail_message_id", "=", said.id)]))
        self.assertNotIn(follower, said.notified_partner_ids)

    def test_an_answer_goes_where_the_last_message_was(self):
        self._create_lead(phone=AWA, name="Newer")
        asked = self._create_lead(name="Asked", active=True)
        self._record_sent(res_model="crm.lead", res_id=asked.id)
        message = self._receive(text_message("a", "Oui"))
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", asked.id))

    def test_after_a_month_an_answer_goes_to_whom_the_number_belongs(self):
        partner = self._create_partner()
        asked = self._create_lead(name="Asked")
        self._record_sent(res_model="crm.lead", res_id=asked.id)
        old = fields.Datetime.now() - timedelta(days=31)
        self.env.cr.execute("UPDATE crm_whatsapp_message SET create_date = %s", [old])
        message = self._receive(text_message("a", "Oui"))
        self.assertEqual((message.res_model, message.res_id), ("res.partner", partner.id))

    def test_a_thread_whose_record_is_gone_does_not_stop_the_message(self):
        asked = self._create_lead(name="Asked")
        self._record_sent(res_model="crm.lead", res_id=asked.id)
        asked.unlink()
        self.assertFalse(self._receive(text_message("a", "Oui")).res_id)

    def test_records_of_other_companies_are_not_found(self):
        self._create_partner(company_id=self.company_xof.id)
        self._create_lead(
            phone=AWA, company_id=self.company_xof.id, team_id=self.team_xof.id, user_id=False
        )
        self.assertFalse(self._receive(text_message("a", "Bonjour")).res_id)

    def test_a_number_that_whatsapp_writes_in_an_older_form_is_found(self):
        partner = self._create_partner(phone="+229 01 97 12 34 56")
        message = self._receive(text_message("a", "Bonjour", phone="22997123456"))
        self.assertEqual(message.partner_id, partner)

    def test_an_unknown_number_is_kept_and_the_responsible_user_told(self):
        with patch.object(type(self.env["res.users"]), "_bus_send", autospec=True) as bus:
            message = self._receive(text_message("a", "Bonjour"))
        self.assertEqual((message.phone, message.profile, message.body), (AWA, "Awa", "Bonjour"))
        self.assertFalse(message.res_id)
        self.assertEqual(bus.call_args.args[0], self.team_lead)

    def test_who_has_left_is_told_nothing_and_gets_no_lead(self):
        """A-11"""
        lead = self._create_lead(phone=AWA)
        (self.salesperson | self.team_lead).active = False
        self.account.is_lead_created = True
        with patch.object(type(self.env["res.users"]), "_bus_send", autospec=True) as bus:
            message = self._receive(text_message("a", "Bonjour"))
            unknown = self._receive(text_message("b", "Bonjour", phone="2250733333333"))
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", lead.id))
        self.assertFalse(message.mail_message_id.notified_partner_ids)
        self.assertFalse(self.env["crm.lead"].browse(unknown.res_id).user_id)
        leavers = self.salesperson | self.team_lead
        self.assertFalse([one for one in bus.call_args_list if one.args[0] in leavers])

    def test_a_name_of_several_lines_is_one(self):
        self.account.is_lead_created = True
        content = text_message("a", "Bonjour")
        message = self.Message._receive(self.account, content, "Awa\r\nBcc: x@x.example")
        lead = self.env["crm.lead"].browse(message.res_id)
        self.assertEqual(lead.contact_name, "Awa Bcc: x@x.example")

    def test_an_unknown_number_becomes_one_lead_when_the_account_says_so(self):
        self.account.write({"is_lead_created": True, "team_id": self.team.id})
        messages = self._receive(*(text_message(f"a{number}", "Bonjour") for number in range(5)))
        messages |= self._receive(text_message("b", "Encore"))
        lead = self.env["crm.lead"].browse(set(messages.mapped("res_id")))
        self.assertEqual(len(lead), 1)
        self.assertEqual((lead.phone_sanitized, lead.contact_name), (AWA, "Awa"))
        self.assertEqual((lead.company_id, lead.user_id), (self.company, self.team_lead))
        said = lead.message_ids.filtered(lambda own: own.message_type == "whatsapp")
        self.assertEqual(len(said), 6)
        self.assertEqual(said[0].email_from, "Awa")

    def test_the_same_message_ten_times_is_one(self):
        lead = self._create_lead(phone=AWA)
        for _time in range(10):
            self._receive(text_message("a", "Bonjour"))
        self.assertEqual(self.Message.search_count([("wamid", "=", "a")]), 1)
        said = lead.message_ids.filtered(lambda own: own.message_type == "whatsapp")
        self.assertEqual(len(said), 1)

    def test_one_broken_message_does_not_lose_the_others(self):
        messages = [
            text_message("a", "Bonjour"),
            {"id": "b", "type": "text", "text": {"body": "from nobody"}},
            7,
            {"from": "225", "id": "c", "type": "text"},
            text_message("d", "Au revoir", phone=KOFI),
        ]
        self._deliver(delivery(messages=messages))
        found = self.Message.search([("account_id", "=", self.account.id)])
        self.assertEqual(set(found.mapped("wamid")), {"a", "d"})
        left = self.Event.search([("account_id", "=", self.account.id)])
        self.assertEqual(len(left), 3)
        self.assertEqual(set(left.mapped("state")), {"failed"})
        self.assertTrue(all(left.mapped("reason")))

    def test_what_failed_can_be_tried_again(self):
        with patch.object(CrmWhatsappMessage, "_find_record", side_effect=ValueError("a bug")):
            self._receive(text_message("a", "Bonjour"))
        event = self.Event.search([("account_id", "=", self.account.id)])
        self.assertIn("a bug", event.reason)
        event.action_retry()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_whatsapp_event").method_direct_trigger()
        self.assertFalse(event.exists())
        self.assertTrue(self.Message.search_count([("wamid", "=", "a")]))

    def test_deliveries_are_for_administrators(self):
        self._deliver({"entry": [7]})
        event = self.Event.search([("account_id", "=", self.account.id)])
        for user in (self.manager, self.stranger):
            with self.assertRaises(AccessError):
                event.with_user(user).read(["payload"])
            with self.assertRaises(AccessError):
                event.with_user(user).action_retry()

    def test_signs_that_a_database_does_not_take_do_not_stop_a_message(self):
        body = json.loads('"a\\u0000b\\ud83d"')
        message = self._receive(text_message("a", body), profile="A\x00wa")
        self.assertEqual((message.body, message.profile), ("ab?", "Awa"))

    def test_each_kind_of_message_says_something(self):
        lead = self._create_lead(phone=AWA)
        place = {"latitude": 5.32, "longitude": -4.01, "name": "Plateau"}
        cards = [{"name": {"formatted_name": "Kofi"}, "phones": [{"phone": "+225 07"}]}]
        answer = {"type": "list_reply", "list_reply": {"id": "1", "title": "Demain"}}
        for kind, part, words in (
            ("location", place, "Plateau"),
            ("contacts", cards, "Kofi, +225 07"),
            ("button", {"text": "Oui", "payload": "yes"}, "Oui"),
            ("interactive", answer, "Demain"),
            ("unsupported", {}, "does not pass on"),
            ("system", "what", "does not pass on"),
        ):
            with self.subTest(kind=kind):
                content = {"from": AWA[1:], "id": kind, "timestamp": "x", "type": kind, kind: part}
                said = self._receive(content).mail_message_id
                self.assertEqual(said.res_id, lead.id)
                self.assertIn(words, said.body)

    def test_a_reaction_stands_on_the_message_that_it_is_about(self):
        self._create_partner()
        said = self._receive(text_message("a", "Bonjour")).mail_message_id
        for number, emoji in enumerate(("👍", "❤️", "")):
            reaction = {"message_id": "a", "emoji": emoji}
            content = {
                "from": AWA[1:],
                "id": f"r{number}",
                "type": "reaction",
                "reaction": reaction,
            }
            self._receive(content)
            self.assertEqual(said.reaction_ids.mapped("content"), [emoji] if emoji else [])

    def test_a_number_of_the_same_app_is_delivered_to_its_own_account(self):
        other = self._create_account(
            phone_number_id="55", company_id=self.company_xof.id, user_id=False
        )
        self._deliver(delivery(messages=[text_message("a", "x")], number_id="55"))
        self.assertEqual(self.Message.search([("wamid", "=", "a")]).account_id, other)
        other.app_secret = "another app"
        self._deliver(delivery(messages=[text_message("b", "x")], number_id="55"))
        self.assertFalse(self.Message.search([("wamid", "=", "b")]))

    def test_stop_as_a_whole_message_withdraws_and_a_sentence_does_not(self):
        self._create_lead(phone=AWA)
        for number, (text, word) in enumerate(
            (
                ("STOP", "stop"),
                (" Arrêt. ", "stop"),
                ("stop whatsapp", "stop"),
                ("START", "start"),
                ("stop, il vient demain", ""),
                ("Je m'arrête demain", ""),
                ("Bonjour", ""),
            )
        ):
            with (
                self.subTest(text=text),
                patch.object(CrmWhatsappMessage, "_note_consent", autospec=True) as noted,
            ):
                self._receive(text_message(f"s{number}", text))
                self.assertEqual(
                    [call.args[1] for call in noted.call_args_list], [word] if word else []
                )

    def test_stop_closes_whatsapp_and_sms_and_start_opens_them_again(self):
        decide = self.env["crm.consent"]._get_decisions
        for wamid, text, decision in (
            ("a", "STOP", "withdrawn"),
            ("b", "stop, il vient demain", "withdrawn"),
            ("c", "START", "granted"),
            ("d", "Arrêt", "withdrawn"),
        ):
            self._receive(text_message(wamid, text))
            self.assertFalse(self.Event.search([("account_id", "=", self.account.id)]).reason)
            for channel in ("whatsapp", "sms"):
                for purpose in ("sales", "marketing"):
                    with self.subTest(text=text, channel=channel, purpose=purpose):
                        found = decide([AWA], channel, purpose, self.company)
                        self.assertEqual(found, {AWA: decision})
                self.assertFalse(decide([AWA], channel, "service", self.company))

    def test_stop_by_an_unknown_number_makes_no_lead(self):
        self.account.is_lead_created = True
        self.assertFalse(self._receive(text_message("a", "STOP")).res_id)

    def test_the_state_of_a_message_shows_in_the_chatter(self):
        lead = self._create_lead(phone=AWA)
        said = lead.message_post(body="Bonjour", message_type="whatsapp")
        self._record_sent(mail_message_id=said.id, res_model="crm.lead", res_id=lead.id)
        self.assertEqual(said.with_user(self.salesperson).crm_whatsapp_state, "sent")
        self._report({"id": "wamid.1", "status": "read", "timestamp": "1", "recipient_id": "1"})
        self.assertEqual(said.crm_whatsapp_state, "read")
