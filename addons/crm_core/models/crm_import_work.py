# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import logging
import time

from psycopg2.errors import UniqueViolation
from psycopg2.extensions import TransactionRollbackError

from odoo import api, models, modules
from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

SMALL = 200
# how often something is tried again when another transaction was in the way
TRIES = 10
LONGEST_WAIT = 2
# names the locks of imports among the advisory locks of a database
LOCK = 0x43524D49


class TakenOver(Exception):
    """Another worker goes on with this import."""


class CrmImport(models.Model):
    """Who works on an import: the scheduler, a button or the command line, one worker at a time, under the rights of its user.

    Work is committed batch by batch, and a batch that another transaction was in the way of is done again.
    """

    _inherit = "crm.import"

    def _start_work(self):
        """Do small work at once, let the scheduler do the rest.

        :return: True, for buttons
        """
        self.ensure_one()
        if sum(self.file_ids.mapped("row_count")) <= SMALL and not modules.module.current_test:
            self._work()
        else:
            self.env.ref("crm_core.ir_cron_crm_import")._trigger()
        return True

    @api.model
    def _cron_run_imports(self):
        """Work on the imports that wait or were cut short, oldest first."""
        cron = self.env["ir.cron"]
        domain = Domain("state", "in", ("queued", "running", "undoing"))
        cron._commit_progress(remaining=self.search_count(domain))
        for job in self.search(domain, order="id"):
            if job.exists():
                job._work()
            if not cron._commit_progress(1):
                break

    def _work(self, *, on_progress=None):
        """Import or undo until it is done, paused or failed; under the rights of the user who started it.

        :param on_progress: called with the import after each batch
        :return: False when another worker is at it
        """
        self.ensure_one()
        try:
            # what was asked for is known before the work starts, and outlives what may be in its way
            self._commit()
            with self._alone():
                self.env.invalidate_all()  # what the worker before us did
                self._work_on(on_progress)
        except (TakenOver, TransactionRollbackError):
            self.env.cr.rollback()
            return False
        return True

    def _work_on(self, on_progress):
        """Import or undo; on what another transaction was in the way of, go on from the last batch that is in."""
        job = self._as_its_user()
        for attempt in range(TRIES):
            try:
                if job.state == "undoing":
                    job._run_undo(on_progress=on_progress)
                elif job.state in ("queued", "running"):
                    job._run_files(on_progress=on_progress)
                return
            except TakenOver:
                raise
            except Exception as error:
                if modules.module.current_test:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all()
                if isinstance(error, TransactionRollbackError) and attempt + 1 < TRIES:
                    time.sleep(min(LONGEST_WAIT, 0.1 * 2**attempt))
                    continue
                job._fail(error)
                return

    def _fail(self, error):
        """Note why an import stopped: it can be resumed, and one that had not begun yet can be corrected."""
        if isinstance(error, UserError):
            _logger.info("Import %s stopped: %s", self.id, error)
        else:
            _logger.error("Import %s stopped", self.id, exc_info=error)
        state = "failed" if self.date_started else "draft"
        values = {"state": state, "last_error": str(error)[:2000]}
        self.sudo().write(values)  # sudo: the user may have lost the right since, and so it failed
        self._commit()

    @contextlib.contextmanager
    def _alone(self):
        """Keep other workers off this import: the scheduler, a button, the command line.

        The lock is held by a transaction of its own, since each batch ends that of the import; it goes with the process.

        :raises TakenOver: when another worker is at it
        """
        if modules.module.current_test:
            yield
            return
        with self.env.registry.cursor() as cr:
            # a transaction that reads what is committed holds no snapshot, so that nothing waits for its end
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, self.id))
            if not cr.fetchone()[0]:
                raise TakenOver
            yield

    def _as_its_user(self):
        """Return this import in the environment of its user: rights, company, language and time zone."""
        user = self.user_id
        return (
            self.with_user(user)
            .with_company(self.company_id)
            .with_context(
                lang=user.lang,
                tz=user.tz,
                allowed_company_ids=self.company_id.ids,
                active_test=True,
                import_file=True,
            )
        )

    @api.model
    def _commit(self):
        """End the transaction of a batch; tests have one transaction only."""
        self.env.flush_all()
        if not modules.module.current_test:
            # commit: a batch is in as a whole, with its log and the place where the next one starts
            self.env.cr.commit()

    def _write_batch(self, write):
        """Write something and commit it; when another transaction was in the way, do it again.

        :param write: called with the number of the attempt, 0 at first
        """
        for attempt in range(TRIES):
            try:
                write(attempt)
                self._commit()
                return
            except (TransactionRollbackError, UniqueViolation):
                if attempt + 1 == TRIES or modules.module.current_test:
                    raise
                self.env.cr.rollback()
                self.env.invalidate_all()
                time.sleep(min(LONGEST_WAIT, 0.1 * 2**attempt))
