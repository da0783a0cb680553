# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import datetime

from odoo import fields
from odoo.tests import tagged

from .import_common import ImportCase
from .test_import_formats import SF_ACCOUNTS, SF_CONTACTS, SF_DEALS


@tagged("post_install", "-at_install")
class TestImportUndo(ImportCase):
    def _undo(self, job):
        # the transaction of the test has one time for all that happens in it
        job.date_last_batch = fields.Datetime.now() + datetime.timedelta(minutes=1)
        job.state = "undoing"
        job._work()
        return job

    def _count(self, models):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in models
        }

    def test_undo_empties_what_the_import_filled(self):
        models = (
            "res.partner",
            "crm.lead",
            "crm.pipeline",
            "crm.stage",
            "crm.tag",
            "res.users",
            "crm.team",
            "utm.source",
        )
        before = self._count(models)
        job = self._import(
            {
                "Opportunity.csv": SF_DEALS,
                "Contact.csv": SF_CONTACTS,
                "Account.csv": SF_ACCOUNTS,
                "team.csv": "sales_agent,manager,regional_office\nZoe A,Max,North\n",
            }
        )
        self.assertNotEqual(before, self._count(models))
        self._undo(job)
        self.assertEqual(before, self._count(models), self._sentences(job))
        self.assertEqual((job.state, job.kept_count), ("undone", 0))

    def test_undone_rows_come_in_again(self):
        self._undo(self._import({"Account.csv": SF_ACCOUNTS}))
        self.assertEqual(self._counts(self._import({"Account.csv": SF_ACCOUNTS})), (2, 0, 0, 0))

    def test_updates_are_set_back(self):
        there = self.env["res.partner"].create(
            {
                "name": "Gus Ray",
                "email": "gus@x.example",
                "city": "Rome",
                "company_id": self.company.id,
            }
        )
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Email,City\nGus,Ray,gus@x.example,Brest\n"},
            policy="update",
        )
        self.assertEqual(there.city, "Brest")
        self._undo(job)
        self.assertEqual(there.city, "Rome")

    def test_records_that_others_use_are_kept_and_reported(self):
        job = self._import({"Account.csv": SF_ACCOUNTS})
        edge = self._records(job, "res.partner").filtered(lambda partner: partner.name == "Edge")
        self.env["crm.lead"].create(
            {
                "name": "New business",
                "partner_id": edge.id,
                "company_id": self.company.id,
                "user_id": False,
                "team_id": False,
            }
        )
        self._undo(job)
        self.assertTrue(edge.exists())
        self.assertEqual(job.kept_count, 1)
        self.assertTrue(any("Edge was kept" in sentence for sentence in self._sentences(job)))

    def test_records_changed_since_are_kept(self):
        job = self._import({"Account.csv": SF_ACCOUNTS})
        lyon = self._records(job, "res.partner").filtered(
            lambda partner: partner.name == "Edge Lyon"
        )
        lyon.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = now() + interval '1 hour', write_uid = %s WHERE id = %s",
            (self.seller.id, lyon.id),
        )
        self._undo(job)
        self.assertTrue(lyon.exists())

    def test_an_import_with_records_cannot_be_deleted(self):
        job = self._import({"Account.csv": SF_ACCOUNTS})
        with self.assertRaisesRegex(Exception, "Undo it first"):
            job.unlink()
