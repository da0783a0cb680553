# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager, nullcontext

from odoo import models
from odoo.tools import SQL

from .crm_merge import RECORDING
from .crm_merge_reference import UNTOUCHED_TABLES

MARKS = ("write_uid", "write_date")


class Base(models.AbstractModel):
    """While a merge is under way, what the ORM writes by itself is logged too: recomputed values, addresses of people."""

    _inherit = "base"

    def _write_multi(self, vals_list):
        log = self._get_recording_merge()
        if log is None:
            return super()._write_multi(vals_list)
        columns = {name for vals in vals_list for name in vals}
        if self._log_access:
            columns.update(MARKS)
        with log._watching(self._table, self._ids, sorted(columns)):
            return super()._write_multi(vals_list)

    def _create(self, data_list):
        records = super()._create(data_list)
        self._record_made(records.ids)
        return records

    def _record_made(self, ids):
        """Log that rows of this model were made, when a merge is under way; for what is made past the ORM."""
        log = self._get_recording_merge()
        if log is not None and ids:
            rows = SQL("SELECT unnest(%s), NULL, NULL::jsonb, NULL::jsonb", list(ids))
            self.env.cr.execute(log.change_ids._log(log, "made", self._table, rows))

    @contextmanager
    def _record_changed(self, ids, columns):
        """Log what changes in some cells meanwhile, when a merge is under way; for what is changed past the ORM.

        :param ids: of the rows
        :param columns: their columns that may change
        """
        log = self._get_recording_merge()
        watch = nullcontext() if log is None else log._watching(self._table, ids, sorted(columns))
        with watch:
            yield

    def _get_recording_merge(self):
        """Return the merge that is under way in this transaction, none for its own tables."""
        merge = self.env.cr.cache.get(RECORDING)
        if not merge or self._table in UNTOUCHED_TABLES:
            return None
        # sudo: crm.merge - the log is written by merges alone
        return self.env["crm.merge"].sudo().browse(merge)
