# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketStage(models.Model):
    """Whether the customer is asked after a ticket was closed in this stage."""

    _inherit = "crm.ticket.stage"

    is_surveyed = fields.Boolean(
        "Ask for Satisfaction",
        default=True,
        help="Customers are asked after tickets were closed in this stage, where the team asks them. Not in a stage for spam "
        "and what was cancelled.",
    )
