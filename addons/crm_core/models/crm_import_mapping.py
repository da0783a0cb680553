# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

LINKS = ("id", "name", "email", None)


class CrmImportMapping(models.Model):
    """A mapping that people settled on, proposed again for the next file with the same columns."""

    _name = "crm.import.mapping"
    _description = "Saved Import Mapping"
    _order = "write_date desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    source = fields.Char()
    entity = fields.Char(required=True)
    header_key = fields.Char(required=True, readonly=True)
    columns = fields.Json(required=True)

    _header_uniq = models.UniqueIndex(
        "(company_id, header_key)", "These columns have a saved mapping already."
    )

    @api.constrains("entity", "columns")
    def _check_columns(self):
        """A mapping is used by everybody who brings such a file: one that nobody can use is not kept."""
        entities = self.env["crm.import.target"]._get_targets()
        for mapping in self:
            if mapping.entity not in entities or not self._is_usable(mapping.columns):
                raise ValidationError(self.env._("This is not a mapping of columns."))

    @api.model
    def _is_usable(self, columns):
        """Return whether columns are ``{title: {"target": name, "link_by": how, "is_property": yes or no}}``."""
        return isinstance(columns, dict) and all(
            isinstance(column, dict)
            and isinstance(column.get("target") or "", str)
            and (column.get("link_by") or None) in LINKS
            for column in columns.values()
        )

    @api.model
    def _find(self, company, header_key):
        """Return the mapping saved for a set of columns, or none."""
        return self.search(
            [("company_id", "=", company.id), ("header_key", "=", header_key)], limit=1
        )
