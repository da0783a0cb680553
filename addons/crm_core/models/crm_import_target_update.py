# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .crm_import_target import QUIET


class CrmImportTarget(models.AbstractModel):
    """How a row changes a record that exists: only what differs is written, and what it replaces is kept."""

    _inherit = "crm.import.target"

    @api.model
    def _prepare_update(self, run, file, row, record):
        """Return the values of a row that differ from the record's, in the form of ``write``."""
        values = self._prepare_values(run, file, row)
        values = {
            name: value
            for name, value in values.items()
            if name in record._fields
            and name not in self._get_fixed_fields()
            and value not in (None, False, "", [])
        }
        return {name: value for name, value in values.items() if self._differs(record, name, value)}

    @api.model
    def _get_fixed_fields(self):
        """Return the fields that only creation sets."""
        return ("company_id", "active")

    @api.model
    def _differs(self, record, name, value):
        field = record._fields[name]
        if field.type == "many2one":
            return record[name].id != value
        if field.type in ("many2many", "one2many"):
            # links are added, never taken away
            return not set(
                value[0][2] if value[0][0] == 6 else [command[1] for command in value]
            ) <= set(record[name].ids)
        if field.type == "properties":
            return any((record[name]._values or {}).get(key) != text for key, text in value.items())
        if field.type in ("float", "monetary"):
            return abs((record[name] or 0.0) - value) > 1e-6
        return field.convert_to_cache(record[name], record) != field.convert_to_cache(value, record)

    @api.model
    def _get_previous(self, record, values):
        """Return what an update replaces, as it must be written to restore it, and who wrote last and when, in JSON."""
        previous = {
            name: record._fields[name].convert_to_write(record[name], record) for name in values
        }
        if record._log_access:
            previous.update(write_date=record.write_date, write_uid=record.write_uid.id)
        return {
            name: str(value) if hasattr(value, "isoformat") else value
            for name, value in previous.items()
        }

    @api.model
    def _update_record(self, record, values):
        """Write the changed values of one row."""
        values = {
            name: [(4, res_id) for res_id in value[0][2]]
            if record._fields[name].type == "many2many" and value[0][0] == 6
            else value
            for name, value in values.items()
        }
        record.with_context(**QUIET).write(values)
