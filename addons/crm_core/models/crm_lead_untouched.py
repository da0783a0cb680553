# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLead(models.Model):
    """Deals in whose history nothing has happened for some days."""

    _inherit = "crm.lead"

    is_untouched = fields.Boolean(
        compute="_compute_is_untouched",
        search="_search_is_untouched",
        help="Nobody wrote, called, moved or planned anything on it for the days that the settings say.",
    )

    @api.depends_context("company")
    def _compute_is_untouched(self):
        untouched = self.search([("id", "in", self.ids), ("is_untouched", "=", True)])
        for lead in self:
            lead.is_untouched = lead._origin in untouched

    def _search_is_untouched(self, operator, value):
        if operator != "in":
            return NotImplemented
        days = max(self.env.company.crm_untouched_days, 1)
        since = fields.Datetime.now() - timedelta(days=days)
        return Domain("create_date", "<", since) & Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "NOT EXISTS (SELECT FROM mail_message message WHERE message.model = 'crm.lead'"
                " AND message.res_id = %s AND message.date >= %s)",
                SQL.identifier(alias, "id"),
                since,
                to_flush=self.env["mail.message"]._fields["date"],
            )
        )
