# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.import_engine import isolate, storable, write_report

# what a spreadsheet holds in a cell: a longer one cannot be corrected in the report of refused rows
REPORTED_CHARS = 32_767


class CrmImportFile(models.Model):
    """Writing a batch, and the record of what was done: entries, issues and the place where the next batch starts."""

    _inherit = "crm.import.file"

    # -- Writing ---

    def _write_rows(self, run, target, rows):
        """Create and update the records of a batch; a row that the database refuses is set apart with the reason."""
        creations = [row for row in rows if row.is_open and not row.res_id]
        updates = [row for row in rows if row.is_open and row.res_id]
        self._write_apart(run, target._create_batch, creations)
        self._write_apart(run, target._update_batch, updates)
        self._name_records(
            target,
            [
                row
                for row in rows
                if row.res_id
                and not row.is_known
                and row.action in ("created", "updated", "matched")
            ],
        )

    def _write_apart(self, run, write, rows):
        """Write rows at once; those that the database or a rule refuses are refused with the reason."""
        read = {row: row.copy_state() for row in rows}

        def try_rows(rows):
            for row in rows:
                row.restore_state(read[row])
            write(run, self, rows)

        _made, refused = isolate(self.env, try_rows, rows, is_last_try=run.is_last_try)
        for row, error in refused.items():
            row.restore_state(read[row])
            row.refuse("database", reason=self._get_error_text(error))

    @api.model
    def _get_error_text(self, error):
        text = str(error.args[0]) if isinstance(error, UserError) and error.args else str(error)
        return " ".join(text.split())[:500]

    def _name_records(self, target, rows):
        """Write the external names of new records: a second import of the same row at the same time fails on the unique index."""
        if not rows:
            return
        module = self._get_module()
        # Odoo's own table, without its upsert: two imports of one row must collide, not overwrite each other
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_model_data (module, name, model, res_id, noupdate, create_uid, write_uid, create_date, write_date) VALUES %s",
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, TRUE, %s, %s, now(), now())",
                        module,
                        row.name,
                        target._res_model,
                        row.res_id,
                        self.env.uid,
                        self.env.uid,
                    )
                    # in one order, so that two imports of the same rows wait for each other instead of locking up
                    for row in sorted(rows, key=lambda row: row.name)
                ),
            )
        )
        self.env["ir.model.data"].invalidate_model()

    # -- The record of what was done ---

    def _record_batch(self, run, rows):
        """Write the entries and issues of a batch, and how far the file is, all in the transaction of the batch."""
        target, module = self._get_target(), self._get_module()
        if not run.is_check:
            self._note_moment()
            self.env["crm.import.entry"]._insert(
                [
                    {
                        "import_id": self.import_id.id,
                        "file_id": self.id,
                        "row": row.number,
                        "model": target._res_model,
                        "res_id": row.res_id,
                        "action": row.action,
                        "module": module,
                        "name": row.name,
                        "is_named": not row.is_known,
                        "row_hash": row.hash,
                        "previous": row.previous,
                    }
                    for row in rows
                    if row.res_id and row.action in ("created", "updated", "matched", "unchanged")
                ]
            )
        self.env["crm.import.issue"]._insert(
            [
                {
                    "import_id": self.import_id.id,
                    "file_id": self.id,
                    "row": row.number,
                    "column": column or None,
                    "severity": severity,
                    "code": code,
                    "arguments": arguments or None,
                    "cells": [storable(cell[:REPORTED_CHARS]) for cell in row.cells]
                    if severity == "refused"
                    else None,
                }
                for row in rows
                for severity, column, code, arguments in row.issues
            ]
        )
        self._count_batch(rows)

    def _note_moment(self):
        """Remember that the present transaction is one of the import's own."""
        moment = self.env.cr.now().isoformat()
        if moment not in (self.moments or ()):
            self.moments = [*(self.moments or ()), moment]

    def _count_batch(self, rows):
        actions = [row.action for row in rows]
        self.write(
            {
                "created_count": self.created_count + actions.count("created"),
                "updated_count": self.updated_count + actions.count("updated"),
                "skipped_count": self.skipped_count
                + sum(actions.count(action) for action in ("skipped", "matched", "unchanged")),
                "refused_count": self.refused_count + actions.count("refused"),
                "rows_done": self.rows_done + len(rows),
                "next_row": rows[-1].number + 1,
            }
        )

    def _log_created(self, records):
        """Note records that were created beside the rows (tags, stages, companies that deals name), so that undo removes them."""
        self._log_beside_rows("created", records)

    def _log_updated(self, records, previous):
        """Note records that were changed beside the rows, so that undo sets them back.

        :param dict previous: by id of the record, see ``crm.import.target._get_previous``
        """
        self._log_beside_rows("updated", records, previous)

    def _log_beside_rows(self, action, records, previous=None):
        self._note_moment()
        self.env["crm.import.entry"]._insert(
            [
                {
                    "import_id": self.import_id.id,
                    "file_id": self.id,
                    "row": None,
                    "model": records._name,
                    "res_id": record.id,
                    "action": action,
                    "previous": previous and previous[record.id],
                }
                for record in records
            ]
        )

    def _get_error_report(self):
        """Return the bytes of the file of refused rows, with row and reason.

        :rtype: bytes
        """
        self.ensure_one()
        rows = {}
        for issue in self.env["crm.import.issue"].search(
            [("file_id", "=", self.id), ("severity", "=", "refused")], order="row, id"
        ):
            reason = f"{issue.column}: {issue.message}" if issue.column else issue.message
            rows.setdefault(issue.row, (issue.cells or [], []))[1].append(reason)
        headers = self.column_ids.sorted("sequence").mapped("header")
        return write_report(
            headers,
            ((number, cells, " ".join(reasons)) for number, (cells, reasons) in rows.items()),
        )
