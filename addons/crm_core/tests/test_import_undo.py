# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_undo_common import ImportUndoCase
from .test_import_formats import SF_ACCOUNTS, SF_CONTACTS, SF_DEALS


@tagged("post_install", "-at_install")
class TestImportUndo(ImportUndoCase):
    """What an import did is undone, also when it came in many transactions."""

    def _import_row_by_row(self, job):
        """Import with a transaction for each row."""
        with self._later(), patch.object(type(job), "_get_batch_size", lambda job: 1):
            job.action_import()
            job._work(on_progress=self._tick)
        return job

    def _import_with_a_pause(self, job, meanwhile):
        """Import one row, let somebody do something, and import the rest."""
        with patch.object(type(job), "_get_batch_size", lambda job: 1):
            with self._later():
                job.action_import()
                job._work(on_progress=lambda job: job.action_pause())
            self.assertEqual(job.state, "paused")
            with self._later():
                meanwhile()
            with self._later():
                job.action_resume()
                job._work(on_progress=self._tick)
        self.assertEqual(job.state, "done")
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
        there = self._create_contact()
        job = self._import_update()
        self.assertEqual((there.city, len(self._get_names(there))), ("Brest", 1))
        self._undo(job)
        self.assertEqual(there.city, "Rome")

    def test_records_changed_since_are_kept(self):
        job, lyon = self._import_partner("Edge Lyon")
        with self._later():
            lyon.with_user(self.seller).city = "Villeurbanne"
        self._assert_kept(job, lyon, "it was changed after the import")
        self.assertEqual(lyon.city, "Villeurbanne")

    def test_an_import_in_many_transactions_is_undone_as_a_whole(self):
        models = ("res.partner", "crm.lead", "crm.pipeline", "crm.stage")
        before = self._count(models)
        files = {
            "Opportunity.csv": SF_DEALS,
            "Contact.csv": SF_CONTACTS,
            "Account.csv": SF_ACCOUNTS,
        }
        job = self._import_row_by_row(self._create_job(files))
        self.assertEqual(self._counts(job), (6, 0, 0, 0))
        with patch("odoo.addons.crm_core.models.crm_import_undo.UNDO_BATCH", 1):
            self._undo(job)
        self.assertEqual(before, self._count(models), self._sentences(job))

    def test_what_somebody_changes_while_an_import_is_paused_is_kept(self):
        job = self._create_job({"Account.csv": SF_ACCOUNTS})

        def work_on_it():
            self._records(job, "res.partner").with_user(self.seller).city = "Nantes"

        self._import_with_a_pause(job, work_on_it)
        edge, lyon = self._records(job, "res.partner")
        self._assert_kept(job, edge, "it was changed after the import")
        self.assertEqual(edge.city, "Nantes")
        self.assertFalse(lyon.exists())

    def test_what_the_import_writes_later_does_not_hide_a_change(self):
        lines = SF_ACCOUNTS.splitlines()
        job = self._create_job({"Account.csv": "\n".join([lines[0], lines[2], lines[1]])})

        def work_on_it():
            self._records(job, "res.partner").with_user(self.seller).phone = "04 78 00 00 00"

        self._import_with_a_pause(job, work_on_it)
        lyon, edge = self._records(job, "res.partner")
        self.assertEqual(lyon.parent_id, edge, "the import wrote last: it set the parent")
        self._assert_kept(job, lyon, "it was changed after the import")
        self.assertEqual((lyon.phone, lyon.parent_id), ("04 78 00 00 00", edge))

    def test_updates_that_somebody_changed_since_stay(self):
        there = self._create_contact()
        job = self._import_update()
        with self._later():
            there.with_user(self.seller).city = "Lille"
        self._undo(job)
        self.assertEqual(there.city, "Lille")
        self.assertIn(
            "Gus Ray was not reset: it was changed after the import.", self._sentences(job)
        )

    def test_parents_that_an_import_set_are_set_back(self):
        companies = self.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "company_id": self.company.id}
                for name in ("Edge", "Edge Lyon")
            ]
        )
        job = self._import({"Account.csv": SF_ACCOUNTS}, policy="update")
        self.assertEqual(companies[1].parent_id, companies[0])
        self._undo(job)
        self.assertFalse(companies[1].parent_id)

    def test_one_that_refuses_to_go_does_not_hold_the_others(self):
        job, edge = self._import_partner()
        delete = type(edge).unlink

        def refuse(partners):
            if edge in partners:
                raise UserError(self.company.name)
            return delete(partners)

        with patch.object(type(edge), "unlink", refuse):
            self._assert_kept(job, edge, "it cannot be deleted (Import House)")
        self.assertEqual((job.undone_count, job.kept_count), (1, 1))

    def test_an_undo_that_was_cut_short_goes_on(self):
        job, edge = self._import_partner()

        def pull_the_plug(_job):
            raise RuntimeError

        with patch("odoo.addons.crm_core.models.crm_import_undo.UNDO_BATCH", 1):
            # assertRaises would take back what was done before
            with self._later(), contextlib.suppress(RuntimeError):
                job.action_undo()
                job._work(on_progress=pull_the_plug)
            self.assertEqual(job.state, "undoing")
            with self._later():
                job._work()
        self.assertEqual((job.state, job.kept_count), ("undone", 0), self._sentences(job))
        self.assertFalse(edge.exists())

    def _get_names(self, record):
        names = self.env["ir.model.data"].search(
            [("model", "=", record._name), ("res_id", "in", record.ids)]
        )
        return names.filtered(lambda name: name.module.startswith("__import_")).mapped("name")

    def _import_update(self, **values):
        return self._import(
            {"contacts.csv": "First Name,Last Name,Email,City\nGus,Ray,gus@x.example,Brest\n"},
            **{"policy": "update", **values},
        )

    def test_a_row_that_stood_for_another_record_is_forgotten(self):
        there = self._create_contact()
        for policy, counts in (("update", (0, 1, 0, 0)), ("skip", (0, 0, 1, 0))):
            with self.subTest(policy=policy):
                job = self._import_update(policy=policy)
                self.assertEqual(self._counts(job), counts)
                self._undo(job)
                self.assertFalse(self._get_names(there))
                self.assertEqual(there.city, "Rome")
        there.unlink()
        self.assertEqual(self._counts(self._import_update()), (1, 0, 0, 0))

    def test_an_update_is_undone_and_then_the_import_before_it(self):
        first, edge = self._import_partner()
        names = self._get_names(edge)
        second = self._import(
            {"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update"
        )
        self.assertEqual((edge.city, self._counts(second)), ("Pantin", (0, 1, 1, 0)))
        self._undo(second)
        self.assertEqual((edge.city, self._get_names(edge)), ("Paris", names))
        self._undo(first)
        self.assertFalse(edge.exists(), self._sentences(first))
        self.assertEqual(first.kept_count, 0)
        self.assertEqual(self._counts(self._import({"Account.csv": SF_ACCOUNTS})), (2, 0, 0, 0))

    def test_a_later_import_counts_as_a_change_until_it_is_undone(self):
        first, edge = self._import_partner()
        self._import({"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update")
        self._assert_kept(first, edge, "it was changed after the import")
        self.assertEqual(edge.city, "Pantin")

    def test_undoing_an_update_does_not_hide_who_changed_the_record_before(self):
        first, edge = self._import_partner()
        with self._later():
            edge.with_user(self.seller).phone = "01 00 00 00 00"
        second = self._import(
            {"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update"
        )
        self._undo(second)
        self.assertEqual((edge.city, edge.write_uid), ("Paris", self.seller))
        self._assert_kept(first, edge, "it was changed after the import")

    def test_an_import_with_records_cannot_be_deleted(self):
        job = self._import({"Account.csv": SF_ACCOUNTS})
        with self.assertRaisesRegex(Exception, "Undo it first"):
            job.unlink()
