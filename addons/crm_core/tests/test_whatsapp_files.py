# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .whatsapp_common import AWA, KOFI, WhatsappCase, text_message

PDF = b"%PDF-1.4\n% a quotation\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@tagged("post_install", "-at_install")
class TestWhatsappFiles(WhatsappCase):
    """Quotations, statements and pictures to customers: in an open conversation, or in the header of a template."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Awa Koné", "phone": AWA})
        cls.lead = cls._create_lead(name="Cold room", partner_id=cls.partner.id, phone=AWA)
        header = [{"type": "HEADER", "format": "DOCUMENT"}]
        cls.fake.add_template("plain", "Bonjour")
        cls.fake.add_template("statement", "Votre relevé", components=header)
        cls.account._sync_templates()
        cls.plain, cls.statement = cls.account.template_ids.sorted("name")

    def _create_file(self, name="offer.pdf", raw=PDF, mimetype="application/pdf"):
        return self.env["ir.attachment"].create({"name": name, "raw": raw, "mimetype": mimetype})

    def _ask(self, files, records=None, **content):
        content = self.env["crm.dispatch.content"].create(
            {"res_model": "crm.lead", "attachment_ids": [(6, 0, files.ids)], **content}
        )
        return self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"file:{content.id}:{record.id}",
                    "channel": "whatsapp",
                    "purpose": "service",
                    "record": record,
                    "content": content,
                    "is_personal": True,
                }
                for record in records or self.lead
            ]
        )

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_dispatch_whatsapp").method_direct_trigger()
        self.env.invalidate_all()

    def _open_window(self, phone=AWA):
        self._receive(text_message(f"in.{phone}", "Bonjour", phone=phone))

    def test_a_document_leaves_with_its_text_and_is_in_the_chatter(self):
        self._open_window()
        file = self._create_file()
        message = self._ask(file, text="Your offer for {{ object.name }}")
        self._send()
        self.assertEqual((message.state, message.reason_detail), ("sent", False))
        self.assertEqual(
            self.fake.sent[0]["document"],
            {"id": "777000", "caption": "Your offer for Cold room", "filename": "offer.pdf"},
        )
        self.assertIn(PDF, self.fake.uploads[0])
        self.assertEqual(message.mail_message_id.attachment_ids, file)
        own = self.Message.search([("wamid", "=", message.provider_ref)])
        self.assertEqual((own.kind, own.body), ("document", "Your offer for Cold room"))

    def test_a_picture_needs_no_text(self):
        self._open_window()
        message = self._ask(self._create_file("a.png", PNG, "image/png"))
        self._send()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.fake.sent[0]["image"], {"id": "777000"})

    def test_a_file_for_many_is_given_to_meta_once(self):
        self._open_window()
        self._open_window(KOFI)
        other = self._create_lead(name="Other", phone=KOFI)
        messages = self._ask(self._create_file(), records=self.lead | other, text="Catalogue")
        self._send()
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])
        self.assertEqual(len(self.fake.uploads), 1)

    def test_in_a_closed_conversation_the_file_goes_into_the_header_of_a_template(self):
        message = self._ask(self._create_file(), whatsapp_template_id=self.statement.id)
        self._send()
        self.assertEqual((message.state, message.reason_detail), ("sent", False))
        [header] = self.fake.sent[0]["template"]["components"]
        self.assertEqual(
            header["parameters"],
            [{"type": "document", "document": {"id": "777000", "filename": "offer.pdf"}}],
        )

    def test_a_template_that_holds_no_such_file_says_so(self):
        for template, file in (
            (self.plain, self._create_file()),
            (self.statement, self._create_file("a.png", PNG, "image/png")),
        ):
            with self.subTest(template.name):
                message = self._ask(file, whatsapp_template_id=template.id)
                self._send()
                self.assertEqual(
                    (message.state, message.reason), ("suppressed", "template_rejected")
                )
                self.assertIn("does not hold such a file", message.reason_detail)

    def test_files_that_whatsapp_does_not_take_are_held_back_with_the_reason(self):
        self._open_window()
        large = self._create_file("large.png", PNG + b"0" * (5 << 20), "image/png")
        cases = (
            (self._create_file("a.zip", b"PK", "application/zip"), "does not take a.zip"),
            (large, "5 MB"),
            (self._create_file() | self._create_file("b.pdf"), "one file a message"),
        )
        for files, words in cases:
            with self.subTest(words):
                message = self._ask(files, text="x")
                self._send()
                self.assertEqual((message.state, message.reason), ("suppressed", "file"))
                self.assertIn(words, message.reason_detail)
        self.assertFalse(self.fake.sent)

    def test_a_text_that_does_not_fit_under_the_file_is_not_cut(self):
        self._open_window()
        message = self._ask(self._create_file(), text="x" * 1025)
        self._send()
        self.assertEqual((message.state, message.reason), ("failed", "content"))
        self.assertIn("1024", message.reason_detail)

    def test_a_file_that_meta_refuses_has_failed_and_one_it_cannot_take_now_waits(self):
        self._open_window()
        self.fake.refuse_file = (400, 131053, "Media upload error")
        refused = self._ask(self._create_file(), text="x")
        self._send()
        self.assertEqual((refused.state, refused.reason), ("failed", "file"))
        self.fake.refuse_file = (503, 2, "Try later")
        waiting = self._ask(self._create_file(), text="x")
        self._send()
        self.assertEqual((waiting.state, waiting.reason), ("queued", "busy"))
        self.assertFalse(self.fake.sent)

    def test_the_dialog_sends_a_file_and_says_at_once_what_cannot_be_sent(self):
        self._open_window()
        lead = self.lead.with_user(self.salesperson)
        action = lead.action_compose_message()
        form = Form(lead.env[action["res_model"]].with_context(**action["context"]))
        form.channel = "whatsapp"
        bad = self._create_file("a.zip", b"PK", "application/zip").with_user(self.salesperson)
        bad.sudo().write({"res_model": "crm.lead", "res_id": lead.id})
        form.attachment_ids.add(bad)
        composer = form.save()
        with self.assertRaisesRegex(UserError, "does not take a.zip"):
            composer.action_send()
        good = self._create_file()
        good.write({"res_model": "crm.lead", "res_id": lead.id})
        composer.attachment_ids = good
        composer.action_send()
        self._send()
        self.assertEqual(self.fake.sent[0]["document"]["filename"], "offer.pdf")
