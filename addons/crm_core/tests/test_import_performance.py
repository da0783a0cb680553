# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .import_common import ImportCase

HEADER = "Opportunity,Company,Contact,Email,Phone,Salesperson,Stage,Amount,Tags\n"


@tagged("post_install", "-at_install")
class TestImportPerformance(ImportCase):
    def _prepare(self, start, count):
        rows = "".join(
            f'Deal {n},Company {n % 40},Person {n},p{n}@c{n % 40}.example,+3361{n:07d},Sonia Vendeuse,New,{n},"Red, Blue"\n'
            for n in range(start, start + count)
        )
        job = self._create_job({f"deals{start}.csv": HEADER + rows})
        job.state = "queued"
        return job

    def test_a_batch_takes_few_queries_whatever_its_size(self):
        self._prepare(0, 10)._work()
        self.env.flush_all()
        counts = {}
        for start, count in ((1000, 100), (2000, 400)):
            job = self._prepare(start, count)
            self.env.flush_all()
            before = self.cr.sql_log_count
            job._work()
            counts[count] = self.cr.sql_log_count - before
            self.assertEqual(job.created_count, count, self._sentences(job))
        self.assertLess(counts[100], 250)
        self.assertLess(
            counts[400] - counts[100], 150, "300 more deals with their companies and contacts"
        )
