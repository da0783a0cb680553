# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLeadOutcome(models.Model):
    """One closing of a deal, won or lost. A deal that is reopened and closed again has several: its history stays."""

    _name = "crm.lead.outcome"
    _description = "Deal Outcome"
    _order = "closed_at desc, id desc"
    _rec_name = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", string="Deal", required=True, index=True, ondelete="cascade"
    )
    # not stored: every change of a deal would look for its outcomes
    company_id = fields.Many2one(related="lead_id.company_id")
    result = fields.Selection([("won", "Won"), ("lost", "Lost")], required=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", ondelete="restrict", index="btree_not_null")
    won_reason_id = fields.Many2one("crm.won.reason", ondelete="restrict", index="btree_not_null")
    lost_to_id = fields.Many2one("crm.competitor", compute="_compute_lost_to_id")
    stage_id = fields.Many2one("crm.stage", string="Stage Reached", ondelete="set null")
    user_id = fields.Many2one("res.users", string="Closed By", default=lambda self: self.env.user)
    closed_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reopened_at = fields.Datetime(readonly=True)
    expected_revenue = fields.Monetary(currency_field="company_currency_id")
    company_currency_id = fields.Many2one(related="lead_id.company_currency")
    is_rate_missing = fields.Boolean(
        "Rate Missing",
        readonly=True,
        help="No exchange rate was known for the deal's currency: what it was worth is not counted.",
    )

    _open_once = models.UniqueIndex(
        "(lead_id) WHERE reopened_at IS NULL", "A deal has one outcome at a time."
    )

    @api.depends("result", "reopened_at", "lead_id.lost_to_id")
    def _compute_lost_to_id(self):
        for outcome in self:
            is_present = outcome.result == "lost" and not outcome.reopened_at
            outcome.lost_to_id = is_present and outcome.lead_id.lost_to_id

    def _follow_conversion(self):
        """Take over what the deals are worth, of closings for which no rate was known; note that none is known yet."""
        for outcome in self:
            lead = outcome.lead_id
            if not lead._is_unconverted():
                outcome.write({"expected_revenue": lead.expected_revenue, "is_rate_missing": False})
            elif not outcome.is_rate_missing:
                outcome.is_rate_missing = True
