# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Reference(NamedTuple):
    """A column that names records: how it does, and what else is needed to read it."""

    table: str
    column: str
    kind: str
    extra: Any


# what the merge itself keeps, and what stands for itself
UNTOUCHED_TABLES = (
    "crm_merge",
    "crm_merge_change",
    "crm_merge_record",
    "crm_merge_wizard",
    "crm_duplicate",
    "crm_duplicate_group",
)
# numbers of records that are plain integers beside the name of a model
PLAIN_PAIRS = [
    ("mail.alias", "alias_parent_thread_id", "alias_parent_model_id"),
    ("mail.alias", "alias_force_thread_id", "alias_model_id"),
    ("calendar.event", "res_id", "res_model_id"),
]


class CrmMergeReference(models.AbstractModel):
    """Where the database names records of a table, in whatever way Odoo does.

    ``key``       a foreign key, of a many2one or of a many2many's table
    ``pair``      a number beside the name of a model: messages, activities, attachments, external names …
    ``text``      ``"res.partner,7"``
    ``company``   a many2one with a value for each company
    ``property``  many2one and many2many properties

    Whoever keeps records' numbers in another way extends ``_get_extra_references`` or ``crm.merge._after_move``.
    """

    _name = "crm.merge.reference"
    _description = "Places that Name Records"

    @api.model
    def _get_references(self, table):
        """Return every place where rows of a table may be named.

        :rtype: list[Reference]
        """
        cache = self.env.cr.cache.setdefault(self._name, {})
        if table not in cache:
            cache[table] = self._find_references(table)
        return cache[table]

    @api.model
    def _find_references(self, table):
        model = self._get_model(table)
        found = self._get_key_references(table)
        if model:
            found += [
                *self._get_pair_references(model),
                *self._get_text_references(),
                *self._get_company_references(model),
                *self._get_property_references(model),
                *self._get_extra_references(model),
            ]
        found = [each for each in found if each.table not in UNTOUCHED_TABLES]
        return list(dict.fromkeys(found))

    @api.model
    def _get_extra_references(self, model):
        """Return places that Odoo's fields do not tell of; extend it.

        :param str model: of the records that are named there
        :rtype: list[Reference]
        """
        return []

    @api.model
    def _get_model(self, table):
        """Return the name of the model that a table belongs to, if any."""
        names = [
            name
            for name, model in self.env.registry.items()
            if model._table == table and model._auto and not model._abstract
        ]
        return names[0] if names else None

    @api.model
    def _get_key_references(self, table):
        rows = self.env.execute_query(
            SQL(
                """SELECT source.relname, attribute.attname
                     FROM pg_constraint AS link
                     JOIN pg_class AS source ON source.oid = link.conrelid AND source.relkind = 'r'
                     JOIN pg_attribute AS attribute ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
                    WHERE link.contype = 'f' AND array_length(link.conkey, 1) = 1
                      AND link.confrelid = %s::regclass
                 ORDER BY source.relname, attribute.attname""",
                table,
            )
        )
        return [Reference(source, column, "key", None) for source, column in rows]

    @api.model
    def _get_pair_references(self, model):
        """Return numbers that stand beside the name of a model."""
        found = []
        for owner in self._get_owners():
            for field in owner._fields.values():
                if field.type != "many2one_reference" or not (field.store and field.column_type):
                    continue
                names = owner._fields.get(field.model_field)
                if names is not None and names.store and names.column_type:
                    found.append((owner._table, field.name, names))
        for name, column, model_column in PLAIN_PAIRS:
            if name in self.env:
                owner = self.env[name]
                found.append((owner._table, column, owner._fields[model_column]))
        model_id = self.env["ir.model"]._get_id(model)
        return [
            Reference(
                table,
                column,
                "pair",
                (names.name, model_id if names.type == "many2one" else model),
            )
            for table, column, names in found
        ]

    @api.model
    def _get_owners(self):
        return [
            model
            for model in map(self.env.__getitem__, self.env.registry)
            if model._auto and not model._abstract and model._table_query is None
        ]

    @api.model
    def _get_text_references(self):
        return [
            Reference(owner._table, field.name, "text", None)
            for owner in self._get_owners()
            for field in owner._fields.values()
            if field.type == "reference" and field.store and field.column_type
        ]

    @api.model
    def _get_company_references(self, model):
        return [
            Reference(self.env[field.model_name]._table, field.name, "company", None)
            for field in self.env.registry.many2one_company_dependents[model]
            if not self.env[field.model_name]._abstract and self.env[field.model_name]._auto
        ]

    @api.model
    def _get_property_references(self, model):
        """Return the columns of properties, each with the names of those that hold records of a model."""
        found = []
        for owner in self._get_owners():
            for field in owner._fields.values():
                if field.type != "properties" or not field.store:
                    continue
                if names := self._get_property_names(owner, field, model):
                    found.append(Reference(owner._table, field.name, "property", names))
        return found

    @api.model
    def _get_property_names(self, owner, field, model):
        container = self.env[owner._fields[field.definition_record].comodel_name]
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT property->>'name'
                     FROM %(table)s, jsonb_array_elements(%(column)s) AS property
                    WHERE jsonb_typeof(%(column)s) = 'array' AND property->>'comodel' = %(model)s""",
                table=SQL.identifier(container._table),
                column=SQL.identifier(field.definition_record_field),
                model=model,
            )
        )
        return tuple(sorted(name for (name,) in rows))
