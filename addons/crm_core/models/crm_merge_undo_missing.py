# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmMerge(models.Model):
    """What the log names and nobody can come back to: records that were deleted, or merged into others, since the merge.

    A deleted one is left out, where a merge took it the one that it became part of stands in.
    """

    _inherit = "crm.merge"

    def _settle_missing(self):
        """Take out of the log what it names and what is not there any more.

        :return: a sentence for the undo's note, empty where nothing is missing
        :rtype: str
        """
        count = 0
        for kind in ("row", "link", "cell"):
            for table in self._get_tables(kind):
                for column, target, is_required in self._get_foreign_keys(table):
                    count += self._settle_missing_in(kind, table, column, target, is_required)
        if not count:
            return ""
        return self.env._(
            "%s values named what was deleted or merged since the merge: left out", count
        )

    def _get_foreign_keys(self, table):
        """Return the columns of a table that name rows: the column, the table it names, whether it may not be empty."""
        return self.env.execute_query(
            SQL(
                """SELECT attribute.attname, target.relname, attribute.attnotnull
                     FROM pg_constraint AS link
                     JOIN pg_class AS target ON target.oid = link.confrelid
                     JOIN pg_attribute AS attribute ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
                    WHERE link.contype = 'f' AND array_length(link.conkey, 1) = 1 AND link.conrelid = %s::regclass""",
                table,
            )
        )

    def _settle_missing_in(self, kind, table, column, target, is_required):
        """Settle one column; return how many values were missing."""
        missing = self._find_missing(kind, table, column, target)
        model = self.env["crm.merge.reference"]._get_model(target)
        records = self.env["crm.merge.record"]
        heirs = {
            res_id: records._get_successor(model, res_id).id if model else None
            for res_id in {res_id for _change, res_id in missing}
        }
        for change, res_id in missing:
            self._settle_change(change, kind, column, heirs[res_id] or None, is_required)
        return len(missing)

    def _find_missing(self, kind, table, column, target):
        """Return the changes that name what is not there, nor comes back with this undo, each with the number it names."""
        value = SQL("change.old_value")
        if kind != "cell":
            value = SQL("change.old_value->%s", column)
        number = SQL("((%s)#>>'{}')::integer", value)
        return self.env.execute_query(
            SQL(
                """SELECT id, %(number)s FROM crm_merge_change AS change
                    WHERE merge_id = %(merge)s AND kind = %(kind)s AND table_name = %(table)s
                      AND (kind != 'cell' OR column_name = %(column)s) AND jsonb_typeof(%(value)s) = 'number'
                      AND NOT EXISTS (SELECT FROM %(target)s AS named WHERE named.id = %(number)s)
                      AND NOT EXISTS (SELECT FROM crm_merge_change AS gone
                                       WHERE gone.merge_id = change.merge_id AND gone.kind = 'row' AND gone.table_name = %(name)s
                                         AND gone.old_value IS NOT NULL AND gone.res_id = %(number)s)""",
                number=number,
                merge=self.id,
                kind=kind,
                table=table,
                column=column,
                value=value,
                target=SQL.identifier(target),
                name=target,
            )
        )

    def _settle_change(self, change, kind, column, heir, is_required):
        if kind == "cell":
            value = SQL("%s::jsonb", None if heir is None else str(heir))
            if heir is None and is_required:
                value = SQL("new_value")  # it stays where it is
        elif heir is None and is_required:
            value = SQL("NULL")  # the row stays away
        else:
            new = "null" if heir is None else str(heir)
            value = SQL("jsonb_set(old_value, %s, %s::jsonb)", [column], new)
        self.env.cr.execute(
            SQL("UPDATE crm_merge_change SET old_value = %s WHERE id = %s", value, change)
        )
