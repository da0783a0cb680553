# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketStage(models.Model):
    """What customers read where a ticket stands."""

    _inherit = "crm.ticket.stage"

    public_name = fields.Char(
        "Name for Customers",
        translate=True,
        help="What customers read on the portal. Without one, the name of the stage.",
    )

    def _get_public_name(self):
        return self.public_name or self.name
