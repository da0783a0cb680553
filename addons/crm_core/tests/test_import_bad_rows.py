# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.crm_import_run import CrmImport
from .import_common import ImportCase


@tagged("post_install", "-at_install")
class TestImportBadRows(ImportCase):
    def test_unreadable_values_refuse_the_row_with_column_and_reason(self):
        job = self._import(
            {
                "deals.csv": "Deal Name,Stage,Amount,Close Date\nPump,New,12,2030-01-01\nTap,New,much,2030-01-01\nHose,New,3,soon\n"
            }
        )
        self.assertEqual(self._counts(job), (1, 0, 0, 2))
        issues = job.issue_ids.filtered(lambda issue: issue.severity == "refused").sorted("row")
        self.assertEqual(
            issues.mapped(lambda issue: (issue.row, issue.column, issue.message)),
            [(3, "Amount", "much is not a number."), (4, "Close Date", "soon is not a date.")],
        )

    def test_unreadable_values_may_be_dropped_instead(self):
        job = self._import(
            {"deals.csv": "Deal Name,Stage,Amount\nTap,New,much\n"}, bad_values="drop"
        )
        self.assertEqual(self._counts(job), (1, 0, 0, 0))
        self.assertIn("The value was left out. much is not a number.", self._sentences(job))

    def test_texts_that_do_harm_elsewhere_come_in_as_texts(self):
        name = "=cmd|' /C calc'!A0"
        job = self._import(
            {
                "contacts.csv": f"Full Name,Email,Notes\n{name},a@x.example,nul\x00here\n\U0001f680 Rocket,b@x.example,\n{'x' * 10000},c@x.example,\n"
            }
        )
        self.assertEqual(self._counts(job), (2, 0, 0, 1), self._sentences(job))
        self.assertEqual(
            self._records(job, "res.partner").mapped("name"), [name, "\U0001f680 Rocket"]
        )
        self.assertIn(
            "The text has 10000 characters: the limit is 1000.", self._sentences(job, "refused")
        )

    def test_the_error_file_runs_nothing_and_can_be_imported_again(self):
        job = self._import({"deals.csv": "Deal Name,Stage,Amount\n=1+1,New,much\nTap,New,4\n"})
        report = job.file_ids._get_error_report().decode("utf-8-sig").splitlines()
        self.assertEqual(
            report,
            [
                "Deal Name,Stage,Amount,Import row,Import reason",
                "'=1+1,New,much,2,Amount: much is not a number.",
            ],
        )
        corrected = "\n".join(report).replace("much,2", "5,2")
        again = self._import({"deals - errors.csv": corrected})
        self.assertEqual(self._counts(again), (1, 0, 0, 0), self._sentences(again))
        self.assertEqual(self._records(again, "crm.lead").name, "=1+1")

    @mute_logger("odoo.sql_db")
    def test_a_row_that_the_database_refuses_is_set_apart(self):
        create = type(self.env["crm.lead"]).create

        def poisoned(records, vals_list):
            if any(values.get("name") == "Poison" for values in vals_list):
                raise ValueError("No poison here.")
            return create(records, vals_list)

        rows = "".join(f"Deal {n},New\n" for n in range(20))
        with patch.object(type(self.env["crm.lead"]), "create", poisoned):
            job = self._import({"deals.csv": "Deal Name,Stage\n" + rows + "Poison,New\n"})
        self.assertEqual(self._counts(job), (20, 0, 0, 1))
        self.assertEqual(
            self._sentences(job, "refused"), ["The row could not be saved: No poison here."]
        )

    def test_a_stage_gate_refuses_the_deals_that_do_not_meet_it(self):
        pipeline = self.env["crm.pipeline"].create(
            {
                "name": "Gated",
                "company_id": self.company.id,
                "stage_ids": [(0, 0, {"name": "Demo"})],
            }
        )
        self.env["crm.stage.requirement"].create(
            {
                "stage_id": pipeline.stage_ids.id,
                "kind": "field",
                "field_name": "email_from",
                "name": "E-mail",
            }
        )
        job = self._import(
            {"deals.csv": "Deal Name,Stage,Email\nPump,Demo,\nTap,Demo,tap@x.example\n"},
            pipeline_mode="existing",
            pipeline_id=pipeline.id,
        )
        self.assertEqual(self._counts(job), (1, 0, 0, 1), self._sentences(job))

    def test_links_that_lead_nowhere_are_reported_and_the_row_is_kept(self):
        job = self._import(
            {"Contact.csv": "Id,AccountId,LastName\n003bm00000zapthAAA,001bm00001ZL8U9AAL,Lone\n"}
        )
        self.assertEqual(self._counts(job), (1, 0, 0, 0))
        self.assertIn(
            "The linked record was found neither in the files nor here: 001bm00001ZL8U9AAL",
            self._sentences(job, "warning"),
        )

    def test_a_run_that_was_cut_short_goes_on_where_it_stopped(self):
        rows = "".join(f"Person {n},p{n}@x.example\n" for n in range(25))
        job = self._create_job({"contacts.csv": "Full Name,Email\n" + rows})
        job.state = "queued"
        run_batch, calls = CrmImport._run_batch, []

        def failing(record, run, file, batch):
            calls.append(len(batch))
            if len(calls) == 2:
                raise RuntimeError("power cut")
            return run_batch(record, run, file, batch)

        with (
            patch.object(CrmImport, "_get_batch_size", lambda record: 10),
            patch.object(CrmImport, "_run_batch", failing),
        ):
            try:
                job._work()
            except RuntimeError:
                # what was written before stays, as it would after a commit
                job.env.invalidate_all()
        self.assertEqual((job.file_ids.created_count, job.file_ids.next_row), (10, 12))
        job._work()
        self.assertEqual(self._counts(job), (25, 0, 0, 0))
        self.assertEqual(len(set(self._records(job, "res.partner").mapped("name"))), 25)

    def test_a_pause_holds_after_the_batch(self):
        job = self._create_job(
            {
                "contacts.csv": "Full Name,Email\n"
                + "".join(f"P {n},p{n}@x.example\n" for n in range(25))
            }
        )
        job.write({"state": "queued", "is_pause_asked": True})
        with patch.object(CrmImport, "_get_batch_size", lambda record: 10):
            job._work()
            self.assertEqual((job.state, job.created_count), ("paused", 10))
            job.action_resume()
            job._work()
        self.assertEqual((job.state, job.created_count), ("done", 25))


@tagged("post_install", "-at_install")
class TestImportWords(ImportCase):
    """Words and linked records that cannot be created: the cell is left empty, and everything else comes in."""

    DEALS = "Deal Name,Stage,Tags\n"

    def test_a_tag_without_letters_is_one_tag_however_often_it_stands(self):
        with patch.object(CrmImport, "_get_batch_size", lambda job: 1):
            job = self._import({"deals.csv": self.DEALS + "Tap,New,🔥\nHose,New,🔥\n"})
        self.assertEqual(self._counts(job), (2, 0, 0, 0), self._sentences(job))
        self.assertEqual(self._records(job, "crm.tag").mapped("name"), ["🔥"])
        self.assertEqual(len(self._records(job, "crm.lead").tag_ids), 1)

    def test_tags_that_differ_by_case_or_only_far_behind_are_one(self):
        long = "Reseller " * 40
        rows = f"Tap,New,{long}one\nHose,New,{long}two\nPump,New,Vip\nWell,New,VIP\n"
        job = self._import({"deals.csv": self.DEALS + rows})
        self.assertEqual(self._counts(job), (4, 0, 0, 0), self._sentences(job))
        self.assertEqual(
            self._records(job, "crm.tag").mapped("name"), [long[:255], "Vip"], self._sentences(job)
        )

    def test_a_name_that_no_index_holds_is_refused(self):
        name = "".join(chr(0x4E00 + random.Random(n).randrange(20_000)) for n in range(990))
        contacts = (
            f"Full Name,Email,Company\nAda Lin,ada@x.example,{name}\nBo Lin,bo@x.example,Wells SA\n"
        )
        job = self._import({"contacts.csv": contacts})
        self.assertEqual(self._counts(job), (1, 0, 0, 1))
        self.assertIn(
            "The text has 990 characters: the limit is 650.", self._sentences(job, "refused")
        )

    @mute_logger("odoo.sql_db")
    def test_a_word_that_the_database_refuses_is_left_empty_and_said(self):
        refused = "Refused by the database"
        self.env.cr.execute(
            "ALTER TABLE crm_tag ADD CONSTRAINT test_refused CHECK (name->>'en_US' != %s)",
            [refused],
        )
        job = self._import({"deals.csv": self.DEALS + f"Tap,New,{refused}\nHose,New,Fine\n"})
        self.assertEqual(self._counts(job), (2, 0, 0, 0), self._sentences(job))
        self.assertEqual(self._records(job, "crm.tag").mapped("name"), ["Fine"])
        self.assertIn(
            f"{refused} is not known here. It was left empty.", self._sentences(job, "warning")
        )

    @mute_logger("odoo.sql_db")
    def test_a_salesperson_whose_login_another_company_has_is_left_out(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        login = "shared@x.example"
        new_test_user(self.env, login, company_id=other.id, company_ids=[(6, 0, other.ids)])
        rows = f"Deal Name,Stage,Salesperson\nTap,New,{login}\nHose,New,new@x.example\n"
        job = self._import({"deals.csv": rows}, create_users=True)
        self.assertEqual(self._counts(job), (2, 0, 0, 0), self._sentences(job))
        self.assertEqual(self._records(job, "res.users").mapped("login"), ["new@x.example"])

    def test_salespeople_that_one_company_imported_are_unknown_in_another(self):
        rows = "Deal Name,Stage,Salesperson\nTap,New,Nadia Neuve\n"
        self._import({"deals.csv": rows}, create_users=True)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.company_ids += other
        job = (
            self.env["crm.import"]
            .with_user(self.manager)
            .with_company(other)
            .create({"company_id": other.id})
        )
        self.env["crm.import.file"].with_user(self.manager)._add(job, "deals.csv", rows.encode())
        job.state = "queued"
        job._work()
        self.assertFalse(self._records(job, "crm.lead").user_id)
        self.assertIn(
            "Nadia Neuve is not known here. It was left empty.", self._sentences(job, "warning")
        )

    @mute_logger("odoo.sql_db")
    def test_rows_beside_a_refused_one_are_as_if_it_was_not_there(self):
        contacts = "Full Name,Email,Phone,Mobile\nAda Lin,ada@x.example,12,34\n"
        self.env.cr.execute(
            "ALTER TABLE res_partner ADD CONSTRAINT test_refused CHECK (name != 'Refused')"
        )
        job = self._import(
            {"contacts.csv": contacts + "Refused,no@x.example,,\nBo Lin,bo@x.example,,\n"}
        )
        self.assertEqual(self._counts(job), (2, 0, 0, 1), self._sentences(job))
        comment = str(self._records(job, "res.partner")[0].comment)
        self.assertEqual(comment.count("Mobile: 34"), 1, comment)
        remarks = job.issue_ids.filtered(lambda issue: issue.code == "phone")
        self.assertEqual(remarks.mapped("occurrences"), [1])

    def test_a_title_with_characters_that_no_text_may_hold_is_cleaned(self):
        job = self._import({"deals.csv": "Deal Name,Stage,Re\x00gion\nTap,New,North\n"})
        self.assertEqual(self._counts(job), (1, 0, 0, 0), self._sentences(job))
        self.assertIn("Region", job.file_ids.column_ids.mapped("header"))

    def test_a_column_of_a_thousand_stages_makes_no_pipeline(self):
        rows = "".join(f"Deal {n},Stage {n}\n" for n in range(1000))
        job = self._create_job({"deals.csv": "Deal Name,Stage\n" + rows}, pipeline_mode="new")
        with self.assertRaisesRegex(UserError, "1000"):
            job.action_check()
