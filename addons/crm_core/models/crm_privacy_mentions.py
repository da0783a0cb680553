# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.privacy.mentions import STRUCK_OUT

#: rows of a table that are looked through between two commits
SPAN = 20_000


class CrmPrivacy(models.AbstractModel):
    """Texts that name a person in passing: the mention is struck out, the rest stays."""

    _inherit = "crm.privacy"

    @api.model
    def _strike_out(self, declaration, keys, cursor):
        """Strike out the mentions of a person in the next rows of a table.

        :param int cursor: the last row that was looked through
        :return: the number of rows changed, and the last row looked through, or ``None`` at the end
        :rtype: tuple[int, int | None]
        """
        model, mentions = self.env[declaration.model], self._get_mentions(keys)
        names = [name for name in declaration.mentions if name in model._fields]
        last = self._get_last_id(model)
        if not (mentions.terms and names) or cursor >= last:
            return 0, None
        self.env.flush_all()
        until = min(cursor + SPAN, last)
        changed = 0
        for name in names:
            changed += self._strike_out_column(model, name, mentions, (cursor, until))
        self.env.invalidate_all()
        return changed, until if until < last else None

    @api.model
    def _get_last_id(self, model):
        ((last,),) = self.env.execute_query(
            SQL("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(model._table))
        )
        return last

    @api.model
    def _strike_out_column(self, model, name, mentions, span):
        """Strike out the mentions in one column of a span of rows.

        :return: the number of rows changed
        :rtype: int
        """
        column = SQL.identifier(name)
        kind = model._fields[name].column_type[0]
        struck = SQL("regexp_replace(%s::text, %s, %s, 'gi')", column, mentions.regex, STRUCK_OUT)
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id > %s AND id <= %s AND %s::text ILIKE ANY(%s) AND %s::text ~* %s",
                SQL.identifier(model._table),
                column,
                SQL("%s::jsonb", struck) if kind == "jsonb" else struck,
                *span,
                column,
                mentions.likes,
                column,
                mentions.regex,
            )
        )
        return self.env.cr.rowcount
