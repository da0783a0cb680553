# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmRetentionLog(models.Model):
    """What a retention rule did in one step."""

    _name = "crm.retention.log"
    _description = "Work of a Retention Rule"
    _order = "id desc"
    _rec_name = "rule_id"

    rule_id = fields.Many2one(
        "crm.retention.rule", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    record_count = fields.Integer("Records", readonly=True)
    error_count = fields.Integer("Left", readonly=True)
    error = fields.Text("Why They Were Left", readonly=True)
