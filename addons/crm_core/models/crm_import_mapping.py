# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


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

    @api.model
    def _find(self, company, header_key):
        """Return the mapping saved for a set of columns, or none."""
        return self.search(
            [("company_id", "=", company.id), ("header_key", "=", header_key)], limit=1
        )
