# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLeadOutcome(models.Model):
    """Which deals made customers."""

    _inherit = "crm.lead.outcome"

    is_first_win = fields.Boolean(
        "First Deal of the Customer",
        compute="_compute_is_first_win",
        search="_search_is_first_win",
        help="The first deal won with this customer that was not reopened since.",
    )

    @api.model
    def _get_unconverted_domain(self, field_name, currencies=None):
        """Say which closings no rate was known for."""
        domain = super()._get_unconverted_domain(field_name, currencies)
        if field_name != "expected_revenue":
            return domain
        if currencies:
            domain |= Domain("lead_id.company_id.currency_id", "in", currencies.ids)
        return domain | Domain("is_rate_missing", "=", True)

    def _compute_is_first_win(self):
        first = self.search([("id", "in", self.ids), ("is_first_win", "=", True)])
        for outcome in self:
            outcome.is_first_win = outcome in first

    def _search_is_first_win(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.flush_model(["lead_id", "result", "closed_at", "reopened_at"])
        self.env["crm.lead"].flush_model(["partner_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        first = SQL("""(
            SELECT DISTINCT ON (partner.commercial_partner_id) outcome.id
              FROM crm_lead_outcome outcome
              JOIN crm_lead lead ON lead.id = outcome.lead_id
              JOIN res_partner partner ON partner.id = lead.partner_id
             WHERE outcome.result = 'won' AND outcome.reopened_at IS NULL
             ORDER BY partner.commercial_partner_id, outcome.closed_at, outcome.id
        )""")
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("%s IN %s", SQL.identifier(alias, "id"), first)
        )
