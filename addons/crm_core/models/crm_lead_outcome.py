# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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
    stage_id = fields.Many2one("crm.stage", string="Stage Reached", ondelete="set null")
    user_id = fields.Many2one("res.users", string="Closed By", default=lambda self: self.env.user)
    closed_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reopened_at = fields.Datetime(readonly=True)
    expected_revenue = fields.Monetary(currency_field="company_currency_id")
    company_currency_id = fields.Many2one(related="lead_id.company_currency")

    _open_once = models.UniqueIndex(
        "(lead_id) WHERE reopened_at IS NULL", "A deal has one outcome at a time."
    )
