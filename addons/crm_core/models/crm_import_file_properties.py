# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo import models


class CrmImportFile(models.Model):
    """Columns that no field takes, kept as properties of the imported records."""

    _inherit = "crm.import.file"

    def _prepare_properties(self):
        """Define a property for each column that is kept as one, once, where the records of this file look for it."""
        columns = self.column_ids.filtered(lambda column: column.is_property and not column.target)
        holder, field = self._get_property_holder() if columns else (None, None)
        if not holder:
            return
        definition = list(holder[field] or ())
        known = {entry["name"] for entry in definition}
        new = [
            {
                "name": self._get_property_name(column.header),
                "string": column.header,
                "type": "char",
            }
            for column in columns
            if self._get_property_name(column.header) not in known
        ]
        if new:
            holder[field] = definition + new

    def _get_property_holder(self):
        """Return ``(record, field)`` that define the properties of this file's records, ``(None, None)`` where there are none."""
        target = self._get_target()
        if target._property_field == "pipeline_properties":
            return self.import_id._get_pipeline(), "lead_properties_definition"
        if target._property_field == "properties":
            definitions = self.env["properties.base.definition"].sudo()  # sudo: adds columns
            return definitions._get_definition_for_property_field(
                target._res_model, "properties"
            ), "properties_definition"
        return None, None

    def _get_property_name(self, header):
        """Return the technical name of a column's property: the same for the same title in every file."""
        return hashlib.sha256(header.strip().casefold().encode()).hexdigest()[:16]

    def _get_property_values(self, row):
        """Return the values of a row's properties by technical name, or None."""
        values = row.values.get("properties")
        return (
            {self._get_property_name(header): value for header, value in values.items()}
            if values
            else None
        )
