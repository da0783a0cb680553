# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.tests import tagged

from .mail_common import TicketMailCase


@tagged("post_install", "-at_install")
class TestMailOutgoing(TicketMailCase):
    """T-S1: answers that mail programs put into the right conversation."""

    def _get_sent(self):
        """Return the e-mail that left last, as the mail server gets it."""
        sent = self._mails[-1]
        message = self.env["ir.mail_server"]._build_email__(
            email_from=sent["email_from"],
            email_to=sent["email_to"],
            subject=sent["subject"],
            body=sent["body"],
            reply_to=sent["reply_to"],
            references=sent["references"],
            message_id=sent["message_id"],
            headers=sent["headers"],
        )
        return message.as_bytes().decode()

    def _send(self, ticket, body="We look into it"):
        with self.mock_mail_gateway(mail_unlink_sent=False):
            message = ticket.with_user(self.agent).message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=ticket.partner_id.ids,
            )
            return message, self._get_sent()

    def test_an_answer_names_the_ticket_the_team_and_the_whole_conversation(self):
        ticket = self._receive()
        asked = self._get_messages(ticket).message_id
        ticket.with_user(self.agent).message_post(
            body="Who knows printers?", subtype_xmlid="mail.mt_note"
        )
        first, raw = self._send(ticket)
        again = self._receive(subject="Re: x", in_reply_to=first.message_id, text="And now?")
        self.assertFalse(again)
        second, raw_second = self._send(ticket, body="Unplug it")
        answered = self._get_messages(ticket)[:1].message_id
        self.assertNotEqual(first.message_id, second.message_id)
        for message, text, references in (
            (first, raw, [asked, first.message_id]),
            (second, raw_second, [asked, first.message_id, answered, second.message_id]),
        ):
            flat = re.sub(r"\r?\n[ \t]+", " ", text)
            self.assertIn(f"Message-Id: {message.message_id}".lower(), flat.lower())
            self.assertIn(f"references: {' '.join(references)}".lower(), flat.lower())
            self.assertRegex(flat, r"Reply-To: .*help@lyon\.example")
            self.assertIn(f"Subject: [#{ticket.number}] The printer is on fire", flat)

    def test_a_long_conversation_is_named_by_its_first_and_latest_messages(self):
        ticket = self._receive()
        asked = self._get_messages(ticket).message_id
        for number in range(30):
            last = self._reply(ticket, body=str(number))
        references = ticket._get_mail_references(last).split()
        self.assertEqual(len(references), 21)
        self.assertEqual((references[0], references[-1]), (asked, last.message_id))

    def test_the_acknowledgement_belongs_to_the_conversation(self):
        ticket = self._receive()
        dispatch = self._get_acknowledgements(ticket)
        channel = self.env["crm.channel.email"]
        channel._prepare(dispatch)
        mail = channel._get_mails(dispatch)
        self.assertEqual(
            mail.references,
            f"{self._get_messages(ticket).message_id} {dispatch.mail_message_id.message_id}",
        )
        self.assertIn("auto-generated", mail.headers)
        self.assertIn("help@lyon.example", dispatch.mail_message_id.reply_to)
        self.assertIn(f"[#{ticket.number}]", dispatch.mail_message_id.subject)
        self.assertIn(ticket.number, dispatch.mail_message_id.body)

    def test_an_answer_to_the_acknowledgement_lands_on_the_ticket(self):
        ticket = self._receive()
        dispatch = self._get_acknowledgements(ticket)
        self.env["crm.channel.email"]._prepare(dispatch)
        self.assertFalse(
            self._receive(subject="Other", in_reply_to=dispatch.mail_message_id.message_id)
        )
        self.assertEqual(len(self._get_messages(ticket)), 2)
