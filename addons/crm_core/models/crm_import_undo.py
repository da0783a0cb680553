# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

UNDO_BATCH = 500


class CrmImport(models.Model):
    """Undo: what was created goes, what was changed comes back, newest first; what people built on since stays and is reported."""

    _inherit = "crm.import"

    undone_count = fields.Integer(string="Taken Back", readonly=True, copy=False)
    kept_count = fields.Integer(string="Kept", readonly=True, copy=False)

    def _run_undo(self, *, on_progress=None):
        """Undo in committed batches; each goes on where the last one ended."""
        self.write({"kept_count": 0})
        self._mark_untouched()
        passes_left = 3
        last_id = None
        while True:
            entries = self._get_undo_batch(last_id)
            if not entries:
                # what was kept because a later record used it may be free now
                passes_left -= 1
                if not passes_left or not self._get_undo_batch(None) or last_id is None:
                    break
                last_id = None
                continue
            last_id = entries[-1].id
            self._undo_entries(entries, is_last=passes_left == 1)
            self._commit()
            self.env.invalidate_all()
            if on_progress:
                on_progress(self)
        self.write({"state": "undone"})
        self._commit()

    def _mark_untouched(self):
        """Entries of rows that were only found or unchanged need nothing but their external name to go."""
        self.env.cr.execute(
            SQL(
                "UPDATE crm_import_entry SET is_undone = TRUE WHERE import_id = %s AND action = 'unchanged' AND is_undone IS NOT TRUE",
                self.id,
            )
        )
        self.env["crm.import.entry"].invalidate_model(["is_undone"])

    def _get_undo_batch(self, last_id):
        """Return the newest entries of one model that are still to be undone."""
        domain = [("import_id", "=", self.id), ("is_undone", "=", False)]
        if last_id:
            domain.append(("id", "<", last_id))
        entries = self.env["crm.import.entry"].search(domain, order="id desc", limit=UNDO_BATCH)
        kind = (entries[:1].model, entries[:1].action)
        alike = itertools.takewhile(lambda entry: (entry.model, entry.action) == kind, entries)
        return entries.browse(entry.id for entry in alike)

    def _undo_entries(self, entries, *, is_last):
        """Undo entries of one model and one action."""
        undo = {
            "created": self._undo_created,
            "updated": self._undo_updated,
            "matched": self._undo_matched,
        }
        done = undo[entries[0].action](entries, is_last)
        # sudo: crm.import.entry - the log is written by the engine alone
        done.sudo().is_undone = True
        self.undone_count += len(done)

    def _undo_created(self, entries, is_last):
        """Delete records, but those that somebody changed or uses since.

        :return: the entries that are undone
        """
        model = entries[0].model
        if model not in self.env:
            return entries
        records = self.env[model].with_context(active_test=False).browse(entries.mapped("res_id"))
        existing = records.exists()
        target = self._get_undo_target(model)
        changed = self._get_changed_since(existing)
        used = target._get_used_since(self, existing - changed)
        free = (existing - changed).filtered(lambda record: record.id not in used)
        deleted = self._delete(target, free)
        kept = existing - deleted
        if is_last or changed:
            self._report_kept(entries, kept if is_last else changed, changed, used)
        settled = changed if not is_last else kept
        self.kept_count += len(settled)
        waiting = set((kept - settled).ids)
        return entries.filtered(lambda entry: entry.res_id not in waiting)

    def _get_undo_target(self, model):
        targets = self.env["crm.import.target"]._get_targets().values()
        return next(
            (target for target in targets if target._res_model == model),
            self.env["crm.import.target"],
        )

    def _get_changed_since(self, records):
        """Return the records that a person changed, or wrote on, after the import."""
        since = self.date_last_batch
        if not records or not since:
            return records.browse()
        query = SQL(
            "SELECT id FROM %s WHERE id = ANY(%s) AND write_date > %s AND write_uid != 1 AND write_uid IS NOT NULL",
            SQL.identifier(records._table),
            records.ids,
            fields.Datetime.add(since, seconds=1),
        )
        changed = (
            {res_id for (res_id,) in self.env.execute_query(query)}
            if records._log_access
            else set()
        )
        if hasattr(records, "message_ids"):
            changed |= {
                res_id
                for (res_id,) in self.env.execute_query(
                    SQL(
                        """SELECT DISTINCT res_id FROM mail_message
                            WHERE model = %s AND res_id = ANY(%s) AND date > %s AND message_type != 'notification'""",
                        records._name,
                        records.ids,
                        fields.Datetime.add(since, seconds=1),
                    )
                )
            }
        return records.browse(sorted(changed))

    def _delete(self, target, records):
        """Delete records at once, or one by one when something holds one of them.

        :return: the records that are gone
        """
        if not records:
            return records
        try:
            with self.env.cr.savepoint():
                target._unlink_records(records)
            return records
        except (psycopg2.Error, UserError, RecursionError, ValueError):
            self.env.invalidate_all(flush=False)
            if len(records) == 1:
                return records.browse()
            middle = len(records) // 2
            return self._delete(target, records[:middle]) | self._delete(target, records[middle:])

    def _report_kept(self, entries, kept, changed, used):
        """Say of each record that stays why it does."""
        file_of = {entry.res_id: entry.file_id for entry in entries}
        rows = []
        for record in kept:
            user = used.get(record.id)
            code = "changed_since" if record in changed else "used_since"
            label = self.env["ir.model"]._get(user).name if user else ""
            # sudo: records of this import's log - their names alone are told
            name = record.sudo().display_name
            rows.append(
                {
                    "import_id": self.id,
                    "file_id": file_of[record.id].id or self.file_ids[:1].id,
                    "row": None,
                    "severity": "warning",
                    "code": code,
                    "arguments": {
                        "record": name,
                        **({"user": label} if code == "used_since" else {}),
                    },
                }
            )
        self.env["crm.import.issue"]._insert(rows)

    def _undo_updated(self, entries, is_last):
        """Write back what updates replaced, unless somebody changed it since."""
        model = self.env[entries[0].model].with_context(active_test=False)
        records = model.browse(entries.mapped("res_id")).exists()
        changed = self._get_changed_since(records)
        target = self._get_undo_target(records._name)
        for entry in entries:
            record = model.browse(entry.res_id)
            if record in records and record not in changed:
                target._restore(record, entry.previous or {})
        self._report_kept_updates(entries, changed)
        return entries

    def _report_kept_updates(self, entries, changed):
        rows = [
            {
                "import_id": self.id,
                "file_id": entry.file_id.id,
                "row": entry.row,
                "severity": "warning",
                "code": "not_restored",
                "arguments": {"record": changed.browse(entry.res_id).display_name},
            }
            for entry in entries
            if entry.res_id in changed.ids
        ]
        self.env["crm.import.issue"]._insert(rows)

    def _undo_matched(self, entries, is_last):
        """Forget that rows stood for records that were there before."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM ir_model_data WHERE (module, name) IN (%s)",
                SQL(", ").join(SQL("(%s, %s)", entry.module, entry.name) for entry in entries),
            )
        )
        self.env["ir.model.data"].invalidate_model()
        return entries

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_log(self):
        if any(job.state in ("done", "paused", "failed") and job.created_count for job in self):
            raise UserError(
                self.env._(
                    "This import brought records in. Undo it first, or keep it: without it, it cannot be undone."
                )
            )
