# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
from datetime import timedelta

from reportlab.pdfgen.canvas import Canvas

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, warmup

from .test_customer_page import CustomerPageCase


@tagged("post_install", "-at_install")
class TestCustomerDocuments(CustomerPageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(partner_id=cls.person.id)
        cls.foreign_lead = cls._create_lead(
            partner_id=cls.person.id, user_id=cls.salesperson_all.id
        )
        cls.on_company = cls._create_file("statutes.txt", cls.customer, b"Registered in Abidjan")
        cls.on_lead = cls._create_file("offer.txt", cls.lead, b"Cold room of 40 cubic metres")
        cls.on_foreign_lead = cls._create_file("secret.txt", cls.foreign_lead, b"Cold room, too")
        cls.of_another = cls._create_file("other.txt", cls.other_customer, b"Cold feet")

    @classmethod
    def _create_file(cls, name, record, content=b"text", **values):
        return cls.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def _names(self, user=None, record=None, **kwargs):
        record = (record or self.customer).with_user(user or self.salesperson)
        return {row["name"] for row in record.get_customer_documents(**kwargs)["rows"]}

    def test_a_company_has_the_files_of_its_people_and_their_deals(self):
        self.assertEqual(self._names(), {"statutes.txt", "offer.txt"})

    def test_a_person_has_only_the_files_of_that_person(self):
        self.assertEqual(self._names(record=self.person), {"offer.txt"})

    def test_files_in_messages_are_among_them(self):
        self.lead.message_post(body="See the plan", attachments=[("plan.txt", b"Plan")])
        self.assertIn("plan.txt", self._names())

    def test_a_salesperson_of_own_leads_sees_no_file_of_a_foreign_one_and_does_not_count_it(self):
        self.assertEqual(
            self._names(self.salesperson_all), {"statutes.txt", "offer.txt", "secret.txt"}
        )
        files = self.env["ir.attachment"].with_user(self.salesperson)
        domain = [("customer_id", "=", self.customer.id)]
        self.assertEqual(files.search(domain), (self.on_company | self.on_lead).sorted("id", True))
        self.assertEqual(files.search_count(domain), 2)
        with self.assertRaises(AccessError):
            self.on_foreign_lead.with_user(self.salesperson).action_open_document_record()

    def test_the_list_behind_the_page_shows_the_same_files(self):
        action = self.customer.with_user(self.salesperson).action_view_customer_documents()
        files = self.env["ir.attachment"].with_user(self.salesperson).search(action["domain"])
        self.assertEqual(set(files.mapped("name")), self._names())

    def test_the_menu_lists_the_files_of_all_customers_the_reader_may_see(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_document_action")
        domain = [
            ("has_customer", "=", True),
            ("id", "in", (self.on_lead | self.on_foreign_lead | self.of_another).ids),
        ]
        self.assertEqual(action["domain"], "[('has_customer', '=', True)]")
        files = self.env["ir.attachment"].with_user(self.salesperson).search(domain)
        self.assertEqual(files, (self.of_another | self.on_lead).sorted("id", True))
        self.assertEqual(self.on_lead.customer_id, self.person)

    def test_words_in_the_text_of_a_file_find_it(self):
        self.assertEqual(self._names(text="cubic"), {"offer.txt"})
        self.assertEqual(self._names(text="STATUTES"), {"statutes.txt"})
        self.assertEqual(self._names(text="% _ \\ '"), set())

    def test_nonsense_as_words_or_place_is_no_error(self):
        self.assertEqual(self._names(offset=-5), {"statutes.txt", "offer.txt"})
        self.assertEqual(self._names(offset="x", text=None), {"statutes.txt", "offer.txt"})
        self.assertEqual(self._names(text=["list"]), set())

    def test_words_in_a_pdf_find_it(self):
        buffer = io.BytesIO()
        page = Canvas(buffer)
        page.drawString(100, 700, "Delivered to Yamoussoukro")
        page.save()
        self._create_file("contract.pdf", self.customer, buffer.getvalue())
        self.assertEqual(self._names(text="yamoussoukro"), {"contract.pdf"})

    def test_a_customer_is_found_by_name_in_the_list(self):
        files = self.env["ir.attachment"].with_user(self.salesperson)
        self.assertEqual(
            set(files.search([("customer_id", "ilike", "clinique du lac")]).mapped("name")),
            {"statutes.txt", "offer.txt"},
        )

    def test_more_files_come_page_by_page(self):
        for number in range(25):
            self._create_file(f"{number}.txt", self.customer)
        customer = self.customer.with_user(self.salesperson)
        first = customer.get_customer_documents()
        rest = customer.get_customer_documents(offset=len(first["rows"]))
        self.assertTrue(first["has_more"])
        self.assertFalse(rest["has_more"])
        ids = [row["id"] for row in first["rows"] + rest["rows"]]
        self.assertEqual(len(set(ids)), 27)

    def test_a_newer_version_takes_the_place_of_the_older_and_the_chain_is_kept(self):
        tag = self.env["crm.document.tag"].create({"name": "Contract"})
        self.on_lead.document_tag_ids = tag
        second = self._replace(self.on_lead, "offer 2.txt", b"Cold room of 60")
        third = self._replace(second, "offer 3.txt", b"Cold room of 80")
        self.assertEqual(self._names(record=self.person), {"offer 3.txt"})
        self.assertEqual(third.older_version_ids, second | self.on_lead)
        self.assertEqual(third.document_tag_ids, tag)
        self.assertEqual((third.res_model, third.res_id), ("crm.lead", self.lead.id))
        third.unlink()
        self.assertEqual(self._names(record=self.person), {"offer 2.txt"})

    def _replace(self, file, name, content):
        action = file.with_user(self.salesperson).action_replace_document()
        form = Form(
            self.env["crm.document.version"]
            .with_user(self.salesperson)
            .with_context(**action["context"])
        )
        form.datas, form.name = base64.b64encode(content), name
        form.save().action_replace()
        return file.replaced_by_id

    def test_who_may_not_write_the_record_replaces_no_file_of_it(self):
        with self.assertRaises(AccessError):
            self.on_foreign_lead.with_user(self.salesperson).action_replace_document()
        wizard = (
            self.env["crm.document.version"]
            .with_user(self.salesperson)
            .create({"attachment_id": self.on_foreign_lead.id, "name": "x", "datas": b"eA=="})
        )
        with self.assertRaises(AccessError):
            wizard.action_replace()
        self.assertFalse(self.on_foreign_lead.replaced_by_id)

    @warmup
    def test_more_files_and_deals_cost_no_more_queries(self):
        reader = self.customer.with_user(self.salesperson)  # keeps what Odoo remembers of a reader

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertTrue(reader.get_customer_documents()["rows"])
            return self.cr.sql_log_count - before

        count()
        small = count()
        for number in range(15):
            lead = self._create_lead(partner_id=self.person.id)
            self._create_file(f"{number}.txt", lead)
        self.assertLessEqual(count(), small)
        self.assertLessEqual(small, 14)


@tagged("post_install", "-at_install")
class TestDocumentExpiry(CustomerPageCase):
    def setUp(self):
        super().setUp()
        self.lead = self._create_lead(partner_id=self.person.id)
        self.today = fields.Date.today()

    def _create_file(self, record, days, **values):
        return self.env["ir.attachment"].create(
            {
                "name": "insurance.txt",
                "raw": b"text",
                "res_model": record._name,
                "res_id": record.id,
                "document_expiry_date": self.today + timedelta(days=days),
                **values,
            }
        )

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_document_expiry").method_direct_trigger()
        self.env.invalidate_all()

    def test_the_owner_of_the_record_is_reminded_once(self):
        file = self._create_file(self.lead, 30)
        later = self._create_file(self.lead, 31)
        self._remind()
        self._remind()
        activity = self.lead.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.salesperson))
        self.assertEqual(activity.date_deadline, file.document_expiry_date)
        self.assertIn("insurance.txt", activity.summary)
        self.assertFalse(later.document_expiry_reminded_on)

    def test_a_new_date_is_reminded_of_again(self):
        file = self._create_file(self.lead, 3)
        self._remind()
        file.document_expiry_date = self.today + timedelta(days=10)
        self._remind()
        self.assertEqual(len(self.lead.activity_ids), 2)

    def test_a_file_that_was_replaced_is_not_reminded_of(self):
        file = self._create_file(self.lead, 3)
        file._replace_by("new.txt", base64.b64encode(b"new"))
        self._remind()
        self.assertFalse(self.lead.activity_ids)

    def test_the_reminder_is_in_the_owner_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.salesperson.lang = "fr_FR"
        self._create_file(self.lead, 3)
        self._remind()
        day = self.today + timedelta(days=3)
        self.assertIn(day.strftime("%d/%m/%Y"), self.lead.activity_ids.summary)

    def test_a_file_that_cannot_be_reminded_of_says_why_and_holds_up_no_other(self):
        bad = self._create_file(self.lead, 1, name="bad.txt")
        self._create_file(self.lead, 2)
        schedule = type(self.env["crm.lead"]).activity_schedule

        def refuse(records, *args, summary="", **kwargs):
            if "bad.txt" in summary:
                raise ValueError("The calendar is on fire")
            return schedule(records, *args, summary=summary, **kwargs)

        self.patch(type(self.env["crm.lead"]), "activity_schedule", refuse)
        self._remind()
        self.assertEqual(bad.document_expiry_error, "The calendar is on fire")
        self.assertEqual(len(self.lead.activity_ids), 1)

    def test_a_file_on_a_record_that_is_gone_is_passed_over(self):
        lead = self._create_lead()
        file = self._create_file(lead, 1)
        self.env.cr.execute("UPDATE ir_attachment SET res_id = 0 WHERE id = %s", [file.id])
        self.env.invalidate_all()
        self._remind()
        self.assertTrue(file.document_expiry_reminded_on)
