# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
import time
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_core.tools.interaction import excerpt, source
from odoo.addons.crm_core.tools.interaction.source import Source

from .dispatch_common import DispatchCase
from .interaction_common import InteractionCase
from .sms_common import SmsCase
from .whatsapp_common import AWA, WhatsappCase, status, text_message

INCOMING = """From: {sender}
To: sales@ours.example
Subject: {subject}
Message-Id: <{subject}@client.example>
Content-Type: text/html; charset=utf-8

{body}
"""


@tagged("post_install", "-at_install")
class TestInteraction(InteractionCase):
    """What happens with a customer shows in the history, each thing once."""

    def _receive(self, record, body, sender="Awa Diop <awa@client.example>", subject="Price"):
        mail = INCOMING.format(sender=sender, subject=subject, body=body)
        self.env["mail.thread"].message_process(record._name, mail, thread_id=record.id)

    def test_notes_and_emails_show_newest_first_with_who_wrote_them(self):
        author = self.salesperson.partner_id
        self._say(self.customer, "He likes <it>", author_id=author.id)
        self._say(
            self.customer,
            "Here",
            subject="Offer",
            author_id=author.id,
            subtype_xmlid="mail.mt_comment",
        )
        email, note = self._get_rows(self.customer)
        self.assertEqual(
            (email["channel"], email["direction"], email["title"]), ("email", "out", "Offer")
        )
        self.assertEqual((note["channel"], note["direction"]), ("note", "internal"))
        self.assertEqual(note["excerpt"], "He likes <it>")
        self.assertEqual(note["author"], {"id": author.id, "name": author.display_name})
        self.assertEqual(
            (note["model"], note["res_id"], note["record_name"]),
            ("res.partner", self.customer.id, "Awa Diop"),
        )

    def test_an_email_that_comes_in_shows_without_what_it_quotes(self):
        self._receive(self.customer, "<p>Yes, gladly.</p><blockquote>Do you want it?</blockquote>")
        [row] = self._get_rows(self.customer)
        self.assertEqual(
            (row["channel"], row["direction"], row["title"], row["excerpt"]),
            ("email", "in", "Price", "Yes, gladly."),
        )
        self.assertEqual(row["author"]["id"], self.customer.id)

    def test_an_email_of_an_unknown_address_shows_the_address(self):
        self._receive(self.customer, "<p>Who?</p>", sender="nobody@elsewhere.example")
        [row] = self._get_rows(self.customer)
        self.assertFalse(row["author"]["id"])
        self.assertIn("nobody@elsewhere.example", row["author"]["name"])

    def test_a_colleague_who_answers_from_a_mail_program_writes_out(self):
        self.salesperson.email = "seller@ours.example"
        self._receive(self.customer, "<p>Our offer</p>", sender="seller@ours.example")
        [row] = self._get_rows(self.customer)
        self.assertEqual((row["channel"], row["direction"]), ("email", "out"))

    def test_what_odoo_notes_by_itself_is_no_interaction(self):
        tracked = self.customer.with_context(tracking_disable=False, mail_create_nolog=False)
        tracked.message_post(body="Stage changed", message_type="notification")
        tracked.message_notify(
            partner_ids=self.salesperson.partner_id.ids, body="You have been assigned", subject="A"
        )
        self.assertEqual(self._get_rows(self.customer), [])

    def test_markup_in_a_message_is_shown_as_text_never_run(self):
        self._receive(
            self.customer, "<p>Hi</p><img src=x onerror=alert(1)><script>alert(2)</script>&lt;b&gt;"
        )
        [row] = self._get_rows(self.customer)
        self.assertEqual(row["excerpt"], "Hi <b>")

    def test_a_call_that_was_made_shows_with_what_came_of_it(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.activity_schedule("mail.mail_activity_data_call", summary="Budget")
        self.assertEqual(self._get_channels(lead), ["deal"])
        lead.activity_feedback(["mail.mail_activity_data_call"], feedback="He has it")
        self.assertCountEqual(self._get_channels(lead), ["call", "deal"])
        [call] = self._get_rows(self.customer, channels=["call"])
        self.assertIn("Budget", call["title"])
        self.assertIn("He has it", call["excerpt"])

    def test_a_meeting_shows_once_it_began_to_each_company_whose_people_are_there(self):
        self._join_firm()
        people = self.customer | self.colleague
        now = fields.Datetime.now()
        meetings = self.env["calendar.event"].create(
            [
                {
                    "name": name,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [(6, 0, people.ids)],
                    "user_id": self.salesperson.id,
                }
                for name, start in (
                    ("Visit", now - timedelta(days=1)),
                    ("Later", now + timedelta(days=1)),
                )
            ]
        )
        for record in (self.customer, self.colleague, self.firm):
            [row] = self._get_rows(record)
            self.assertEqual((row["channel"], row["title"]), ("meeting", "Visit"))
            self.assertEqual(row["res_id"], meetings[0].id)
            self.assertEqual(row["author"]["id"], self.salesperson.partner_id.id)

    def test_the_life_of_a_deal_shows(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.action_set_lost()
        lead.action_restore()
        lead.stage_id = self.stage_won
        states = [row["state"] for row in self._get_rows(self.customer)]
        self.assertCountEqual(states, ["created", "lost", "reopened", "won"])
        labels = {row["state"]: row["state_label"] for row in self._get_rows(lead)}
        self.assertEqual(
            labels,
            {"created": "Deal Created", "lost": "Lost", "reopened": "Deal Reopened", "won": "Won"},
        )

    def test_a_company_shows_what_happened_with_its_people_and_a_person_only_the_own(self):
        self._join_firm()
        for partner in (self.firm, self.customer, self.colleague):
            self._say(partner, partner.name)
        self.customer.active = False
        self.assertEqual(
            {row["excerpt"] for row in self._get_rows(self.firm)},
            {"Diop & Sons", "Awa Diop", "Idrissa Diop"},
        )
        self.assertEqual(self._get_excerpts(self.colleague), ["Idrissa Diop"])

    def test_a_deal_shows_its_own_and_what_happened_with_its_contact(self):
        lead = self._create_lead(partner_id=self.customer.id)
        other = self._create_lead(name="Other", partner_id=self.colleague.id)
        self._say(lead, "On the deal")
        self._say(self.customer, "With her")
        self._say(other, "Elsewhere")
        self.assertEqual(self._get_excerpts(lead, channels=["note"]), ["With her", "On the deal"])

    def test_a_deal_without_a_contact_shows_its_own(self):
        lead = self._create_lead()
        self._say(lead, "Alone")
        self.assertEqual(self._get_excerpts(lead, channels=["note"]), ["Alone"])

    def test_what_was_imported_late_stands_where_it_happened(self):
        self._say(self.customer, "Today")
        old = self._say(self.customer, "Years ago")
        old.date = "2019-03-01 10:00:00"
        self.assertEqual(self._get_excerpts(self.customer), ["Today", "Years ago"])

    def test_files_are_counted(self):
        self._say(self.customer, "See", attachments=[("a.txt", b"a"), ("b.txt", b"b")])
        self.assertEqual(self._get_rows(self.customer)[0]["attachment_count"], 2)

    def test_numbers_of_rows_are_unique_and_stay(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.action_set_lost()
        lead.action_restore()
        self._say(lead, "Note")
        ids = [row["id"] for row in self._get_rows(lead)]
        self.assertEqual(len(set(ids)), 4)
        self.assertLess(max(ids), 2**53)
        self.assertEqual(ids, [row["id"] for row in self._get_rows(self.customer)])

    def test_an_add_on_appends_a_source(self):
        own = Source(
            model="calendar.attendee",
            channel="invitation",
            date="create_date",
            partner="partner_id",
            title="event_id.name",
            record="event_id",
        )
        interactions = self.env.registry["crm.interaction"]
        sources, channels = interactions._get_sources, interactions._get_channels
        self.patch(interactions, "_get_sources", lambda self: [*sources(self), own])
        self.patch(
            interactions,
            "_get_channels",
            lambda self: {**channels(self), "invitation": ("Invitation", "fa-envelope-open")},
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Fair",
                "start": "2036-01-01 10:00:00",
                "stop": "2036-01-01 11:00:00",
                "partner_ids": [(4, self.customer.id)],
            }
        )
        for user in (self.env.user, self.salesperson):
            [row] = self._get_rows(self.customer, user=user, text="fair")
            self.assertEqual((row["channel"], row["title"]), ("invitation", "Fair"))
            self.assertEqual((row["model"], row["res_id"]), ("calendar.event", event.id))
        filters = self.env["crm.interaction"].get_filters("res.partner", self.customer.id)
        self.assertIn("invitation", [channel["code"] for channel in filters["channels"]])

    def test_a_message_made_to_be_slow_is_read_at_once(self):
        started = time.process_time()
        for piece in ("-", "<b", "<div", "<!--", "</", "&lt;", "\u00a0"):
            excerpt.get_excerpt(piece * 8000)
        self.assertLess(time.process_time() - started, 1)

    def test_the_examples_in_the_tools_hold(self):
        for module in (excerpt, source):
            self.assertFalse(doctest.testmod(module).failed, module.__name__)


@tagged("post_install", "-at_install")
class TestInteractionLedger(DispatchCase, InteractionCase):
    """What leaves through the ledger is one row, with what became of it."""

    def test_an_email_of_the_ledger_is_one_row_with_its_state(self):
        email = self._ask()
        self.assertNotIn("email", self._get_channels(self.lead))
        self._send()
        [row] = self._get_rows(self.lead, channels=["email"])
        self.assertEqual(
            (row["direction"], row["state"], row["state_label"]), ("out", "sent", "Sent")
        )
        self.assertEqual(row["message_id"], email.mail_message_id.id)
        self.env["crm.dispatch"]._note_delivery("email", email.provider_ref, "opened")
        self.assertEqual(self._get_rows(self.customer, channels=["email"])[0]["state"], "opened")

    def test_a_letter_is_one_row_once_it_is_printed(self):
        self.customer.write({"street": "12 rue des Lilas", "city": "Lyon"})
        letter = self._ask(channel="letter")
        self.assertNotIn("letter", self._get_channels(self.lead))
        letter.with_user(self.salesperson).action_print_letters()
        rows = self._get_rows(self.lead, user=self.salesperson)
        [row] = [row for row in rows if row["message_id"]]
        self.assertEqual((row["channel"], row["state"]), ("letter", "sent"))
        self.assertIn("Good morning", row["excerpt"])

    def test_a_call_of_the_ledger_shows_as_task_until_it_is_made_then_as_call(self):
        self._ask(channel="call")
        self._send("call")
        [row] = self._get_rows(self.lead, channels=["call"])
        self.assertFalse(row["message_id"])
        activity = self.lead.activity_ids
        activity.action_feedback(feedback="Nobody there")
        [row] = self._get_rows(self.lead, channels=["call"])
        self.assertTrue(row["message_id"])
        self.assertIn("Nobody there", row["excerpt"])


@tagged("post_install", "-at_install")
class TestInteractionSms(SmsCase, InteractionCase):
    def test_sms_show_in_both_directions(self):
        self._send(self.lead, author_id=self.salesperson.partner_id.id)
        self._receive("Oui")
        rows = self._get_rows(self.lead, channels=["sms"])
        self.assertEqual(
            [(row["direction"], row["excerpt"]) for row in rows],
            [("in", "Oui"), ("out", "Bonjour")],
        )


@tagged("post_install", "-at_install")
class TestInteractionWhatsapp(WhatsappCase, InteractionCase):
    def test_whatsapp_shows_in_both_directions_with_how_far_it_got(self):
        partner = self._create_partner()
        lead = self._create_lead(partner_id=partner.id, phone=AWA)
        self._receive(text_message("a", "Bonjour"))
        note = lead._message_log(
            body="Oui", message_type="whatsapp", author_id=self.salesperson.partner_id.id
        )
        self._record_sent(res_model="crm.lead", res_id=lead.id, mail_message_id=note.id)
        self._report(status("wamid.1", "read"))
        rows = self._get_rows(partner, channels=["whatsapp"])
        self.assertEqual(
            [(row["direction"], row["excerpt"], row["state"]) for row in rows],
            [("out", "Oui", "read"), ("in", "Bonjour", "")],
        )
        self.assertEqual(rows[0]["state_label"], "Read")
