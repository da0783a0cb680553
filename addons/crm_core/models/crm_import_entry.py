# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extras import Json

from odoo import api, fields, models

from ..tools.import_engine import storable


class CrmImportEntry(models.Model):
    """What an import did to one record: the log that undo works from, and the proof that a row came in once.

    Written in bulk by the engine; ``name`` is the row's external name, ``row_hash`` tells whether the row changed since.
    """

    _name = "crm.import.entry"
    _description = "Imported Record"
    _order = "id"
    _rec_name = "name"
    _log_access = False

    import_id = fields.Many2one("crm.import", required=True, index=True, ondelete="cascade")
    file_id = fields.Many2one("crm.import.file", index=True, ondelete="cascade")
    row = fields.Integer(aggregator=None)
    model = fields.Char(required=True)
    res_id = fields.Many2oneReference(
        model_field="model", string="Record", required=True, aggregator=None
    )
    action = fields.Selection(
        [
            ("created", "Created"),
            ("updated", "Updated"),
            ("matched", "Found"),
            ("unchanged", "Unchanged"),
        ],
        required=True,
    )
    module = fields.Char()
    name = fields.Char()
    row_hash = fields.Char()
    previous = fields.Json(string="Values Before")
    is_undone = fields.Boolean()

    _name_idx = models.Index("(name, module, id DESC) WHERE name IS NOT NULL")
    _record_idx = models.Index("(model, res_id)")
    _undo_idx = models.Index("(import_id, id DESC) WHERE is_undone IS NOT TRUE")

    @api.model
    def _insert(self, rows):
        """Insert many entries with one statement.

        :param list[dict] rows: values by field name
        """
        names = (
            "import_id", "file_id", "row", "model", "res_id", "action", "module", "name", "row_hash", "previous",
        )  # fmt: skip
        if not rows:
            return
        self.env.cr.execute_values(
            f"INSERT INTO crm_import_entry ({', '.join(names)}) VALUES %s",  # noqa: S608 # nosec B608 - the names above
            [
                [
                    Json(storable(row[name]))
                    if name == "previous" and row.get(name)
                    else storable(row.get(name))
                    for name in names
                ]
                for row in rows
            ],
            page_size=1000,
        )
        self.invalidate_model()
