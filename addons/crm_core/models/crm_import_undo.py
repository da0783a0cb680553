# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.import_engine import isolate

UNDO_BATCH = 1000


class CrmImport(models.Model):
    """Undo: what was created goes, what was changed comes back, newest first; what people built on since stays and is reported.

    First the records that stay are marked, all at once (see ``crm_import_undo_kept.py``); the rest is undone in committed
    batches. An undo that was cut short, or is started once more, begins with the marks anew and goes on with what is left.
    """

    _inherit = "crm.import"

    undone_count = fields.Integer(string="Taken Back", readonly=True, copy=False)
    kept_count = fields.Integer(string="Kept", readonly=True, copy=False)

    def _run_undo(self, *, on_progress=None):
        """Undo in two passes: what a record that goes later held in the first one is free in the second."""
        self._begin_undo()
        self._mark_kept()
        self._commit()
        for is_last in (False, True):
            self._undo_pass(on_progress, is_last=is_last)
        self.write(
            {
                "state": "undone",
                "undone_count": self._count_undone(),
                "kept_count": self._count_kept(),
            }
        )
        self._commit()

    def _begin_undo(self):
        """Forget the external names of rows that stood for other records, and what an earlier undo found."""
        self._forget_names()
        self._forget_kept()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_import_entry SET is_undone = TRUE WHERE import_id = %s AND action IN ('matched', 'unchanged') AND is_undone IS NOT TRUE",
                self.id,
            )
        )
        self.env["crm.import.entry"].invalidate_model(["is_undone"])

    def _forget_names(self):
        """Delete the names that this import gave to records it found; those of records it created go with the record.

        A name that an earlier import gave stays: that import still stands.
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM ir_model_data AS data USING crm_import_entry AS entry
                    WHERE entry.import_id = %s AND entry.is_named AND entry.action IN ('updated', 'matched')
                      AND data.module = entry.module AND data.name = entry.name
                      AND data.model = entry.model AND data.res_id = entry.res_id""",
                self.id,
            )
        )
        self.env["ir.model.data"].invalidate_model()
        self.env.registry.clear_cache()

    def _undo_pass(self, on_progress, *, is_last):
        last_id = None
        while entries := self._get_undo_batch(last_id):
            last_id = entries[-1].id
            self._undo_batch(entries, is_last)
            self.env.invalidate_all()
            if on_progress:
                on_progress(self)

    def _get_undo_batch(self, last_id):
        """Return the newest entries that are still to be undone, older than one of them."""
        domain = [
            ("import_id", "=", self.id),
            ("is_undone", "=", False),
            ("is_kept", "=", False),
        ]
        if last_id:
            domain.append(("id", "<", last_id))
        return self.env["crm.import.entry"].search(domain, order="id desc", limit=UNDO_BATCH)

    def _undo_batch(self, entries, is_last):
        """Undo a batch and commit it; when another transaction was in the way, do it again."""

        def write(_attempt):
            self.file_ids[:1]._note_moment()
            self._undo_entries(entries, is_last)

        self._write_batch(write)

    def _undo_entries(self, entries, is_last):
        """Set back what was updated, then delete what was created, but what somebody changed or used a moment ago."""
        self._mark_kept(entries)
        entries = entries.filtered(lambda entry: not entry.is_kept)
        done = entries.browse()
        for action, undo in (("updated", self._undo_updated), ("created", self._undo_created)):
            alike = entries.filtered(lambda entry, action=action: entry.action == action)
            for model, of_model in alike.grouped("model").items():
                # without its add-on there is nothing left of a model
                done |= undo(of_model, is_last) if model in self.env else of_model
        # sudo: crm.import.entry - the log is written by the engine alone
        done.sudo().is_undone = True
        # for the eyes of who waits; the last word is _count_undone
        self.undone_count += len({(entry.model, entry.res_id) for entry in done})

    def _undo_updated(self, entries, is_last):
        """Write back what updates replaced.

        :return: the entries that are undone
        """
        _made, refused = isolate(self.env, self._restore_entries, entries)
        reasons = {
            entry.res_id: {"reason": self._get_refusal(error)} for entry, error in refused.items()
        }
        self._keep("held", entries[0].model, reasons)
        return entries.filtered(lambda entry: entry not in refused)

    def _restore_entries(self, entries):
        """Write back what updates of one model replaced, and with it who changed the record last and when.

        An earlier import, or an earlier change by a person, is then seen as what it was.
        """
        model = self.env[entries[0].model].with_context(active_test=False)
        existing = set(model.browse(entries.mapped("res_id")).exists().ids)
        own = self._get_created_ids(entries)
        target, marks = self._get_undo_target(model._name), {}
        for entry in entries.sorted("id", reverse=True):
            if entry.res_id not in existing:
                continue
            values = dict(entry.previous or {})
            marks[entry.res_id] = values.pop("write_date", None), values.pop("write_uid", None)
            if entry.res_id not in own:
                target._restore(model.browse(entry.res_id), values)
        self._restore_marks(model, marks)

    def _get_created_ids(self, entries):
        """Return those records, of entries of one model, that this import created itself: they are deleted anyway."""
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id FROM crm_import_entry WHERE import_id = %s AND model = %s AND res_id = ANY(%s) AND action = 'created'",
                self.id,
                entries[0].model,
                entries.mapped("res_id"),
            )
        )
        return {res_id for (res_id,) in rows}

    @api.model
    def _restore_marks(self, model, marks):
        """Set by whom and when records were written last, which the ORM sets by itself.

        :param dict marks: ``{id: (write_date, write_uid)}``
        """
        self.env.flush_all()
        rows = [(res_id, moment, uid) for res_id, (moment, uid) in marks.items() if moment]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE %s AS record SET write_date = mark.moment, write_uid = mark.uid
                     FROM (VALUES %s) AS mark(id, moment, uid) WHERE record.id = mark.id""",
                SQL.identifier(model._table),
                SQL(", ").join(
                    SQL("(%s, %s::timestamp, %s::integer)", res_id, moment, uid or None)
                    for res_id, moment, uid in rows
                ),
            )
        )
        model.invalidate_model(["write_date", "write_uid"])

    def _undo_created(self, entries, is_last):
        """Delete the records of entries of one model.

        :return: the entries that are undone
        """
        model = entries[0].model
        records = self.env[model].with_context(active_test=False).browse(entries.mapped("res_id"))
        target = self._get_undo_target(model)
        _made, refused = isolate(self.env, target._unlink_records, records.exists())
        reasons = {
            record.id: {"reason": self._get_refusal(error)} for record, error in refused.items()
        }
        if is_last:
            self._keep("held", model, reasons)
        return entries.filtered(lambda entry: entry.res_id not in reasons)

    @api.model
    def _get_undo_target(self, model):
        """Return the target that made the records of a model; the general one for records made beside the rows."""
        targets = self.env["crm.import.target"]._get_targets().values()
        return next(
            (target for target in targets if target._res_model == model),
            self.env["crm.import.target"],
        )

    @api.model
    def _get_refusal(self, error):
        """Return why a record could not be deleted: what holds it, or the sentence that the server gave."""
        if isinstance(error, psycopg2.Error):
            table = error.diag.table_name
            holders = [model for model in self.env.registry.values() if model._table == table]
            return self.env["ir.model"]._get(holders[0]._name).name if holders else ""
        return " ".join(str(error).split())[:200]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_log(self):
        if any(job.state in ("done", "paused", "failed") and job.created_count for job in self):
            raise UserError(
                self.env._(
                    "This import brought records in. Undo it first, or keep it: without it, it cannot be undone."
                )
            )
