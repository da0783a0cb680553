# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.cadence import get_local_day
from ..tools.import_engine.isolation import isolate

BATCH = 100


class CrmCadenceEnrollment(models.Model):
    """How steps are done: what is due is claimed, asked whether it may still go on, done and noted in one transaction.

    Two workers never hold the same lead; one that dies leaves nothing behind. That a step is done once is kept by the
    database: one run for each enrollment and step, one key in the ledger.
    """

    _inherit = "crm.cadence.enrollment"

    @api.model
    def _cron_run(self):
        """Stop what has to stop, enrol by rule, and do the steps that are due, in committed batches."""
        here = self.sudo()  # sudo: crm.cadence.enrollment - cadences run in the name of the system
        cron = self.env["ir.cron"]
        here._sweep()
        if not cron._commit_progress() or not here.env["crm.cadence"]._enroll_by_rules():
            return
        cron._commit_progress(remaining=here._count_due())
        while due := here._claim():
            _done, refused = isolate(here.env, lambda some: some._advance(), due)
            for enrollment, error in refused.items():
                enrollment._hold_up("failed", str(error)[:1000])
            if not cron._commit_progress(len(due), remaining=here._count_due()):
                break

    @api.model
    def _count_due(self):
        return self.search_count(
            [("state", "=", "running"), ("next_at", "<=", fields.Datetime.now())]
        )

    @api.model
    def _claim(self):
        """Lock what is due and nobody else has; the first statement of its transaction, so that it sees what others did."""
        self.flush_model()
        self.env.cr.execute(
            """SELECT id FROM crm_cadence_enrollment
                WHERE state = 'running' AND next_at <= %s
                ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED""",
            (fields.Datetime.now(), BATCH),
        )
        claimed = self.browse([row[0] for row in self.env.cr.fetchall()])
        claimed.invalidate_recordset()
        return claimed

    def _advance(self):
        """Do what is due for these: one step at most for each."""
        self._stop_where_due(is_thorough=True)
        going = self.filtered(lambda one: one.state == "running")
        going._pass_over()
        going._schedule()
        now = fields.Datetime.now()
        due = going.filtered(
            lambda one: one.state == "running" and one.next_at and one.next_at <= now
        )
        for step, group in due.grouped("next_step_id").items():
            step._do(group)
        due._count_from_today()
        due._schedule()

    def _pass_over(self):
        """Go on without the activities that nobody did in time."""
        now = fields.Datetime.now()
        waiting = self._get_open_runs()
        if not waiting:
            return
        owners = waiting.enrollment_id
        zones, days = owners._get_zones(), owners._get_workdays(now)
        for run in waiting:
            one = run.enrollment_id
            end = one._get_patience_end(run, zones[one.id], days[one.id])
            if not run.activity_id:
                run.write({"state": "skipped"})
            elif end and end <= now:
                run.write({"state": "passed"})

    def _count_from_today(self):
        """Have the delay of the next step counted from the day that it is at each customer's."""
        now = fields.Datetime.now()
        zones = self._get_zones()
        for day, group in self.grouped(lambda one: get_local_day(now, zones[one.id])).items():
            group.write({"anchor_date": day})

    def _go_on(self):
        """Let these go on from today: what they waited for is done."""
        going = self.filtered(lambda one: one.state == "running")
        if going:
            going.write({"next_at": fields.Datetime.now()})
            going._count_from_today()
            going._wake_cron()
