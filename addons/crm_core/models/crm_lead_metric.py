# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmLead(models.Model):
    """The company's currency of a deal can be read in queries that reach the deal from another record."""

    _inherit = "crm.lead"

    def _field_to_sql(self, alias, field_expr, query=None):
        """Read it from the deal that the alias stands for; Odoo means the query's own deals whatever it is asked."""
        if field_expr != "company_currency" or alias == self._table:
            return super()._field_to_sql(alias, field_expr, query)
        company = self._field_to_sql(alias, "company_id", query)
        joined = query.make_alias(alias, "company_id")
        query.add_join(
            "LEFT JOIN",
            joined,
            "res_company",
            SQL("%s = %s", company, SQL.identifier(joined, "id")),
        )
        currency = self.env["res.company"]._field_to_sql(joined, "currency_id", query)
        return SQL("COALESCE(%s, %s)", currency, self.env.company.currency_id.id)
