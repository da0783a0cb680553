# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SMS that people send us: whose chatter they go into, who is told, what STOP does, and who may see them."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sms_common import ABROAD, NUMBER, SmsCase

NUMBER_FORMS = (
    "+225 07 07 12 34 56",
    "002250707123456",
    "2250707123456",
    "0707123456",
    "07-07-12-34-56",
)


@tagged("post_install", "-at_install")
class TestSmsIncoming(SmsCase):
    def _blacklisted(self, number=NUMBER):
        return bool(self.env["phone.blacklist"].search([("number", "=", number)]))

    def _old(self, notification, days):
        notification.mail_message_id.date = fields.Datetime.now() - timedelta(days=days)

    # -- Threads ---------------------------------------------------------------

    def test_an_answer_goes_to_the_record_of_the_last_sms_in_the_name_of_its_contact(self):
        other = self._create_lead(name="A later deal", partner_id=self.customer.id)
        self._send(other)
        self._send(self.lead)
        message = self._receive("Oui <b>demain</b>\n& après")
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", self.lead.id))
        self.assertEqual((message.state, message.user_id), ("known", self.salesperson))
        posted = message.mail_message_id
        self.assertEqual((posted.model, posted.res_id), ("crm.lead", self.lead.id))
        self.assertEqual((posted.message_type, posted.author_id), ("sms", self.customer))
        self.assertIn("&lt;b&gt;demain&lt;/b&gt;", posted.body)
        self.assertEqual(len(self.operator.requests), 2)

    def test_after_the_days_of_a_conversation_the_last_active_record_has_it(self):
        self._old(self._send(self.lead), days=31)
        newer = self._create_lead(
            name="Newer", phone=NUMBER, country_id=self.customer.country_id.id
        )
        newer._message_log(body="Called")
        message = self._receive("Bonjour")
        self.assertEqual((message.res_model, message.res_id), ("crm.lead", newer.id))
        self.gateway.thread_days = 60
        self.assertEqual(self._receive("Encore").res_id, self.lead.id)

    def test_the_most_recently_active_of_several_has_it(self):
        twin = self.customer.copy({"name": "Same number"})
        twin.message_ids.date = fields.Datetime.now() - timedelta(days=9)
        self.lead.message_ids.date = fields.Datetime.now() - timedelta(days=9)
        self.customer._message_log(body="Visited")
        self.customer.message_ids[0].date = fields.Datetime.now() + timedelta(minutes=1)
        message = self._receive("Bonjour")
        self.assertEqual((message.res_model, message.res_id), ("res.partner", self.customer.id))

    def test_records_of_another_company_and_lost_deals_do_not_get_it(self):
        self.customer.company_id = self.company
        theirs = self.env["crm.lead"].create(
            {"name": "Dakar", "phone": NUMBER, "company_id": self.company_xof.id}
        )
        self.lead.unlink()
        self._send(theirs.with_company(self.company_xof), sms_numbers=[NUMBER])
        lost = self._create_lead(name="Lost", phone=NUMBER)
        lost.action_set_lost()
        message = self._receive("Bonjour")
        self.assertEqual((message.res_model, message.res_id), ("res.partner", self.customer.id))

    def test_a_record_that_is_gone_does_not_stop_an_answer(self):
        passing = self._create_lead(name="Passing", partner_id=self.customer.id)
        self._send(passing)
        self.env.flush_all()
        self.cr.execute("DELETE FROM crm_lead WHERE id = %s", [passing.id])
        self.env.invalidate_all()
        self.assertEqual(self._receive("Bonjour").state, "known")

    def test_every_way_to_write_a_number_is_one_number(self):
        for number in NUMBER_FORMS:
            with self.subTest(number=number):
                message = self._receive("Bonjour", number)
                self.assertEqual((message.number, message.partner_id), (NUMBER, self.customer))

    def test_a_message_that_is_brought_twice_has_one_effect(self):
        first = self._receive("Bonjour", reference="7")
        posted = len(self.lead.message_ids | self.customer.message_ids)
        self.assertFalse(self._receive("Bonjour", reference="7"))
        self.assertEqual(len(self.lead.message_ids | self.customer.message_ids), posted)
        elsewhere = self._create_gateway(name="Second operator")
        self.assertTrue(self._receive("Bonjour", reference="7", gateway=elsewhere))
        self.assertTrue(first)

    def test_garbage_leaves_no_row(self):
        take = self.env["crm.sms.incoming"]._take
        for row in (
            {},
            {"from": NUMBER},
            {"text": "x"},
            {"from": "", "text": ""},
            {"from": {"a": 1}, "text": ["x"]},
            {"from": NUMBER, "text": "\0"},
            {"from": NUMBER, "text": "x", "id": "9" * 201},
        ):
            with self.subTest(row=row):
                self.assertFalse(take(self.gateway, [row]))
        self.assertFalse(
            self.env["crm.sms.incoming"].search([("gateway_id", "=", self.gateway.id)])
        )

    # -- Who is told -----------------------------------------------------------

    def test_the_responsible_is_told_at_once_and_nobody_is_written_to(self):
        self.salesperson.notification_type = "inbox"
        mails = self.env["mail.mail"].search_count([])
        self._send(self.lead)
        self._receive("Oui")
        inbox = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.salesperson.partner_id.id), ("is_read", "=", False)]
        )
        self.assertEqual(len(inbox), 1)
        self.assertIn("Awa Koné", inbox.mail_message_id.subject)
        self.assertIn("Oui", inbox.mail_message_id.body)
        self.assertEqual(len(self.operator.requests), 1)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    # -- Unknown numbers ---------------------------------------------------------

    def test_a_lead_is_made_of_an_unknown_number_once_with_all_it_said(self):
        first, second = self._receive("Bonjour", ABROAD), self._receive("Prix ?", ABROAD)
        self.assertEqual((first.state, second.state), ("unknown", "unknown"))
        action = second.with_user(self.salesperson).action_create_lead()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual((lead.phone_sanitized, lead.user_id), (ABROAD, self.salesperson))
        self.assertEqual((first | second).mapped("res_id"), [lead.id, lead.id])
        bodies = " ".join(
            lead.message_ids.filtered(lambda m: m.message_type == "sms").mapped("body")
        )
        self.assertIn("Bonjour", bodies)
        self.assertIn("Prix ?", bodies)
        again = first.with_user(self.salesperson).action_create_lead()
        self.assertEqual(again["res_id"], lead.id)
        self.assertEqual(self._receive("Allô", ABROAD).res_id, lead.id)

    def test_a_number_that_cannot_exist_belongs_to_nobody_and_its_stop_changes_nothing(self):
        for number in ("36180", "ORANGE", "+999", "+33639981234"):
            message = self._receive("STOP", number)
            self.assertEqual((message.state, message.number), ("unknown", number))
        self.assertFalse(
            self.env["phone.blacklist"].search([("number", "in", ("36180", "ORANGE"))])
        )

    # -- STOP ----------------------------------------------------------------------

    def test_stop_as_a_whole_message_ends_messages_to_the_number_however_it_is_written(self):
        for number in NUMBER_FORMS:
            for text in ("STOP", "stop ", "ARRET", "Arrêt", "STOP PUB", "Stop."):
                with self.subTest(text=text, number=number):
                    message = self._receive(text, number)
                    self.assertEqual(message.keyword, "stop")
                    self.assertTrue(self._blacklisted())
                    self.assertTrue(self.customer.phone_sanitized_blacklisted)
                    self._receive(f"START{text}", number, reference=None)
                    self._receive("START", number, reference=f"start-{number}-{text}")
                    self.assertFalse(self._blacklisted())
                    self.customer.invalidate_recordset()

    def test_a_sentence_with_the_word_changes_nothing(self):
        for text in (
            "stop, il vient demain",
            "Ne pas stop",
            "arrêt de bus ?",
            "Je veux que ça s'arrête",
            "Please stop the delivery",
            "start demain ?",
        ):
            with self.subTest(text=text):
                self.assertFalse(self._receive(text).keyword)
                self.assertFalse(self._blacklisted())
        self._receive("STOP")
        self._receive("start demain ?", reference="later")
        self.assertTrue(self._blacklisted())

    def test_stop_is_kept_in_the_chatter_and_not_answered(self):
        self._send(self.lead)
        self._receive("STOP")
        self.assertIn("STOP", self.lead.message_ids[0].body)
        self.assertEqual(len(self.operator.requests), 1)

    def test_stop_withdraws_sales_and_marketing_by_sms_and_whatsapp_and_start_gives_them_back(self):
        for text, decision in (("STOP", "withdrawn"), ("START", "granted")):
            self._receive(text)
            for channel in ("sms", "whatsapp"):
                for purpose, held in (
                    ("sales", decision),
                    ("marketing", decision),
                    ("service", None),
                ):
                    decisions = self.env["crm.consent"]._get_decisions(
                        [NUMBER], channel, purpose, self.company
                    )
                    with self.subTest(text=text, channel=channel, purpose=purpose):
                        self.assertEqual(decisions.get(NUMBER), held)

    def test_stop_of_an_unknown_number_counts_too(self):
        self._receive("STOP", ABROAD)
        self.assertTrue(self._blacklisted(ABROAD))

    # -- Rights ----------------------------------------------------------------------

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_a_salesperson_sees_the_own_and_nobodys_a_team_leader_all_a_stranger_none(self):
        self.lead.user_id = self.customer.user_id = self.salesperson_all
        theirs = self._receive("Bonjour")
        unknown = self._receive("Bonjour", ABROAD)
        messages = self.env["crm.sms.incoming"]
        for user, seen in (
            (self.salesperson, unknown),
            (self.salesperson_all, theirs | unknown),
            (self.manager, theirs | unknown),
            (self.stranger, messages),
        ):
            with self.subTest(user=user.login):
                found = messages.with_user(user).search([("gateway_id", "=", self.gateway.id)])
                self.assertEqual(found, seen)
        with self.assertRaises(AccessError):
            messages.with_user(self.portal).search([])
        with self.assertRaises(AccessError):
            theirs.with_user(self.salesperson).action_create_lead()
        with self.assertRaises(AccessError):
            unknown.with_user(self.manager).write({"text": "Something else"})
        with self.assertRaises(AccessError):
            unknown.with_user(self.manager).unlink()

    def test_the_name_of_a_record_shows_only_to_who_may_read_it(self):
        self._send(self.lead)
        message = self._receive("Oui")
        self.assertEqual(message.with_user(self.salesperson).record_name, "A roof")
        self.lead.user_id = self.salesperson_all
        message.invalidate_recordset()
        self.assertFalse(message.with_user(self.salesperson).record_name)
