# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CrmMerge(models.Model):
    """Undo: rows come back under their numbers, cells get what they held, what the merge made goes.

    A cell that holds anything but what the merge put there was changed by somebody since, and stays; so does whatever came
    after the merge: it belongs to the record that was kept. The latest merge of a record is undone first.
    """

    _inherit = "crm.merge"

    can_undo = fields.Boolean(compute="_compute_can_undo")

    def _compute_can_undo(self):
        is_allowed = self.env.user.has_group("sales_team.group_sale_manager")
        for merge in self:
            merge.can_undo = is_allowed and merge.state == "done"

    def action_undo(self):
        """Take the merge back, and open the log with what stayed as it is."""
        self.ensure_one()
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(self.env._("Merges are undone by sales managers."))
        self.check_access("read")
        self._undo()
        return self.get_formview_action()

    def action_preview_undo(self):
        """Open the question whether to undo, with what the undo would leave."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo the Merge"),
            "res_model": "crm.merge.undo",
            "view_mode": "form",
            "target": "new",
            "context": {"default_merge_id": self.id},
        }

    def _undo(self):
        """Put everything back as it was, but what was changed since.

        :raises UserError: where it cannot be undone
        """
        # sudo: crm.merge - the log is written by merges alone; who may undo was asked
        merge = self.sudo()
        merge.lock_for_update()
        merge._check_undoable()
        self.env.flush_all()
        note = "\n".join(filter(None, (merge._get_undo_note(), merge._settle_missing())))
        merge._put_back()
        merge.write(
            {
                "state": "undone",
                "undo_user_id": self.env.uid,
                "undo_date": fields.Datetime.now(),
                "undo_note": note,
            }
        )
        merge.env[merge.res_model].browse(merge.res_id)._message_log(
            body=self.env._(
                "The merge was undone; these are records of their own again: %s",
                ", ".join(merge.record_ids.mapped("name")),
            )
        )

    def _put_back(self):
        self._restore_rows()
        self._restore_links()
        self._restore_cells()
        self._remove_made()
        # deals that go back may have been won meanwhile
        self.env.ref("crm_core.ir_cron_crm_lifecycle")._trigger()
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def _check_undoable(self):
        if self.state != "done":
            raise UserError(self.env._("This merge was undone already."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        later = self.search(
            [
                ("id", ">", self.id),
                ("state", "=", "done"),
                ("res_model", "=", self.res_model),
                "|",
                ("res_id", "=", self.res_id),
                ("record_ids.res_id", "=", self.res_id),
            ],
            order="id desc",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "This record was merged again on %(date)s. Undo that merge first: “%(name)s”.",
                    date=fields.Date.to_string(later.date),
                    name=later.name,
                )
            )
        if not record:
            raise UserError(
                self.env._(
                    "The record that was kept does not exist any more: there is nothing to undo."
                )
            )
        record.lock_for_update()

    # -- The four kinds of changes ---

    def _restore_rows(self):
        """Insert the rows that went: those of the merged records first, then those that went first; the others name them."""
        for table in self._get_tables("row"):
            columns = self._get_columns(table)
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %(table)s (%(names)s)
                       SELECT %(gone)s FROM (SELECT * FROM crm_merge_change
                               WHERE merge_id = %(merge)s AND kind = 'row' AND table_name = %(name)s
                                 AND old_value IS NOT NULL ORDER BY id) AS kept,
                              LATERAL jsonb_populate_record(NULL::%(table)s, kept.old_value) AS gone
                       ON CONFLICT DO NOTHING""",
                    table=SQL.identifier(table),
                    names=SQL(", ").join(map(SQL.identifier, columns)),
                    gone=SQL(", ").join(SQL.identifier("gone", name) for name in columns),
                    merge=self.id,
                    name=table,
                )
            )

    def _restore_links(self):
        for table in self._get_tables("link"):
            self.env.cr.execute(
                SQL(
                    """DELETE FROM %s AS target USING crm_merge_change AS change
                        WHERE change.merge_id = %s AND change.kind = 'link' AND change.table_name = %s
                          AND change.new_value = to_jsonb(target)""",
                    SQL.identifier(table),
                    self.id,
                    table,
                )
            )
            self.env.cr.execute(
                SQL(
                    """INSERT INTO %(table)s SELECT gone.* FROM crm_merge_change AS change,
                              LATERAL jsonb_populate_record(NULL::%(table)s, change.old_value) AS gone
                        WHERE change.merge_id = %(merge)s AND change.kind = 'link' AND change.table_name = %(name)s
                          AND change.old_value IS NOT NULL
                       ON CONFLICT DO NOTHING""",
                    table=SQL.identifier(table),
                    merge=self.id,
                    name=table,
                )
            )

    def _restore_cells(self):
        """Give cells back what they held, where they hold what the merge put there."""
        for table in self._get_tables("cell"):
            columns = sorted(
                name
                for (name,) in self.env.execute_query(
                    SQL(
                        "SELECT DISTINCT column_name FROM crm_merge_change WHERE merge_id = %s AND kind = 'cell' AND table_name = %s",
                        self.id,
                        table,
                    )
                )
                if name in self._get_columns(table)
            )
            self.env.cr.execute(
                SQL(
                    """UPDATE %(table)s AS target SET %(assignments)s
                         FROM (SELECT before.*
                                 FROM (SELECT id, jsonb_object_agg(column_name, old_value) AS cells FROM (%(cells)s) AS cell
                                        WHERE is_as_left GROUP BY id) AS kept
                                 JOIN %(table)s AS target USING (id),
                              LATERAL jsonb_populate_record(target, kept.cells) AS before) AS before
                        WHERE target.id = before.id""",
                    table=SQL.identifier(table),
                    assignments=SQL(", ").join(
                        SQL("%s = %s", SQL.identifier(name), SQL.identifier("before", name))
                        for name in columns
                    ),
                    cells=self._get_cells(table),
                )
            )

    def _get_cells(self, table):
        """Return the query for the cells of a table that changed: what each held first, and whether it is as the merge left it."""
        return SQL(
            """SELECT target.id, cell.column_name, cell.old_value,
                      NULLIF(to_jsonb(target)->cell.column_name, 'null') IS NOT DISTINCT FROM NULLIF(cell.new_value, 'null') AS is_as_left
                 FROM (SELECT DISTINCT ON (res_id, column_name) res_id, column_name,
                              first_value(old_value) OVER first_to_last AS old_value, last_value(new_value) OVER first_to_last AS new_value
                         FROM crm_merge_change AS change
                        WHERE merge_id = %(merge)s AND kind = 'cell' AND table_name = %(name)s AND NOT EXISTS (
                              SELECT FROM crm_merge_change AS gone WHERE gone.merge_id = %(merge)s AND gone.kind = 'row'
                                 AND gone.table_name = %(name)s AND gone.res_id = change.res_id AND gone.id < change.id)
                       WINDOW first_to_last AS (PARTITION BY res_id, column_name ORDER BY id
                                                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS cell
                 JOIN %(table)s AS target ON target.id = cell.res_id""",
            merge=self.id,
            name=table,
            table=SQL.identifier(table),
        )

    def _remove_made(self):
        """Delete what the merge itself made."""
        for table in self._get_tables("made"):
            self.env.cr.execute(
                SQL(
                    """DELETE FROM %s WHERE id IN (
                           SELECT res_id FROM crm_merge_change WHERE merge_id = %s AND kind = 'made' AND table_name = %s)""",
                    SQL.identifier(table),
                    self.id,
                    table,
                )
            )

    def _get_tables(self, kind):
        """Return the tables that the merge changed in one way, its records' own first, then in the order in which it did.

        Tables that are gone are left out.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT table_name FROM crm_merge_change
                    WHERE merge_id = %s AND kind = %s AND to_regclass(quote_ident(table_name)) IS NOT NULL
                 GROUP BY table_name ORDER BY table_name = %s DESC, min(id)""",
                self.id,
                kind,
                self._get_own_table(),
            )
        )
        return [table for (table,) in rows]

    # -- What stays ---

    def _get_undo_note(self):
        """Return what an undo leaves as it is because somebody changed it since, one line a value; empty where nothing.

        :rtype: str
        """
        lines = []
        for table in self._get_tables("cell"):
            rows = self.env.execute_query(
                SQL(
                    """SELECT column_name, count(*), min(id) FROM (%s) AS cell
                        WHERE NOT is_as_left AND column_name NOT IN ('write_date', 'write_uid') GROUP BY 1 ORDER BY 1""",
                    self._get_cells(table),
                )
            )
            lines += [self._get_kept_line(table, *row) for row in rows]
        return "\n".join(lines)

    def _get_kept_line(self, table, column, count, res_id):
        model = self.env["crm.merge.reference"]._get_model(table)
        field = self.env[model]._fields.get(column) if model else None
        label = field.get_description(self.env, ["string"])["string"] if field else column
        if model and count == 1:
            # sudo: any model - the name of what a merge touched, for managers
            name = self.env[model].sudo().browse(res_id).display_name
            return self.env._("%(field)s of %(name)s: changed since, stays", field=label, name=name)
        return self.env._(
            "%(field)s of %(count)s records (%(model)s): changed since, stays",
            field=label,
            count=count,
            model=self.env["ir.model"]._get(model).name if model else table,
        )
