# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmDispatch(models.Model):
    """What may keep a message from WhatsApp alone."""

    _inherit = "crm.dispatch"

    reason = fields.Selection(
        selection_add=[
            ("template_rejected", "The template may not be used"),
            ("file", "The file cannot be sent"),
        ],
        ondelete={"template_rejected": "set null", "file": "set null"},
    )
