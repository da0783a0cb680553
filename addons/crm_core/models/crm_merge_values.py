# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class CrmMerge(models.Model):
    """What becomes of values that are no references: values by company, pictures, tags that were chosen; and what moved."""

    _inherit = "crm.merge"

    def _fill_company_values(self, master, others):
        """Let the record that stays take over values by company that it has none of, the newest record's first."""
        for field in master._fields.values():
            if not (field.company_dependent and field.store):
                continue
            name = SQL.identifier(field.name)
            self._change_cells(
                master._table,
                field.name,
                SQL(
                    """SELECT target.id, filled.value FROM %(table)s AS target, LATERAL (
                           SELECT (SELECT jsonb_object_agg(entry.key, entry.value ORDER BY other.id)
                                     FROM %(table)s AS other, jsonb_each(other.%(name)s) AS entry
                                    WHERE other.id = ANY(%(others)s)) || COALESCE(target.%(name)s, '{}') AS value) AS filled
                        WHERE target.id = %(master)s AND filled.value IS DISTINCT FROM target.%(name)s AND filled.value IS NOT NULL""",
                    table=SQL.identifier(master._table),
                    name=name,
                    others=others.ids,
                    master=master.id,
                ),
            )

    def _keep_images(self, master, others, pick=None):
        """Keep pictures that the record that stays has already on the log, so that each record has one.

        :param int pick: the id of the record whose pictures are wanted
        """
        chosen = pick or self.env.context.get("crm_merge_image_id") or master.id
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM (
                       SELECT id, row_number() OVER (
                              PARTITION BY res_field ORDER BY res_id = %s DESC, res_id = %s DESC, res_id) AS place
                         FROM ir_attachment WHERE res_model = %s AND res_id = ANY(%s) AND res_field IS NOT NULL) AS image
                    WHERE place > 1""",
                chosen,
                master.id,
                master._name,
                (master | others).ids,
            )
        )
        if ids := [attachment for (attachment,) in rows]:
            self._set_cells("ir_attachment", "res_model", self._name, ids)
            self._set_cells("ir_attachment", "res_id", self.id, ids)
            self._set_cells("ir_attachment", "res_field", None, ids)

    def _leave_passive_followers(self, others):
        """Keep on the log who followed without having written in the last thirty days: Odoo's own merge leaves them behind."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM mail_followers AS follower
                    WHERE res_model = %s AND res_id = ANY(%s) AND NOT EXISTS (
                          SELECT FROM mail_message AS message
                           WHERE message.model = follower.res_model AND message.res_id = follower.res_id
                             AND message.author_id = follower.partner_id AND message.date > %s)""",
                others._name,
                others.ids,
                fields.Datetime.subtract(fields.Datetime.now(), days=30),
            )
        )
        if ids := [follower for (follower,) in rows]:
            self._set_cells("mail_followers", "res_model", self._name, ids)

    def _note_imports(self, others):
        """Take from imports the right to delete, or set back, records that are part of others now."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_import_entry
                    WHERE model = %s AND res_id = ANY(%s) AND action IN ('created', 'updated')""",
                others._name,
                others.ids,
            )
        )
        if ids := [entry for (entry,) in rows]:
            self._set_cells("crm_import_entry", "action", "matched", ids)

    def _pick_links(self, master, others, picks):
        """Remove links that nobody wants on the record that stays.

        :param dict picks: ``{many2many field: ids that it has then}``
        """
        for name, wanted in picks.items():
            field = master._fields[name]
            self.env.cr.execute(
                SQL(
                    """WITH old AS (DELETE FROM %(table)s AS target WHERE %(record)s = ANY(%(records)s) AND %(link)s != ALL(%(wanted)s)
                              RETURNING to_jsonb(target) AS before)
                       %(log)s""",
                    table=SQL.identifier(field.relation),
                    record=SQL.identifier(field.column1),
                    records=(master | others).ids,
                    link=SQL.identifier(field.column2),
                    wanted=list(wanted),
                    log=self.env["crm.merge.change"]._log(
                        self,
                        "link",
                        field.relation,
                        SQL("SELECT NULL::integer, NULL, before, NULL::jsonb FROM old"),
                    ),
                )
            )

    def _get_summary(self):
        """Return what moved, one line a kind of record."""
        rows = self.env.execute_query(
            SQL(
                """SELECT table_name, count(DISTINCT res_id) FROM crm_merge_change
                    WHERE merge_id = %s AND kind = 'cell' AND old_value IS NOT NULL
                      AND column_name NOT IN ('write_date', 'write_uid')
                 GROUP BY table_name ORDER BY 2 DESC, 1""",
                self.id,
            )
        )
        return self._get_labels_of_tables([row for row in rows if row[0] != self._get_own_table()])

    @api.model
    def _count_uses(self, records):
        """Return in how many rows of which tables records are named: what a merge would move.

        :rtype: list[tuple[str, int]]
        """
        counts = {}
        here = self.with_context(crm_merge_swallowed=records._name)
        for reference in self.env["crm.merge.reference"]._get_references(records._table):
            if reference.kind not in ("key", "pair") or reference.table == records._table:
                continue
            [(count,)] = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s AS target, %s WHERE %s",
                    SQL.identifier(reference.table),
                    self._get_map(dict.fromkeys(records.ids, 0)),
                    here._get_condition(reference),
                )
            )
            if count:
                counts[reference.table] = max(count, counts.get(reference.table, 0))
        return sorted(counts.items(), key=lambda item: -item[1])

    def _get_own_table(self):
        return self.env[self.res_model]._table

    def _get_labels_of_tables(self, counts):
        """Return lines like ``12 × Message`` for tables of models that people know."""
        lines = []
        for table, count in counts:
            model = self.env["crm.merge.reference"]._get_model(table)
            if model and not self.env[model]._transient:
                # sudo: ir.model - names of models are no secret
                label = self.env["ir.model"].sudo()._get(model).name
                lines.append(f"{count} × {label}")
        return "\n".join(lines)
