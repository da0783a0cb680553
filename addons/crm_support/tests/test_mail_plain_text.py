# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from email.message import EmailMessage

from odoo.tests import tagged

from odoo.addons.crm_support.tools.intake import plain_text

from .mail_common import TicketMailCase

#: mails that a rule of reading could lose itself in
HOSTILE = {
    "devices": "Mine\n" + "Sent from my iPhone\n" * 4_900,
    "signatures": "Mine\n" + "--\n> x\n" * 2_400,
    "introductions": "Mine\n" + ("on 1 wrote " * 25 + "<a@" * 5 + "\n") * 4_900,
    "deep quotations": ">" * 50_000 + "x\n",
    "one long word": "http://" + "a" * 1_000_000,
    "one long rule": "-" * 1_000_000,
    "many lines": "x\n" * 100_000,
}


@tagged("post_install", "-at_install")
class TestPlainTextMails(TicketMailCase):
    """What comes in as plain text is read like every other message."""

    def _get_body(self, text, **values):
        ticket = self._receive(text=text, **values)
        self.assertEqual(len(ticket), 1)
        return str(self._get_messages(ticket).body)

    def test_lines_and_paragraphs_stay_and_nothing_is_in_a_fixed_width(self):
        body = self._get_body("Bonjour,\n\nelle brûle.\nVenez vite\n")
        self.assertNotIn("<pre", body)
        self.assertEqual(body.strip(), "<p>Bonjour,</p><p>elle brûle.<br>Venez vite</p>")

    def test_what_looks_like_html_is_shown_as_it_was_written(self):
        body = self._get_body('<img src=x onerror="alert(1)"> & <b>')
        self.assertNotIn("<img", body)
        self.assertIn("&lt;img src=x onerror=", body)

    def test_addresses_are_links(self):
        self.assertIn(
            'href="https://example.com/a?b=1&amp;c=2"',
            self._get_body("(see https://example.com/a?b=1&c=2)"),
        )

    def test_what_was_quoted_is_marked_with_the_line_that_says_whose_it_is(self):
        introductions = (
            "Le lun. 2 mars 2026 à 10:12, Support <help@lyon.example> a écrit :",
            "On Mon, Mar 2, 2026 at 10:12 AM Support\n<help@lyon.example> wrote:",
            "Am 02.03.2026 um 10:12 schrieb Support <help@lyon.example>:",
        )
        for number, intro in enumerate(introductions):
            with self.subTest(intro=intro):
                text = f"Merci\n\n{intro}\n\n> Débranchez-la\n> et attendez\n"
                body = self._get_body(text, **{"from": f"{number}@customer.example"})
                own, _mark, quoted = body.partition('<div data-o-mail-quote="1">')
                self.assertEqual(own.strip(), "<p>Merci</p>")
                self.assertIn("Débranchez-la", quoted)
                self.assertIn("Support", quoted)

    def test_what_a_customer_forwards_is_not_folded_away(self):
        body = self._get_body(
            "Regardez :\n\n---------- Message transféré ----------\nDe : Aya <aya@customer.example>\n"
            "Date : 2 mars\nObjet : Panne\nÀ : moi\n\nElle brûle\n"
        )
        self.assertNotIn("data-o-mail-quote", body)

    def test_a_message_that_only_quotes_is_not_folded_away(self):
        self.assertNotIn("data-o-mail-quote", self._get_body("> It burns\n> Please come\n"))

    def test_lines_that_a_mail_program_broke_are_joined(self):
        mail = EmailMessage()
        mail["From"], mail["To"] = "contact@customer.example", "help@lyon.example"
        mail["Message-ID"] = "<flowed@customer.example>"
        mail.set_content("One long \nline\n> quoted \n> too\n")
        mail.set_param("format", "flowed")
        body = self._get_messages(self._receive(mail.as_bytes())).body
        self.assertIn("<p>One long line</p>", body)
        self.assertIn("quoted too", body)

    def test_a_table_in_html_stays_in_its_fixed_width(self):
        mail = EmailMessage()
        mail["From"], mail["To"] = "contact@customer.example", "help@lyon.example"
        mail["Message-ID"] = "<html@customer.example>"
        mail.set_content("a  b")
        mail.add_alternative("<p>See</p>\n<pre>a  b\nc  d</pre>\n", subtype="html")
        self.assertIn("<pre", self._get_messages(self._receive(mail.as_bytes())).body)

    def test_no_text_keeps_the_server_busy(self):
        for name, text in HOSTILE.items():
            with self.subTest(text=name):
                began = time.perf_counter()
                plain_text.to_html(text)
                self.assertLess(time.perf_counter() - began, 5)

    def test_mails_that_are_forwarded_as_files_are_kept_and_can_be_read(self):
        inner = EmailMessage()
        inner["From"], inner["Subject"] = "maker@elsewhere.example", "Recall"
        inner.set_content("Innermost words")
        inner.add_attachment(
            b"%PDF-1.4", maintype="application", subtype="pdf", filename="recall.pdf"
        )
        middle = EmailMessage()
        middle["From"], middle["Subject"] = "shop@elsewhere.example", "Fwd: Recall"
        middle.set_content("Words in between")
        middle.add_attachment(inner)
        mail = EmailMessage()
        mail["From"], mail["To"] = "contact@customer.example", "help@lyon.example"
        mail["Subject"], mail["Message-ID"] = "Forwarded", "<nested@customer.example>"
        mail.set_content("Please read this")
        mail.add_attachment(middle)
        message = self._get_messages(self._receive(mail.as_bytes()))
        for words in ("Please read this", "Words in between", "Innermost words"):
            self.assertIn(words, message.body)
        files = {file.name: file for file in message.attachment_ids}
        self.assertEqual(set(files), {"Fwd Recall.eml", "Recall.eml", "recall.pdf"})
        self.assertIn(b"maker@elsewhere.example", files["Recall.eml"].raw)
        self.assertEqual(files["recall.pdf"].raw, b"%PDF-1.4")
