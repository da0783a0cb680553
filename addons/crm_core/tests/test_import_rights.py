# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged

from .import_common import ImportCase

CONTACTS = "First Name,Last Name,Email\nAda,Lin,ada@x.example\n,,nobody\n"


@tagged("post_install", "-at_install")
class TestImportRights(ImportCase):
    def test_salespeople_may_not_import_nor_read_imports(self):
        job = self._import({"contacts.csv": CONTACTS})
        with self.assertRaises(AccessError):
            self.env["crm.import"].with_user(self.seller).create({"name": "Mine"})
        for record in (
            job,
            job.file_ids,
            job.file_ids.column_ids[:1],
            self.env["crm.import.entry"].search([("import_id", "=", job.id)], limit=1),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.seller).read()
        with self.assertRaises(AccessError):
            job.file_ids.sudo().attachment_id.with_user(self.seller).read(["datas"])

    def test_every_button_asks_for_the_rights_before_the_state(self):
        job = self._import({"contacts.csv": CONTACTS}).with_user(self.seller)
        names = ("check", "import", "pause", "resume", "undo", "view_issues")
        for name in names:
            with self.subTest(action=name), self.assertRaises(AccessError):
                getattr(job, f"action_{name}")()

    def test_nobody_imports_or_undoes_under_the_rights_of_somebody_else(self):
        admin = self.env.ref("base.user_admin")
        imports = self.env["crm.import"].with_user(self.manager).with_company(self.company)
        job = imports.create({"company_id": self.company.id, "user_id": admin.id})
        self.assertEqual(job.user_id, self.manager)
        with self.assertRaises(AccessError):
            job.user_id = admin
        values = {
            "import_id": job.id,
            "model": "res.users",
            "res_id": admin.id,
            "action": "created",
        }
        with self.assertRaises(AccessError):
            self.env["crm.import.entry"].with_user(self.manager).create(values)

    def test_managers_of_other_companies_see_nothing(self):
        job = self._import({"contacts.csv": CONTACTS})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "import_stranger",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in (
            "crm.import",
            "crm.import.file",
            "crm.import.column",
            "crm.import.issue",
            "crm.import.entry",
        ):
            self.assertFalse(
                self.env[model]
                .with_user(stranger)
                .search([])
                .filtered(
                    lambda record: (
                        record.create_uid == self.manager
                        if "create_uid" in record._fields
                        else True
                    )
                ),
                model,
            )
        with self.assertRaises(AccessError):
            job.with_user(stranger).action_check()

    def test_records_belong_to_the_company_of_the_import(self):
        job = self._import({"contacts.csv": CONTACTS, "deals.csv": "Deal Name,Stage\nPump,New\n"})
        self.assertEqual(self._records(job, "res.partner").company_id, self.company)
        self.assertEqual(self._records(job, "crm.lead").company_id, self.company)

    def test_the_same_ids_in_two_companies_are_two_records(self):
        text = "Id,Name,BillingCity\n001f4000009wJD7AAM,Nissan Motors,Paris\n"
        self._import({"Account.csv": text})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "import_other",
            groups="sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        job = (
            self.env["crm.import"]
            .with_user(user)
            .with_company(other)
            .create({"company_id": other.id})
        )
        self.env["crm.import.file"].with_user(user)._add(job, "Account.csv", text.encode())
        job.state = "queued"
        job._work()
        self.assertEqual(job.created_count, 1)

    def test_a_files_content_and_import_cannot_be_exchanged(self):
        job = self._import({"contacts.csv": CONTACTS})
        file = job.file_ids.with_user(self.manager)
        secret = self.env["ir.attachment"].create({"name": "secret.csv", "raw": b"Name\nSecret\n"})
        other = self.env["crm.import"].with_user(self.manager).create({"name": "Other"})
        for values in ({"attachment_id": secret.id}, {"import_id": other.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                file.write(values)
        with self.assertRaises(AccessError):
            file.create({"import_id": other.id, "name": "x.csv", "attachment_id": secret.id})

    def test_whoever_starts_an_import_runs_it_under_own_rights(self):
        admin = self.env.ref("base.user_admin")
        job = (
            self.env["crm.import"].sudo().create({"name": "Admin's", "company_id": self.company.id})
        )
        job.user_id = admin
        job.with_user(self.manager).with_company(self.company)._take_over()
        self.assertEqual(job.user_id, self.manager)

    def test_a_callers_context_does_not_switch_derived_values_off(self):
        values = {
            "name": "Forged",
            "email_from": "a@b.example",
            "email_normalized": "victim@corp.example",
        }
        lead = self.env["crm.lead"].with_context(crm_import_bulk=True).create(values)
        self.assertEqual(lead.email_normalized, "a@b.example")

    def test_an_empty_file_is_refused_without_touching_the_process(self):
        before = os.fstat(0)
        job = self.env["crm.import"].with_user(self.manager).create({"name": "Empty"})
        file = job.file_ids._add(job, "empty.csv", b"")
        self.assertEqual(file.state, "refused")
        self.assertEqual(os.fstat(0).st_ino, before.st_ino)

    def test_a_mapping_that_nobody_can_use_is_not_kept(self):
        mappings = self.env["crm.import.mapping"].with_user(self.manager)
        good = {"name": "Mine", "header_key": "k", "entity": "deal", "columns": {"a": {}}}
        self.assertTrue(mappings.create(good))
        for values in (
            {"entity": "no such thing"},
            {"columns": ["a"]},
            {"columns": {"a": "name"}},
            {"columns": {"a": {"target": 1}}},
            {"columns": {"a": {"link_by": ["id"]}}},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                mappings.create({**good, "header_key": "other", **values})


@tagged("post_install", "-at_install")
class TestImportUpload(HttpCase, ImportCase):
    def test_files_are_uploaded_and_error_files_downloaded(self):
        self.manager.password = "import_manager"
        self.seller.password = "import_seller"
        job = self._create_job({"deals.csv": "Deal Name,Stage,Amount\nTap,New,much\n"})
        job.state = "queued"
        job._work()
        url = f"/crm_core/import/{job.file_ids.id}/errors"
        self.authenticate("import_manager", "import_manager")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("much is not a number.", answer.content.decode("utf-8-sig"))
        self.authenticate("import_seller", "import_seller")
        self.assertEqual(self.url_open(url).status_code, 404)
