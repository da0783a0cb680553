# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

GRADE_SELECTION = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")]


class CrmLeadScore(models.Model):
    """The points of a lead, written by sets only; people read them on the lead."""

    _name = "crm.lead.score"
    _description = "Score of a Lead"
    _log_access = False
    _rec_name = "lead_id"

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    points = fields.Integer(required=True, readonly=True)
    grade = fields.Selection(GRADE_SELECTION, required=True, readonly=True)
    changed_at = fields.Datetime("Changed On", required=True, readonly=True)

    _lead_unique = models.Constraint("UNIQUE(lead_id)", "A lead has one score.")
