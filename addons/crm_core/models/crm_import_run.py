# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import collections

from odoo import api, fields, models, modules
from odoo.tools import SQL

from ..tools.import_engine import ImportRun
from .crm_import_work import TakenOver

BATCH = 1000


class CrmImport(models.Model):
    """How the files of an import come in: in committed batches, or only checked.

    A batch, its log, and the place where the next one starts are written in one transaction: after a crash the next run goes
    on exactly behind the last batch that is in.
    """

    _inherit = "crm.import"

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
