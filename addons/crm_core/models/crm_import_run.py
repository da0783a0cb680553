# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import collections
import contextlib
import logging
import time

from psycopg2.errors import UniqueViolation
from psycopg2.extensions import TransactionRollbackError

from odoo import api, fields, models, modules
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.import_engine import ImportRun

_logger = logging.getLogger(__name__)

BATCH = 1000
SMALL = 200
# how often something is tried again when another transaction was in the way
TRIES = 10
LONGEST_WAIT = 2
# names the locks of imports among the advisory locks of a database
LOCK = 0x43524D49


class TakenOver(Exception):
    """Another worker goes on with this import."""


class CrmImport(models.Model):
    """How an import runs: in committed batches, by the scheduler or the command line, one worker at a time.

    A batch, its log, and the place where the next one starts are written in one transaction: after a crash the next run goes
    on exactly behind the last batch that is in.
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
        """Note why an import stopped; it can be resumed."""
        _logger.error("Import %s stopped", self.id, exc_info=error)
        values = {"state": "failed", "last_error": str(error)[:2000]}
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

    # -- Importing ---

    def _run_files(self, *, on_progress=None):
        run = ImportRun()
        if self.state != "running":
            self._begin()
        for file in self._get_open_files():
            self._run_file(run, file, on_progress)
            if self.is_pause_asked:
                self.write({"state": "paused", "is_pause_asked": False})
                self._commit()
                return
        self._finish()

    def _begin(self):
        """Note the start; a first run forgets what a check found."""
        if not self.date_started:
            self._clear_findings()
            self._prepare_pipeline()
        self.write(
            {
                "state": "running",
                "date_started": self.date_started or fields.Datetime.now(),
                "last_error": False,
            }
        )
        self._commit()

    def _clear_findings(self):
        """Forget the problems and counts of a check."""
        issues = self.env["crm.import.issue"].search([("import_id", "=", self.id)])
        issues.sudo().unlink()  # sudo: problems are written by the engine alone
        self.file_ids.write(
            {
                "created_count": 0,
                "updated_count": 0,
                "skipped_count": 0,
                "refused_count": 0,
                "rows_done": 0,
                "next_row": 1,
            }
        )

    def _get_open_files(self):
        return self.file_ids.filtered(
            lambda file: file.state in ("ready", "running", "linking")
        ).sorted(lambda file: (file.sequence, file.id))

    def _run_file(self, run, file, on_progress):
        """Bring one file in: its rows, then the links between them."""
        if file.state == "ready":
            file._prepare_properties()
            file.state = "running"
        if file.state == "running":
            file._remember_rows(run)
            for batch in file._iterate_batches(self._get_batch_size()):
                self._run_batch(run, file, batch)
                if on_progress:
                    on_progress(self)
                if self._is_pause_asked():
                    return
            file.state = "linking"
            self._commit()
        file._link_rows(run)
        file.state = "done"
        self._commit()

    @api.model
    def _get_batch_size(self):
        return BATCH

    def _run_batch(self, run, file, batch):
        """Write a batch of rows and commit it, with its log and the place where the next one starts."""

        def write(attempt):
            if attempt:
                run.known.clear()
                run.words.clear()
                batch[:] = file._read_again(batch)
            # what is in the way once may have been written meanwhile and is found; twice it is refused
            run.is_last_try = bool(attempt) or bool(modules.module.current_test)
            self._take_turn(file, batch)
            file._process_batch(run, batch)
            file._record_batch(run, batch)

        self._write_batch(write)
        self.env.invalidate_all()

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

    def _take_turn(self, file, batch):
        """Make sure that nobody else wrote this batch.

        :raises TakenOver: when somebody did
        """
        file.invalidate_recordset(["next_row"])
        if file.next_row > batch[0].number:
            raise TakenOver

    def _is_pause_asked(self):
        """Return whether somebody asked for a pause while this batch was written."""
        self.invalidate_recordset(["is_pause_asked"])
        return self.is_pause_asked

    def _finish(self):
        self.write(
            {
                "state": "done",
                "date_done": fields.Datetime.now(),
            }
        )
        self._notify_owners()
        if self.env["crm.import.entry"].search_count(
            [("import_id", "=", self.id), ("model", "=", "crm.lead"), ("action", "=", "created")],
            limit=1,
        ):
            # Odoo's own prediction works the probabilities out, once for all new deals
            prediction = self.env.ref("crm.website_crm_score_cron")
            prediction.sudo()._trigger()  # sudo: ir.cron - asks for a run, no more
        self._commit()

    def _notify_owners(self):
        """Tell each salesperson once how many records came in for them."""
        counts = self._count_by_owner()
        owners = self.env["res.users"].browse(counts).exists() - self.user_id
        for owner in owners.filtered("active"):
            self.message_notify(
                partner_ids=owner.partner_id.ids,
                subject=self.name,
                body=self.env._(
                    "%(count)s records were imported for you: %(name)s",
                    count=counts[owner.id],
                    name=self.name,
                ),
            )

    def _count_by_owner(self):
        """Return how many records that this import created belong to each user.

        :rtype: dict[int, int]
        """
        counts = collections.Counter()
        targets = self.env["crm.import.target"]._get_targets().values()
        for model in {target._res_model for target in targets}:
            counts.update(dict(self._query_owners(model)))
        return counts

    def _query_owners(self, model):
        """Return ``[(user, number of records)]`` of the records of one model that this import created."""
        field = self.env[model]._fields.get("user_id")
        if not field or not field.store or field.type != "many2one":
            return []
        return self.env.execute_query(
            SQL(
                """SELECT record.user_id, count(*)
                     FROM crm_import_entry AS entry JOIN %s AS record ON record.id = entry.res_id
                    WHERE entry.import_id = %s AND entry.model = %s AND entry.action = 'created'
                      AND entry.is_undone IS NOT TRUE AND record.user_id IS NOT NULL
                 GROUP BY record.user_id""",
                SQL.identifier(self.env[model]._table),
                self.id,
                model,
            )
        )

    # -- Checking ---

    def _check_rows(self, *, on_progress=None):
        """Go through all rows without writing records: counts and problems are those that the import would have now."""
        run = ImportRun(is_check=True)
        self._clear_findings()
        self._plan_pipeline(run)
        for file in self._get_open_files():
            file._remember_rows(run)
            for batch in file._iterate_batches(self._get_batch_size()):
                file._process_batch(run, batch)
                file._record_batch(run, batch)
                if on_progress:
                    on_progress(self)
            file.next_row = 1
        self.state = "checked"

    # -- Pipelines ---

    def _get_pipeline(self):
        """Return the pipeline that the deals of this import go to."""
        self.ensure_one()
        return self.pipeline_id or self.env["crm.pipeline"]._get_default(
            self.default_team_id, self.company_id
        )

    def _created_pipeline(self, pipeline):
        """Return whether this import created a pipeline."""
        entries = self.env["crm.import.entry"]
        return bool(
            entries.search_count(
                [
                    ("import_id", "=", self.id),
                    ("model", "=", "crm.pipeline"),
                    ("res_id", "=", pipeline.id),
                ],
                limit=1,
            )
        )

    def _prepare_pipeline(self):
        """Choose or create the pipeline of the deals, before the first of them comes in."""
        deals, stages, pipeline = self._choose_pipeline()
        if deals:
            self.pipeline_id = pipeline or self.env["crm.import.target"]._get_targets()[
                "deal"
            ]._create_pipeline(self, deals, stages)

    def _plan_pipeline(self, run):
        """Let a check know the stages of the pipeline that the import would create."""
        deals, stages, pipeline = self._choose_pipeline()
        if deals and not pipeline:
            run.cache["new_stages"] = list(stages)
        elif deals:
            self.pipeline_id = pipeline

    def _choose_pipeline(self):
        """Return the files of deals, the stages they name, and the pipeline that has them, if any.

        :return: ``(crm.import.file, dict, crm.pipeline)``; no files when there is nothing to choose
        """
        deals = self._get_open_files().filtered(lambda file: file.entity == "deal")
        nothing = self.env["crm.pipeline"]
        if not deals or self.pipeline_mode == "existing":
            return self.env["crm.import.file"], {}, nothing
        target = self.env["crm.import.target"]._get_targets()["deal"]
        stages = target._collect_stages(deals)
        return (
            deals,
            stages,
            nothing if self.pipeline_mode == "new" else target._find_pipeline(self, stages),
        )
