# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from psycopg2.extras import Json

from odoo import models
from odoo.tools import SQL


class CrmMerge(models.Model):
    """The moving: set-based SQL, one statement a place, that logs what it changes.

    Where two rows would then be one (two followers, the same tag twice, the same bank account), the one of the record that
    stays remains; what names the other is moved to it in turn, and the row is kept in the log.
    """

    _inherit = "crm.merge"

    def _swallow(self, table, mapping, *, delete=True):
        """Let rows of a table become part of others of the same table.

        :param dict mapping: ``{id that goes: id that stays}``
        """
        self._keep_rows(table, list(mapping))
        model = self.env["crm.merge.reference"]._get_model(table)
        here = self.with_context(crm_merge_swallowed=model or "")
        references = self.env["crm.merge.reference"]._get_references(table)
        for reference in here._get_used(references, mapping):
            here._repoint(reference, table, mapping)
        if delete:
            self._delete_rows(table, list(mapping))

    def _keep_rows(self, table, ids):
        """Log rows as they are, all their columns."""
        self.env.cr.execute(
            self.env["crm.merge.change"]._log(
                self,
                "row",
                table,
                SQL(
                    "SELECT id, NULL, to_jsonb(kept), NULL::jsonb FROM %s AS kept WHERE id = ANY(%s) ORDER BY id",
                    SQL.identifier(table),
                    ids,
                ),
            )
        )

    def _delete_rows(self, table, ids):
        """Delete rows that nothing names any more: the database refuses where something still does."""
        self.env.cr.execute(
            SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(table), list(ids))
        )

    def _repoint(self, reference, table, mapping):
        """Let one place name the rows that stay."""
        if not self._has_id(reference.table):
            self._repoint_links(reference, mapping)
            return
        if reference.kind in ("key", "pair"):
            self._join_doubles(reference, mapping)
        own = SQL("AND target.id != ALL(%s)", list(mapping)) if reference.table == table else SQL()
        self._change_cells(
            reference.table,
            reference.column,
            SQL(
                "SELECT target.id, %s FROM %s AS target, %s WHERE %s %s",
                self._get_new_value(reference),
                SQL.identifier(reference.table),
                self._get_map(mapping),
                self._get_condition(reference),
                own,
            )
            if reference.kind in ("key", "pair", "text")
            else self._get_json_change(reference, mapping, own),
        )

    def _change_cells(self, table, column, rows):
        """Set cells of a column and log what they held.

        :param SQL rows: selects each row's id and the new value as ``jsonb``
        """
        name = SQL.identifier(column)
        self.env.cr.execute(
            SQL(
                """WITH change (id, value) AS (%(rows)s), logged AS (%(log)s)
                   UPDATE %(table)s AS target
                      SET %(name)s = (jsonb_populate_record(NULL::%(table)s, jsonb_build_object(%(column)s, change.value))).%(name)s
                     FROM change WHERE target.id = change.id""",
                rows=rows,
                log=self.env["crm.merge.change"]._log(
                    self,
                    "cell",
                    table,
                    SQL(
                        "SELECT target.id, %s, to_jsonb(target.%s), change.value FROM change JOIN %s AS target USING (id)",
                        column,
                        name,
                        SQL.identifier(table),
                    ),
                ),
                table=SQL.identifier(table),
                name=name,
                column=column,
            )
        )

    def _set_cells(self, table, column, value, ids):
        """Set a column of some rows to one value, logged: for what extends the merge."""
        self._change_cells(
            table,
            column,
            SQL(
                "SELECT id, %s::jsonb FROM %s AS target WHERE id = ANY(%s) AND to_jsonb(target.%s) IS DISTINCT FROM %s::jsonb",
                Json(value),
                SQL.identifier(table),
                list(ids),
                SQL.identifier(column),
                Json(value),
            ),
        )

    # -- Where a place names a row ---

    def _get_map(self, mapping):
        return SQL(
            "(SELECT * FROM unnest(%s::integer[], %s::integer[])) AS map (source, goal)",
            list(mapping),
            list(mapping.values()),
        )

    def _get_condition(self, reference, sources=None):
        """Return when a row of ``target`` names a source."""
        sources = sources or SQL("map.source")
        column = SQL.identifier("target", reference.column)
        if reference.kind == "key":
            return SQL("%s = %s", column, sources)
        if reference.kind == "pair":
            name, model = reference.extra
            return SQL(
                "%s = %s AND %s = %s", column, sources, SQL.identifier("target", name), model
            )
        return SQL("%s = %s || ',' || %s", column, self.env.context["crm_merge_swallowed"], sources)

    def _get_new_value(self, reference):
        if reference.kind == "text":
            return SQL("to_jsonb(%s || ',' || map.goal)", self.env.context["crm_merge_swallowed"])
        return SQL("to_jsonb(map.goal)")

    def _get_json_change(self, reference, mapping, own):
        """Return the rows whose values by company, or properties, name a source, with what these become."""
        column = SQL.identifier("target", reference.column)
        names = list(reference.extra or ())
        wanted = SQL("entry.key = ANY(%s)", names) if reference.kind == "property" else SQL("TRUE")
        goals = Json({str(source): goal for source, goal in mapping.items()})
        return SQL(
            """SELECT target.id, (
                   SELECT jsonb_object_agg(entry.key, CASE
                              WHEN NOT %(wanted)s THEN entry.value
                              WHEN jsonb_typeof(entry.value) = 'number' THEN COALESCE(%(goals)s::jsonb->(entry.value#>>'{}'), entry.value)
                              WHEN jsonb_typeof(entry.value) = 'array' THEN (
                                   SELECT COALESCE(jsonb_agg(item ORDER BY place), '[]') FROM (
                                       SELECT COALESCE(%(goals)s::jsonb->(value#>>'{}'), value) AS item, min(ordinality) AS place
                                         FROM jsonb_array_elements(entry.value) WITH ORDINALITY GROUP BY 1) AS items)
                              ELSE entry.value END)
                     FROM jsonb_each(%(column)s) AS entry)
                 FROM %(table)s AS target
                WHERE jsonb_typeof(%(column)s) = 'object' %(own)s AND EXISTS (
                      SELECT FROM jsonb_each(%(column)s) AS entry
                       WHERE %(wanted)s AND CASE jsonb_typeof(entry.value)
                             WHEN 'number' THEN %(goals)s::jsonb ? (entry.value#>>'{}')
                             WHEN 'array' THEN EXISTS (SELECT FROM jsonb_array_elements(entry.value) AS item WHERE %(goals)s::jsonb ? (item#>>'{}'))
                             ELSE FALSE END)""",
            wanted=wanted,
            goals=goals,
            column=column,
            table=SQL.identifier(reference.table),
            own=own,
        )

    def _get_used(self, references, mapping):
        """Return the places that name any of the rows at all, at the price of one look into an index each, in one query."""
        probes = {
            number: SQL(
                "SELECT %s WHERE EXISTS (SELECT FROM %s AS target, %s WHERE %s)",
                number,
                SQL.identifier(reference.table),
                self._get_map(mapping),
                self._get_condition(reference),
            )
            for number, reference in enumerate(references)
            if reference.kind not in ("company", "property")
        }
        if not probes:
            return references
        rows = self.env.execute_query(SQL(" UNION ALL ").join(probes.values()))
        unused = probes.keys() - {number for (number,) in rows}
        return [reference for number, reference in enumerate(references) if number not in unused]

    def _has_id(self, table):
        return "id" in self._get_columns(table)

    def _get_columns(self, table):
        rows = self.env.execute_query(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                table,
            )
        )
        return [name for (name,) in rows]

    # -- Two rows that become one ---

    def _join_doubles(self, reference, mapping):
        """Let rows that a unique index would not allow beside one another become one."""
        for index in self._get_unique_indexes(reference):
            doubles = dict(self.env.execute_query(self._get_doubles(reference, mapping, *index)))
            if doubles:
                self._swallow(reference.table, doubles)

    def _get_unique_indexes(self, reference):
        """Return the unique indexes that a column takes part in: their keys and their predicates, as SQL."""
        rows = self.env.execute_query(
            SQL(
                """SELECT (SELECT array_agg(pg_get_indexdef(unique_index.indexrelid, number, TRUE) ORDER BY number)
                             FROM generate_series(1, unique_index.indnkeyatts) AS number),
                          pg_get_expr(unique_index.indpred, unique_index.indrelid)
                     FROM pg_index AS unique_index
                    WHERE unique_index.indrelid = %s::regclass AND unique_index.indisunique
                      AND pg_get_indexdef(unique_index.indexrelid) ~ %s
                      AND NOT unique_index.indisprimary""",
                reference.table,
                rf"\m{reference.column}\M",
            )
        )
        # the database's own words about its own indexes
        return [
            (
                [SQL(key.replace("%", "%%")) for key in keys],
                SQL((where or "TRUE").replace("%", "%%")),
            )
            for keys, where in rows
        ]

    def _get_doubles(self, reference, mapping, keys, predicate):
        """Return the query for pairs of rows that would have the same key: the one that goes, the one that stays."""
        table = SQL.identifier(reference.table)
        column = SQL.identifier(reference.column)
        return SQL(
            """WITH moved AS (
                   SELECT target.id AS old_id, map.source IS NULL AS is_own, future.*
                     FROM %(table)s AS target LEFT JOIN %(map)s ON %(condition)s,
                  LATERAL jsonb_populate_record(target, jsonb_build_object(%(name)s, COALESCE(map.goal, target.%(column)s))) AS future
                    WHERE map.source IS NOT NULL OR (%(already)s)),
               ranked AS (
                   SELECT id, first_value(id) OVER (PARTITION BY %(keys)s ORDER BY is_own DESC, id) AS stays
                     FROM moved WHERE %(filled)s AND (%(predicate)s))
               SELECT id, stays FROM ranked WHERE id != stays""",
            table=table,
            map=self._get_map(mapping),
            condition=self._get_condition(reference),
            name=reference.column,
            column=column,
            already=self._get_condition(reference, SQL("ANY(%s)", list(set(mapping.values())))),
            keys=SQL(", ").join(keys),
            filled=SQL(" AND ").join(SQL("(%s) IS NOT NULL", key) for key in keys),
            predicate=predicate,
        )

    def _repoint_links(self, reference, mapping):
        """Move rows of a table without numbers; one that is there already goes."""
        column = SQL.identifier(reference.column)
        self.env.cr.execute(
            SQL(
                """WITH old AS (DELETE FROM %(table)s AS target USING %(map)s WHERE %(condition)s RETURNING target.*, map.goal),
                        future AS (
                            SELECT to_jsonb(old) - 'goal' AS before,
                                   jsonb_set(to_jsonb(old) - 'goal', %(path)s, to_jsonb(old.goal)) AS after FROM old),
                        fresh AS (
                            INSERT INTO %(table)s SELECT row.* FROM (SELECT DISTINCT after FROM future) AS wanted,
                                LATERAL jsonb_populate_record(NULL::%(table)s, wanted.after) AS row
                            ON CONFLICT DO NOTHING RETURNING to_jsonb(%(bare)s.*) AS after)
                   %(log)s""",
                table=SQL.identifier(reference.table),
                bare=SQL.identifier(reference.table),
                map=self._get_map(mapping),
                condition=self._get_condition(reference),
                column=column,
                path=[reference.column],
                log=self.env["crm.merge.change"]._log(
                    self,
                    "link",
                    reference.table,
                    SQL(
                        """SELECT NULL::integer, NULL, future.before, CASE WHEN fresh.after IS NOT NULL
                                  AND row_number() OVER (PARTITION BY future.after ORDER BY future.before) = 1 THEN fresh.after END
                             FROM future LEFT JOIN fresh ON fresh.after = future.after"""
                    ),
                ),
            )
        )

    @contextmanager
    def _watching(self, table, ids, columns):
        """Log what somebody else changes in some cells meanwhile."""
        before = self._read_cells(table, ids, columns)
        yield
        rows = [
            (self.id, "cell", table, res_id, name, before[res_id, name], value)
            for (res_id, name), value in self._read_cells(table, ids, columns).items()
            if before.get((res_id, name)) != value
        ]
        if rows:
            self.env.cr.execute_values(
                """INSERT INTO crm_merge_change (merge_id, kind, table_name, res_id, column_name, old_value, new_value)
                   VALUES %s""",
                rows,
                template="(%s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)",
            )

    def _read_cells(self, table, ids, columns):
        """Return what some cells hold, as the database writes it: numbers keep all their digits.

        :rtype: dict[tuple[int, str], str]
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT kept.id, cell.key, NULLIF(cell.value, 'null')::text
                     FROM (SELECT id, %s FROM %s WHERE id = ANY(%s)) AS kept, jsonb_each(to_jsonb(kept) - 'id') AS cell""",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL.identifier(table),
                list(ids),
            )
        )
        return {(res_id, name): value for res_id, name, value in rows}
