# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmMerge(models.Model):
    """What merging contacts has to see to besides."""

    _inherit = "crm.merge"

    def _after_move(self, master, others):
        """Let documents of a person who turns out to be of a company be the company's, as those that are made now."""
        if master._name == "res.partner" and master.commercial_partner_id != master:
            company = master.commercial_partner_id.id
            for owner in self.env["crm.merge.reference"]._get_owners():
                field = owner._fields.get("commercial_partner_id")
                if field and field.store and owner._name != "res.partner":
                    self._hand_over(owner._table, field.name, master.id, company)
            if "account.move.line" in self.env:
                self._hand_over("account_move_line", "partner_id", master.id, company)
        return super()._after_move(master, others)

    def _hand_over(self, table, column, source, goal):
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                source,
            )
        )
        if rows:
            self._set_cells(table, column, goal, [number for (number,) in rows])
