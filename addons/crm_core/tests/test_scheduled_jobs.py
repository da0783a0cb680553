# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import CrmCoreCase


@tagged("post_install", "-at_install")
class TestScheduledJobs(CrmCoreCase):
    """A job that asks to be run again though nothing is left keeps a whole processor busy, day and night."""

    def test_no_job_asks_to_be_run_again_when_nothing_is_left(self):
        jobs = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=", "crm_core")]
        )
        self.assertTrue(jobs)
        restless = []
        with self.enter_registry_test_mode():
            for job in self.env["ir.cron"].browse(jobs.mapped("res_id")):
                job.method_direct_trigger()  # whatever there was to do
                self._get_triggers(job).unlink()
                job.method_direct_trigger()
                if self._get_triggers(job):
                    restless.append(job.name)
        self.assertFalse(restless)

    def _get_triggers(self, job):
        soon = fields.Datetime.now() + timedelta(seconds=30)
        return self.env["ir.cron.trigger"].search(
            [("cron_id", "=", job.id), ("call_at", "<=", soon)]
        )
