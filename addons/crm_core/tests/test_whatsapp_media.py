# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .whatsapp_common import AWA, WhatsappCase

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


@tagged("post_install", "-at_install")
class TestWhatsappMedia(WhatsappCase):
    def _receive_file(
        self, raw=PDF, kind="document", mimetype="application/pdf", name="a.pdf", uid="42"
    ):
        self.fake.add_media(uid, raw, mimetype)
        part = {"id": uid, "mime_type": mimetype, "filename": name, "caption": "Voici"}
        content = {
            "from": AWA[1:],
            "id": f"wamid.{uid}",
            "timestamp": "x",
            "type": kind,
            kind: part,
        }
        return self._receive(content)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_whatsapp_media").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_file_is_fetched_after_its_message_and_hangs_on_it(self):
        lead = self._create_lead(phone=AWA)
        message = self._receive_file()
        self.assertFalse(self.fake.requests, "the delivery fetched the file")
        self.assertEqual(message.media_state, "waiting")
        self.assertIn("Voici", message.mail_message_id.body)
        self._run_cron()
        self.assertEqual(message.media_state, "done")
        attachment = message.mail_message_id.attachment_ids
        self.assertEqual((attachment.raw, attachment.mimetype), (PDF, "application/pdf"))
        self.assertEqual((attachment.res_model, attachment.res_id), ("crm.lead", lead.id))

    def test_a_file_of_an_unknown_number_is_kept_with_its_message(self):
        message = self._receive_file()
        self._run_cron()
        attachment = message.attachment_id
        self.assertEqual((attachment.res_model, attachment.res_id), (message._name, message.id))
        with self.assertRaises(AccessError):
            attachment.with_user(self.salesperson).read(["raw"])

    def test_what_a_browser_would_run_is_not_kept(self):
        for number, (raw, mimetype) in enumerate(
            ((SVG, "image/png"), (HTML, "application/pdf"), (HTML, "text/plain"), (SVG, "text/csv"))
        ):
            with self.subTest(mimetype=mimetype):
                message = self._receive_file(raw, "document", mimetype, uid=f"5{number}")
                self._run_cron()
                self.assertEqual(message.media_state, "refused")
                self.assertFalse(message.attachment_id)

    def test_types_that_are_not_taken_are_refused_without_a_look(self):
        for number, mimetype in enumerate(
            ("image/svg+xml", "text/html", "application/x-msdownload", "application/javascript", "")
        ):
            with self.subTest(mimetype=mimetype):
                message = self._receive_file(HTML, "document", mimetype, uid=f"6{number}")
                self.assertEqual(message.media_state, "refused")
                self.assertTrue(message.media_detail)
        self._run_cron()
        self.assertFalse(self.fake.requests)

    def test_a_type_that_turns_out_otherwise_is_refused(self):
        message = self._receive_file(mimetype="application/pdf")
        self.fake.media["42"]["mime_type"] = "text/html"
        self._run_cron()
        self.assertEqual(message.media_state, "refused")

    def test_a_file_over_the_limit_is_refused_with_the_reason(self):
        self.account.media_limit = 1
        message = self._receive_file(PDF + bytes(1 << 20))
        self._run_cron()
        self.assertEqual(message.media_state, "refused")
        self.assertIn("1 MB", message.media_detail)

    def test_a_file_that_cannot_be_had_now_is_tried_again_and_in_the_end_refused(self):
        message = self._receive_file()
        self.fake.token = "renewed"
        for tries in range(1, 6):
            message.media_next_at = "2020-01-01"
            self.env.flush_all()
            self._run_cron()
            self.assertEqual(message.media_tries, tries)
        self.assertEqual(message.media_state, "refused")
        self.assertEqual(self.account.state, "error")
        self.fake.token = self.account.access_token
        message.action_fetch_media()
        self._run_cron()
        self.assertEqual((message.media_state, self.account.state), ("done", "working"))

    def test_an_older_office_file_is_taken(self):
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        message = self._receive_file(b"PK\x03\x04" + bytes(60), mimetype=kind, name="../../a.docx")
        self._run_cron()
        self.assertEqual(message.media_state, "done")
        self.assertNotIn("/", message.attachment_id.name)

    def test_managers_do_not_fetch_files_again(self):
        message = self._receive_file()
        with self.assertRaises(AccessError):
            message.with_user(self.manager).action_fetch_media()
