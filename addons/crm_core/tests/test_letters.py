# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from .dispatch_common import DispatchCase


@tagged("post_install", "-at_install")
class TestLetters(DispatchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {
                "street": "12 rue des Lilas",
                "zip": "69002",
                "city": "Lyon",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.villager = cls._create_lead(
            name="Solar pump",
            partner_name="Coopérative de Korhogo",
            contact_name="Issa Koné",
            street="BP 214",
            city="Korhogo",
            country_id=cls.env.ref("base.ci").id,
        )

    def _read(self, batch):
        return base64.b64decode(batch.document).decode()

    def test_many_letters_are_printed_as_one_document_that_is_kept(self):
        letters = self._ask(channel="letter") | self._ask(self.villager, channel="letter")
        action = letters.with_user(self.salesperson).action_print_letters()
        batch = letters.letter_batch_id
        self.assertEqual(letters.mapped("state"), ["sent", "sent"])
        self.assertEqual((len(batch), batch.letter_count), (1, 2))
        self.assertIn(f"/{batch.id}/document", action["url"])
        document = self._read(batch)
        for text in ("12 rue des Lilas", "69002 Lyon", "Issa Koné", "BP 214", "About Solar pump"):
            self.assertIn(text, document)
        self.assertIn(letters[1].mail_message_id, self.villager.message_ids)

    def _create_pdf(self, width):
        writer = PdfFileWriter()
        writer.addBlankPage(width=width, height=200)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()

    def test_statements_and_invoices_are_printed_behind_their_letter(self):
        statement = self.env["ir.attachment"].create({"name": "s.pdf", "raw": self._create_pdf(77)})
        content = self._create_content(attachment_ids=[(6, 0, statement.ids)])
        letters = self._ask(channel="letter", content=content)
        letters |= self._ask(self.villager, channel="letter")
        report = self.registry["ir.actions.report"]
        rendered = []

        def render(_report, name, ids):
            rendered.append(list(ids))
            return self._create_pdf(11), "pdf"

        self.patch(report, "_render_qweb_pdf", render)
        letters.action_print_letters()
        document = base64.b64decode(letters.letter_batch_id.document)
        pages = PdfFileReader(io.BytesIO(document)).pages
        self.assertEqual([int(page.mediaBox.getWidth()) for page in pages], [11, 77, 11])
        self.assertEqual(rendered, [letters[0].ids, letters[1].ids])
        self.assertEqual(letters[0].mail_message_id.attachment_ids, statement)

    def test_what_cannot_be_printed_with_a_letter_does_not_stop_the_others(self):
        broken = self.env["ir.attachment"].create({"name": "b.pdf", "raw": b"%PDF-1.4 broken"})
        content = self._create_content(attachment_ids=[(6, 0, broken.ids)])
        letters = self._ask(channel="letter", content=content)
        letters |= self._ask(self.villager, channel="letter")
        with mute_logger("pypdf", "PyPDF2", "PyPDF2._reader", "pypdf._reader"):
            letters.action_print_letters()
        self.assertEqual(letters.mapped("state"), ["failed", "sent"])
        self.assertIn("b.pdf", letters[0].reason_detail)

    def test_a_letter_is_not_printed_twice(self):
        letter = self._ask(channel="letter")
        letter.action_print_letters()
        with self.assertRaises(UserError):
            letter.action_print_letters()

    def test_who_has_no_postal_address_or_wants_no_letters_gets_none(self):
        nameless = self._create_lead(name="Nobody", partner_name="A name only")
        letters = self._ask(nameless, channel="letter") | self._ask(channel="letter")
        letters.action_print_letters()
        self.assertEqual(letters.mapped("state"), ["suppressed", "sent"])
        self.assertEqual(letters[0].reason, "address_invalid")

    def test_letters_of_two_companies_are_two_documents(self):
        foreign = self._create_lead(
            name="Other",
            company_id=self.company_xof.id,
            team_id=self.team_xof.id,
            user_id=self.stranger.id,
            street="Rue 12",
            city="Bouaké",
        )
        letters = self._ask(channel="letter") | self._ask(foreign, channel="letter")
        letters.action_print_letters()
        self.assertEqual(len(letters.letter_batch_id), 2)
        own, other = letters
        batches = self.env["crm.letter.batch"].with_user(self.stranger).search([])
        self.assertEqual(batches & letters.letter_batch_id, other.letter_batch_id)
        self.assertNotIn(own.letter_batch_id, batches)
