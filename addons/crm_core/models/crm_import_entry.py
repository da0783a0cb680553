# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.import_engine import storable


class CrmImportEntry(models.Model):
    """What an import did to one record: the log that undo works from, and the proof that a row came in once.

    Written in bulk by the engine; ``name`` is the row's external name, ``row_hash`` tells whether the row changed since.
    ``is_named`` marks the entry whose row gave the record that name: other imports may know the record by it later.
    ``digest`` is what the record held when its batch was through, ``is_kept`` that an undo left it where it is.
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
    is_named = fields.Boolean(export_string_translation=False)
    digest = fields.Char(export_string_translation=False)
    is_undone = fields.Boolean()
    is_kept = fields.Boolean(export_string_translation=False)

    _name_idx = models.Index("(name, module, id DESC) WHERE name IS NOT NULL")
    _record_idx = models.Index("(model, res_id)")
    _undo_idx = models.Index("(import_id, id DESC) WHERE is_undone IS NOT TRUE")

    @api.model
    def _insert(self, rows):
        """Insert many entries with one statement, each with what its record holds now.

        :param list[dict] rows: values by field name
        """
        names = (
            "import_id", "file_id", "row", "model", "res_id", "action", "module", "name", "is_named", "row_hash", "digest",
            "previous",
        )  # fmt: skip
        if not rows:
            return
        self._add_digests([row for row in rows if row["action"] in ("created", "updated")])
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

    @api.model
    def _add_digests(self, rows):
        """Add to the values of entries what their records hold, with one query for each model."""
        by_model = {}
        for row in rows:
            by_model.setdefault(row["model"], []).append(row)
        for model, alike in by_model.items():
            self.env[model].flush_model()
            digests = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT record.id, %s FROM %s AS record WHERE record.id = ANY(%s)",
                        self._get_digest_sql(model, "record"),
                        SQL.identifier(self.env[model]._table),
                        [row["res_id"] for row in alike],
                    )
                )
            )
            for row in alike:
                row["digest"] = digests.get(row["res_id"])

    @api.model
    def _get_digest_sql(self, model, alias):
        """Return the SQL of a digest of what people and rules put into a record: all columns but those the server works out."""
        fields_of_model = self.env[model]._fields.values()
        derived = [
            field.name
            for field in fields_of_model
            if field.store and field.compute and field.readonly
        ]
        ignored = [*models.LOG_ACCESS_COLUMNS, *derived, *self._get_background_fields()]
        return SQL(
            "md5((jsonb_strip_nulls(to_jsonb(%s)) - %s::text[])::text)",
            SQL.identifier(alias),
            ignored,
        )

    @api.model
    def _get_background_fields(self):
        """Return the fields that people may write and that scheduled work keeps up by itself: scoring, conversion, enrichment."""
        return [
            "probability",
            "automated_probability",
            "expected_revenue",
            "prorated_revenue",
            "iap_enrich_done",
        ]
