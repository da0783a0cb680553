# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage

from odoo.tests import tagged

from .mail_common import TicketMailCase

#: head of what a machine answered, with the one who sent it
MACHINES = {
    "rfc 3834": {"auto_submitted": "auto-replied"},
    "rfc 3834 with a comment": {"auto_submitted": "auto-replied (vacation)"},
    "x-autoreply": {"x_autoreply": "yes"},
    "x-autorespond": {"x_autorespond": "Out of office"},
    "precedence": {"precedence": "auto_reply"},
    "null sender": {"return_path": "<>"},
    "subject in English": {"subject": "Out of office: back on Monday"},
    "subject in French": {"subject": "Réponse automatique : absent"},
    "subject in German": {"subject": "Automatische Antwort: Urlaub"},
    "subject in Spanish": {"subject": "Respuesta automática: vacaciones"},
    "mailer-daemon": {"from": "MAILER-DAEMON@customer.example"},
    "postmaster": {"from": "postmaster@customer.example", "subject": "Undeliverable"},
}
#: what somebody may have written, and must not be acknowledged
SILENT = {
    "a list": {"list_id": "<friends.customer.example>"},
    "a newsletter": {"list_unsubscribe": "<mailto:x@customer.example>"},
    "precedence list": {"precedence": "list"},
    "precedence bulk": {"precedence": "bulk"},
    "no answer wanted": {"x_auto_response_suppress": "All"},
    "a machine": {"auto_submitted": "auto-generated"},
    "no-reply": {"from": "no-reply@customer.example"},
}


@tagged("post_install", "-at_install")
class TestMailMachines(TicketMailCase):
    def _count_requests(self):
        return self.env["crm.dispatch"].search_count([("purpose", "=", "service")])

    def test_what_a_machine_answers_makes_no_ticket_and_is_kept(self):
        """T-S3, S-13"""
        for case, headers in MACHINES.items():
            with self.subTest(case=case):
                earlier = self._get_quarantine()
                self.assertFalse(self._receive(text=case, **headers))
                kept = self._get_quarantine() - earlier
                self.assertEqual((kept.reason, kept.state), ("machine", "harmless"))
        self.assertFalse(self._count_requests())

    def test_what_a_machine_answers_on_a_ticket_is_one_note(self):
        for case, headers in MACHINES.items():
            with self.subTest(case=case):
                sender = headers.get("from", f"{case.replace(' ', '.')}@customer.example")
                ticket = self._receive(
                    **{"from": sender.replace("MAILER-DAEMON", "awa").replace("postmaster", "bob")},
                    subject=case,
                    text=case,
                )
                asked = self._get_messages(ticket).message_id
                ticket.email_cc = sender
                requests = self._count_requests()
                for time in range(3):
                    answer = {
                        "from": sender,
                        "subject": case,
                        "in_reply_to": asked,
                        "text": f"{case} {time}",
                        **headers,
                    }
                    self.assertFalse(self._receive(**answer))
                notes = self._get_messages(ticket, "out_of_office")
                # what Odoo takes for a report of delivery is none at all
                self.assertEqual(len(notes), 0 if case == "mailer-daemon" else 1)
                self.assertTrue(all(note.subtype_id.internal for note in notes))
                self.assertTrue(ticket.is_waiting_for_reply)
                self.assertEqual(self._count_requests(), requests)

    def test_an_invitation_that_was_accepted_makes_no_ticket_and_is_no_question(self):
        self.assertFalse(self._receive(self._accept("Visit")))
        self.assertEqual(self._get_quarantine().reason, "machine")
        ticket = self._receive(**{"from": "awa@customer.example"})
        asked = self._get_messages(ticket).message_id
        self.assertFalse(self._receive(self._accept("Second visit", asked)))
        note = self._get_messages(ticket, "out_of_office")
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(self._count_requests(), 1, "the acknowledgement of the ticket alone")

    def _accept(self, subject, answered=None):
        """Return the answer of a calendar as bytes."""
        mail = EmailMessage()
        mail["From"], mail["To"] = "awa@customer.example", "help@lyon.example"
        mail["Subject"] = f"Accepted: {subject}"
        mail["Message-ID"] = f"<{subject.replace(' ', '.')}@customer.example>"
        if answered:
            mail["In-Reply-To"] = answered
        mail.set_content(f"Awa accepted: {subject}")
        mail.add_alternative("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR", subtype="calendar")
        mail.get_payload()[1].set_param("method", "REPLY")
        return mail.as_bytes()

    def test_lists_and_machines_that_ask_get_a_ticket_without_an_answer(self):
        for case, headers in SILENT.items():
            with self.subTest(case=case):
                ticket = self._receive(subject=case, text=case, **headers)
                self.assertEqual(len(ticket), 1)
                self.assertFalse(self._get_acknowledgements(ticket))

    def test_our_own_addresses_are_no_customers(self):
        """T-S4: mail that was sent to oneself."""
        for address in (
            "help@lyon.example",
            "catchall@lyon.example",
            "bounce@lyon.example",
            "help@abidjan.example",
        ):
            with self.subTest(address=address):
                self.assertFalse(self._receive(**{"from": address}, text=address))
                self.assertEqual(self._get_quarantine()[-1:].reason, "own")

    def test_two_machines_that_answer_one_another_stop_after_one_exchange(self):
        """S-13: the other one answers each e-mail of ours at once, and says nowhere that it is a machine."""
        ticket = self._receive(subject="Hello")
        self.assertEqual(len(self._get_acknowledgements(ticket)), 1)
        sent = 1
        for time in range(10):
            made = self._receive(
                subject=f"Thank you for writing {time}", text=f"We are closed {time}"
            )
            sent += len(self._get_acknowledgements(*made))
        self.assertEqual(sent, 1)

    def test_one_who_writes_too_much_is_kept_away_and_others_are_not(self):
        """S-14"""
        self.env["ir.config_parameter"].set_param("crm_support.mails_per_sender", 5)
        for number in range(12):
            self._receive(
                **{"from": f"flood+{number}@evil.example"},
                subject=f"Flood {number}",
                text=str(number),
            )
        tickets = self.env["crm.ticket"].search([("partner_email", "like", "flood+%@evil.example")])
        self.assertEqual(len(tickets), 5)
        kept = self._get_quarantine()
        self.assertEqual(len(kept), 7)
        self.assertEqual(set(kept.mapped("reason")), {"flood"})
        self.assertEqual(
            len(
                self.team.message_ids.filtered(
                    lambda message: message.partner_ids == self.lead.partner_id
                )
            ),
            1,
        )
        self.assertEqual(len(self._receive(**{"from": "calm@elsewhere.example"})), 1)

    def test_a_domain_that_writes_too_much_is_kept_away(self):
        """S-14"""
        self.env["ir.config_parameter"].set_param("crm_support.mails_per_domain", 5)
        for number in range(8):
            self._receive(
                **{"from": f"box{number}@evil.example"}, subject=f"Flood {number}", text=str(number)
            )
        self.assertEqual(
            self.env["crm.ticket"].search_count([("partner_email", "like", "box%@evil.example")]), 5
        )

    def test_a_returned_email_makes_no_ticket(self):
        """S-17"""
        ticket = self._receive()
        reply = self._reply(ticket)
        for action, bounced in (("delayed", "sent"), ("failed", "bounce")):
            with self.subTest(action=action):
                self.assertFalse(self._receive(_write_report(reply.message_id, action)))
                notification = reply.notification_ids.filtered(
                    lambda row: row.res_partner_id == self.contact
                )
                self.assertEqual(notification.notification_status == "bounce", bounced == "bounce")
        self.assertFalse(self._get_messages(ticket, "out_of_office"))


def _write_report(number, action):
    return f"""From: Mail Delivery <MAILER-DAEMON@mx.example>\r
To: help@lyon.example\r
Subject: Delivery report\r
Message-ID: <{action}@mx.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=x\r
\r
--x\r
Content-Type: text/plain\r
\r
{action}\r
--x\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; contact@customer.example\r
Action: {action}\r
Status: 5.0.0\r
\r
--x\r
Content-Type: message/rfc822\r
\r
From: help@lyon.example\r
To: contact@customer.example\r
Message-ID: {number}\r
\r
Text\r
--x--\r
""".encode()
