# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmScoreLimit(models.Model):
    """A warm lead can be enrolled in a cadence."""

    _inherit = "crm.score.limit"

    cadence_id = fields.Many2one(
        "crm.cadence", "Enrol in Cadence", ondelete="set null", index="btree_not_null"
    )
