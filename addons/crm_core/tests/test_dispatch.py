# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import smtplib
from datetime import datetime, timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .dispatch_common import TUESDAY_AT_TEN, DispatchCase, refuse


@tagged("post_install", "-at_install")
class TestDispatch(DispatchCase):
    # -- Asking --------------------------------------------------------------------------------

    def test_a_key_lets_one_message_in(self):
        first = self._ask(key="cadence:1:step:1:lead:7")
        again = self._ask(key="cadence:1:step:1:lead:7", purpose="marketing")
        self.assertEqual(first, again)
        self.assertEqual(again.purpose, "sales")

    def test_the_database_refuses_a_second_message_with_a_key(self):
        message = self._ask()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._ask().key = message.key
            self.env.flush_all()

    def test_a_key_that_another_transaction_just_used_begins_the_transaction_again(self):
        message = self._ask(key="taken")
        unseen = type(message)
        search = unseen.search
        self.patch(
            unseen,
            "search",
            lambda self, domain, *a, **k: search(
                self,
                [*domain, ("key", "!=", "taken")] if domain[0][0] == "key" else domain,
                *a,
                **k,
            ),
        )
        with self.assertRaises(ConcurrencyError), mute_logger("odoo.sql_db"):
            self._ask(key="taken")

    def test_a_key_that_is_too_long_is_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "has 300"):
            self._ask(key="k" * 300)
        with self.assertRaises(ValidationError):
            self._ask(key="")

    def test_a_message_takes_its_address_and_person_from_the_record(self):
        message = self._ask()
        self.assertRecordValues(
            message,
            [
                {
                    "address": "awa@client.example",
                    "person": f"partner:{self.customer.id}",
                    "user_id": self.salesperson.id,
                    "company_id": self.company.id,
                    "state": "queued",
                    "res_id": self.lead.id,
                }
            ],
        )

    def test_a_lead_without_contact_is_the_person_who_has_its_address(self):
        lead = self._create_lead(name="Other", email_from="Awa <AWA@client.example>")
        lead.partner_id = False
        self.assertEqual(self._ask(lead).person, f"partner:{self.customer.id}")
        stranger = self._create_lead(name="Stranger", email_from="new@client.example")
        self.assertEqual(self._ask(stranger).person, "new@client.example")

    def test_asking_for_many_messages_takes_few_queries(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {n}",
                    "email_from": f"l{n}@client.example",
                    "company_id": self.company.id,
                }
                for n in range(200)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            self.env["crm.dispatch"]._request(
                [
                    {
                        "key": f"many:{lead.id}",
                        "channel": "email",
                        "purpose": "sales",
                        "record": lead,
                        "content": self.content,
                    }
                    for lead in leads
                ]
            )

    # -- Sending -------------------------------------------------------------------------------

    def test_an_email_is_sent_once_and_shown_in_the_chatter(self):
        message = self._ask()
        self._send()
        self._send()
        self.assertEqual(self._get_recipients(), ["awa@client.example"])
        self.assertEqual((message.state, message.tries), ("sent", 1))
        self.assertTrue(message.date_handed and message.date_sent and message.provider_ref)
        note = message.mail_message_id
        self.assertIn(note, self.lead.message_ids)
        self.assertEqual(note.subject, "About Cold room")
        self.assertEqual(note.notification_ids.notification_status, "sent")
        self.assertEqual(note.notification_ids.res_partner_id, self.customer)
        self.assertEqual(note.author_id, self.salesperson.partner_id)
        self.assertFalse(
            self.env["mail.mail"].search([("mail_message_id", "=", note.id)]),
            "Odoo's queue has nothing left to send",
        )

    def test_what_leaves_by_itself_says_so(self):
        self._ask()
        self._ask(is_personal=True, content=self._create_content())
        self._send()
        automatic, personal = (email["message"] for email in self.sent)
        self.assertIn("Auto-Submitted: auto-generated", automatic)
        self.assertNotIn("Auto-Submitted", personal)

    def test_what_nobody_asked_for_can_be_stopped_with_one_click(self):
        self._ask()
        self._ask(purpose="service")
        self._send()
        service, sales = (email["message"] for email in self.sent)
        self.assertIn("List-Unsubscribe-Post: List-Unsubscribe=One-Click", sales)
        self.assertIn("Stop these messages", sales)
        self.assertNotIn("List-Unsubscribe", service)
        self.assertNotIn("Stop these messages", service)

    def test_service_leaves_before_marketing(self):
        other = self._create_lead(name="Other", email_from="other@client.example")
        self._ask(purpose="marketing")
        self._ask(other, purpose="service")
        self._send()
        self.assertEqual(self._get_recipients(), ["other@client.example", "awa@client.example"])

    def test_a_template_is_sent_in_the_language_of_its_recipient(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        english = self._create_lead(name="English", email_from="john@client.example")
        self.company.partner_id.lang = "en_US"
        template = self.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "subject": "Your offer",
                "body_html": "<p>Hello</p>",
            }
        )
        template.with_context(lang="fr_FR").write(
            {"subject": "Votre offre", "body_html": "<p>Bonjour</p>"}
        )
        content = self._create_content(template_id=template.id, subject=False, body=False)
        french = self._ask(content=content)
        other = self._ask(english, content=content)
        self._send()
        self.assertEqual(french.mail_message_id.subject, "Votre offre")
        self.assertEqual(other.mail_message_id.subject, "Your offer")

    def test_what_a_customer_wrote_is_never_evaluated(self):
        evil = self._create_lead(
            name="{{ object.env.cr.dbname }} {{ 7*7 }}",
            partner_name='<t t-out="object.env.cr.dbname"/><script>alert(1)</script>',
            email_from="evil@client.example",
        )
        message = self._ask(evil)
        self._send()
        note = message.mail_message_id
        self.assertEqual(note.subject, "About {{ object.env.cr.dbname }} {{ 7*7 }}")
        self.assertNotIn(self.env.cr.dbname, note.body)
        self.assertNotIn("<script", note.body)

    def test_a_salesperson_may_not_store_an_expression(self):
        contents = self.env["crm.dispatch.content"].with_user(self.salesperson)
        for unsafe in (
            "{{ object.env.user.password }}",
            "{{ object.sudo().unlink() }}",
            "{{ 7*7 }}",
        ):
            with self.subTest(unsafe), self.assertRaises(AccessError):
                contents.create({"res_model": "crm.lead", "subject": unsafe, "body": "<p>x</p>"})
        with self.assertRaises(AccessError):
            contents.create(
                {
                    "res_model": "crm.lead",
                    "subject": "x",
                    "body": '<p t-out="object.sudo().user_id"/>',
                }
            )

    def test_a_record_that_cannot_be_filled_in_does_not_hold_the_others_back(self):
        poisoned = self._create_content(subject="{{ 1 / 0 }}")
        bad = self._ask(content=poisoned)
        good = self._ask()
        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self._send()
        self.assertEqual((bad.state, bad.reason), ("failed", "content"))
        self.assertTrue(bad.reason_detail)
        self.assertEqual(good.state, "sent")

    # -- What a mail server answers --------------------------------------------------------------

    def test_a_refusal_for_good_has_failed_and_does_not_repeat_the_batch(self):
        messages = self._ask() | self._ask()
        self._send(answer=refuse(550, b"unknown user"))
        self.assertEqual(messages.mapped("state"), ["failed", "failed"])
        self.assertIn("unknown user", messages[0].reason_detail)
        self.assertEqual(
            messages.mail_message_id.notification_ids.mapped("notification_status"),
            ["exception", "exception"],
        )
        self._send()
        self.assertFalse(self.emails)

    def test_a_busy_server_is_asked_again_later_and_not_for_ever(self):
        message = self._ask(purpose="service")
        for minutes in (5, 30, 120, 480):
            self._send(answer=refuse(451, b"try later"))
            self.assertEqual((message.state, message.reason), ("queued", "refused"))
            self.assertGreaterEqual(
                message.date_scheduled, self.env.cr.now() + timedelta(minutes=minutes - 1)
            )
            message.sudo().date_scheduled = TUESDAY_AT_TEN
        self._send(answer=refuse(451, b"try later"))
        self.assertEqual(message.state, "failed")

    def test_a_connection_lost_before_the_content_is_tried_again(self):
        message = self._ask()

        def answer(_recipient):
            raise smtplib.SMTPServerDisconnected("closed")

        self._send(answer=answer)
        self.assertEqual((message.state, message.reason), ("queued", "busy"))

    def test_a_server_that_does_not_answer_is_waited_for_once_a_batch(self):
        messages = self._ask() | self._ask() | self._ask()
        asked = []

        def connect(*_args, **_options):
            asked.append(1)
            raise TimeoutError("timed out")

        self.patch(self.registry["ir.mail_server"], "_connect__", connect)
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_email").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(asked), 1)
        self.assertEqual(messages.mapped("reason"), ["busy"] * 3)
        self.assertEqual(messages.mapped("state"), ["queued"] * 3)

    def test_a_connection_lost_after_the_content_leaves_it_unknown(self):
        message = self._ask()

        def answer(_recipient):
            self.testing_smtp_session.data("the content")
            raise smtplib.SMTPServerDisconnected("closed")

        self._send(answer=answer)
        self.assertEqual((message.state, message.reason), ("unknown", "answer_lost"))
        self._send()
        self.assertFalse(self.emails, "nothing sends it again by itself")
        with self.assertRaises(UserError):
            message.action_retry()
        message.action_send_again()
        self._send()
        self.assertEqual(message.state, "sent")

    # -- Workers that died -----------------------------------------------------------------------

    def test_what_a_dead_worker_had_not_handed_over_is_sent_by_the_next(self):
        message = self._ask()
        message.sudo().write({"state": "sending", "worker": 5})
        self._send()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self.emails), 1)

    def test_what_a_dead_worker_had_handed_over_is_unknown(self):
        message = self._ask()
        message.sudo().write({"state": "sending", "worker": 5, "date_handed": TUESDAY_AT_TEN})
        self._send()
        self.assertEqual((message.state, message.reason), ("unknown", "worker_lost"))
        self.assertFalse(self.emails)

    # -- Afterwards ------------------------------------------------------------------------------

    def test_reports_of_delivery_never_go_backwards(self):
        message = self._ask()
        self._send()
        note = self.env["crm.dispatch"]._note_delivery
        for state, expected in (
            ("opened", "opened"),
            ("delivered", "opened"),
            ("failed", "opened"),
            ("replied", "replied"),
            ("opened", "replied"),
        ):
            note("email", message.provider_ref, state)
            self.assertEqual(message.state, expected)
        self.assertFalse(note("email", "<unknown@ref>", "opened"))

    def test_an_answer_by_mail_is_noted(self):
        message = self._ask()
        self._send()
        self.env["mail.thread"].message_process(
            "crm.lead",
            "From: awa@client.example\nTo: sales@test.example\nSubject: Re: About\n"
            f"Message-ID: <answer@client.example>\nIn-Reply-To: {message.provider_ref}\n"
            f"References: {message.provider_ref}\n\nYes please",
        )
        self.assertEqual(message.state, "replied")

    # -- Actions and rights ----------------------------------------------------------------------

    def test_a_salesperson_sees_and_cancels_his_own_messages_only(self):
        own = self._ask()
        other = self._ask(user=self.salesperson_all)
        seen = self.env["crm.dispatch"].with_user(self.salesperson).search([])
        self.assertIn(own, seen)
        self.assertNotIn(other, seen)
        own.with_user(self.salesperson).action_cancel()
        self.assertEqual(own.state, "cancelled")
        with self.assertRaises(AccessError):
            other.with_user(self.salesperson).action_cancel()
        other.with_user(self.salesperson_all).action_cancel()
        self.assertEqual(other.state, "cancelled")

    def test_nobody_writes_the_ledger_by_hand(self):
        message = self._ask()
        for user in (self.salesperson, self.team_lead, self.manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                message.with_user(user).write({"state": "queued"})
            with self.assertRaises(AccessError):
                self.env["crm.dispatch"].with_user(user).create({"key": "x"})
        with self.assertRaises(AccessError):
            message.with_user(self.portal).read(["address"])

    def test_another_company_sees_nothing(self):
        message = self._ask()
        ledger = self.env["crm.dispatch"].with_user(self.stranger)
        self.assertFalse(ledger.search([("id", "=", message.id)]))
        with self.assertRaises(AccessError):
            message.with_user(self.stranger).action_cancel()

    def test_old_messages_are_deleted_and_what_was_said_stays(self):
        message = self._ask()
        self._send()
        note = message.mail_message_id
        message.sudo().date_scheduled = datetime(2020, 1, 1)
        rule = self.env.ref("crm_core.crm_retention_rule_dispatch")
        while not rule._apply_batch():
            pass
        self.assertFalse(message.exists())
        self.assertTrue(note.exists())
