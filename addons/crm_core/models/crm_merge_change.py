# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class CrmMergeChange(models.Model):
    """One thing that a merge did in the database: what undoing it works from. Written by the merge alone, in bulk.

    ``cell``  one column of one row: what it held, what it holds
    ``row``   a row that went, with all its columns
    ``link``  a row of a table without numbers (many2many): as it was, as it is; without the latter it went
    ``made``  a row that came into being
    """

    _name = "crm.merge.change"
    _description = "Change by a Merge"
    _order = "id"
    _rec_name = "table_name"
    _log_access = False

    merge_id = fields.Many2one(
        "crm.merge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("cell", "Changed"), ("row", "Removed"), ("link", "Link changed"), ("made", "Created")],
        required=True,
        readonly=True,
    )
    table_name = fields.Char("Table", required=True, readonly=True)
    res_id = fields.Integer("Row", readonly=True, aggregator=None)
    column_name = fields.Char("Column", readonly=True)
    old_value = fields.Json("Before", readonly=True)
    new_value = fields.Json("After", readonly=True)

    @api.model
    def _log(self, merge, kind, table, rows):
        """Return the statement that logs what a query finds.

        :param str kind: see the class
        :param str table: whose rows they are
        :param SQL rows: selects ``res_id, column_name, old_value, new_value``
        :rtype: SQL
        """
        return SQL(
            """INSERT INTO crm_merge_change (merge_id, kind, table_name, res_id, column_name, old_value, new_value)
               SELECT %s, %s, %s, logged.* FROM (%s) AS logged (res_id, column_name, old_value, new_value)""",
            merge.id,
            kind,
            table,
            rows,
        )
