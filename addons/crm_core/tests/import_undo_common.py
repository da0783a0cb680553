# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import datetime
from unittest.mock import patch

from .import_common import ImportCase
from .test_import_formats import SF_ACCOUNTS


class ImportUndoCase(ImportCase):
    """Imports and undos of different moments, within the one transaction of a test."""

    def setUp(self):
        super().setUp()
        self.moment = self.env.cr.now()

    @contextlib.contextmanager
    def _later(self):
        """A transaction after all others: a test has one only."""
        self._tick()
        with patch.object(self.env.cr, "now", lambda: self.moment):
            yield
            self.env.flush_all()

    def _tick(self, _job=None):
        self.env.flush_all()
        self.moment += datetime.timedelta(microseconds=1)

    def _import(self, files, **values):
        with self._later():
            return super()._import(files, **values)

    def _undo(self, job):
        with self._later():
            job.action_undo()
            job._work(on_progress=self._tick)
        return job

    def _import_partner(self, name="Edge"):
        """An import of two companies, and one of these."""
        job = self._import({"Account.csv": SF_ACCOUNTS})
        return job, self._records(job, "res.partner").filtered(lambda found: found.name == name)

    def _assert_kept(self, job, record, reason):
        self._undo(job)
        self.assertTrue(record.exists(), f"{record} is gone")
        said = [
            sentence
            for sentence in self._sentences(job)
            if f"{record.display_name} was" in sentence
        ]
        self.assertEqual(len(said), 1, said)
        self.assertIn(reason, said[0])

    def _create_contact(self):
        return self.env["res.partner"].create(
            {
                "name": "Gus Ray",
                "email": "gus@x.example",
                "city": "Rome",
                "company_id": self.company.id,
            }
        )
