# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from .crm_merge import RECORDING
from .crm_merge_reference import UNTOUCHED_TABLES


class Base(models.AbstractModel):
    """While a merge is under way, what the ORM writes by itself is logged too: recomputed values, addresses of people."""

    _inherit = "base"

    def _write_multi(self, vals_list):
        merge = self.env.cr.cache.get(RECORDING)
        if not merge or self._table in UNTOUCHED_TABLES:
            return super()._write_multi(vals_list)
        log = self.env["crm.merge"].sudo().browse(merge)  # sudo: crm.merge - written by merges alone
        columns = sorted({*models.LOG_ACCESS_COLUMNS[2:], *(name for vals in vals_list for name in vals)})
        if not self._log_access:
            columns = [name for name in columns if name not in models.LOG_ACCESS_COLUMNS]
        with log._watching(self._table, self._ids, columns):
            return super()._write_multi(vals_list)

    def _create(self, data_list):
        records = super()._create(data_list)
        merge = self.env.cr.cache.get(RECORDING)
        if merge and self._table not in UNTOUCHED_TABLES:
            log = self.env["crm.merge"].sudo().browse(merge)  # sudo: crm.merge - written by merges alone
            self.env.cr.execute(
                self.env["crm.merge.change"]._log(
                    log,
                    "made",
                    self._table,
                    SQL("SELECT unnest(%s), NULL, NULL::jsonb, NULL::jsonb", records.ids),
                )
            )
        return records
