# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whole files of other programs, where a folder of public data sets is at hand; without it there is nothing to test."""

import os
from pathlib import Path

from odoo.tests import tagged

from .import_common import ImportCase

PROJECT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("CRM_TEST_DATA") or PROJECT.parent / "shared" / "data")

# folder: {file: (created, skipped, refused)}; None where the file is refused as a whole
EXPECTED = {
    "crm_salesforce/developer_edition": {
        "Account.csv": (18, 0, 0),
        "Contact.csv": (25, 0, 0),
        "Opportunity.csv": (36, 0, 0),
        "Lead.csv": (14, 8, 0),
        "OpportunityHistory.csv": None,
        "OpportunityHistoryGroup.csv": None,
    },
    "crm_salesforce/full_columns": {
        "Account.csv": (83, 0, 0),
        "Contact.csv": (133, 0, 0),
        "Opportunity.csv": (774, 0, 0),
    },
    "crm_salesforce/dataloader": {"opportunityData.csv": (38, 0, 0)},
    "crm_csv_quirks": {
        "insertAccountCsv.csv": (100, 0, 0),
        "constantMappingInCsv.csv": (2, 0, 0),
        "emptyFirstRowFieldValueInCsvTemplate.csv": (2, 0, 0),
        "csvtext.csv": None,
        "csvtext_BOM_UTF8.csv": None,
        "csvtext_BOM_UTF16LE.csv": None,
        "csvtext_BOM_UTF16BE.csv": None,
        "csvtext_BOM_UTF32LE.csv": None,
        "csvtext_BOM_UTF32BE.csv": None,
        "csvEscapedQuotes.csv": None,
        "csvSeparator.csv": None,
        "timeZoneFormatTesting.csv": None,
        "timeZoneFormatTestingWithErrors.csv": None,
        "acctsWithBinaryDataInRTF.csv": None,
        "polymorphicRelationshipInAttachment.csv": None,
        "insertTaskWithContactAsWhoCsv.csv": (0, 0, 1),
    },
    "crm_odoo_templates": {
        "contacts_import_template.xlsx": (4, 0, 0),
        "mailing_contact.xls": (7, 0, 0),
        "crm_lead.xls": (8, 0, 0),
        "quotations_import_template.xlsx": None,
    },
    "contact_lists": {"listmonk_subs.csv": (100, 0, 0), "mautic_10contacts.csv": (10, 0, 0)},
}
B2B = {
    "sales_teams.csv": (35, 0, 0),
    "accounts.csv": (85, 0, 0),
    "sales_pipeline.csv": (8800, 0, 0),
}


@tagged("post_install", "-at_install")
class TestImportPublicData(ImportCase):
    @classmethod
    def setUpClass(cls):
        """Companies that demonstration data of other add-ons names like those of the files must not be taken for them."""
        super().setUpClass()
        for company in cls.env["res.partner"].search([("is_company", "=", True)]):
            company.name = f"{company.name} (demonstration)"

    def _import_folder(self, folder, names):
        return self._import({name: (FOLDER / folder / name).read_bytes() for name in names})

    def _check_counts(self, job, expected):
        found = {
            file.name: None
            if file.state == "refused"
            else (file.created_count, file.skipped_count, file.refused_count)
            for file in job.file_ids
            if file.name in expected
        }
        self.assertEqual(found, expected, self._sentences(job, "refused"))
        self.assertTrue(all(file.refusal for file in job.file_ids if file.state == "refused"))

    def _check_folder(self, folder):
        job = self._import_folder(folder, EXPECTED[folder])
        self._check_counts(job, EXPECTED[folder])
        return job


def _add_folder_test(folder):
    def test(self):
        self._check_folder(folder)

    setattr(
        TestImportPublicData,
        f"test_every_file_of_{folder.replace('/', '_')}_is_imported_or_refused_with_a_reason",
        test,
    )


def _test_the_sales_pipeline(self):
    job = self._import_folder(
        "sales_pipeline_b2b",
        ["accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"],
    )
    self._check_counts(job, B2B)
    leads = self._records(job, "crm.lead")
    by_stage = {
        stage.name: count
        for stage, count in leads._read_group(
            [("id", "in", leads.ids), ("active", "in", (True, False))], ["stage_id"], ["__count"]
        )
    }
    self.assertEqual(by_stage, {"Prospecting": 500, "Engaging": 1589, "Won": 4238, "Lost": 2473})
    won = leads.filtered(lambda lead: lead.won_status == "won")
    self.assertEqual((len(won), sum(won.mapped("expected_revenue"))), (4238, 10005534))
    self.assertEqual(len(leads.filtered(lambda lead: lead.won_status == "lost")), 2473)
    self.assertEqual(len(leads.filtered(lambda lead: not lead.partner_id)), 1425)
    companies = self._records(job, "res.partner").filtered("is_company")
    self.assertEqual((len(companies), len(companies.filtered("parent_id"))), (85, 15))
    sentences = self._sentences(job, "warning")
    for sentence in (
        "GTXPro was taken for GTX Pro.",
        "technolgy was taken for Technology.",
        "Philipines was taken for Philippines.",
    ):
        self.assertIn(sentence, sentences)
    again = self._import_folder(
        "sales_pipeline_b2b",
        ["accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv"],
    )
    self.assertEqual((again.created_count, again.updated_count, again.refused_count), (0, 0, 0))


if FOLDER.is_dir():
    for _folder in EXPECTED:
        if (FOLDER / _folder).is_dir():
            _add_folder_test(_folder)
    if (FOLDER / "sales_pipeline_b2b").is_dir():
        TestImportPublicData.test_the_figures_of_the_sales_pipeline_are_those_of_its_authors = (
            _test_the_sales_pipeline
        )
