# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .crm_ticket_team_portal import SCOPES


class ResPartner(models.Model):
    """Who of a customer sees the tickets of the others."""

    _inherit = "res.partner"

    ticket_scope = fields.Selection(
        SCOPES,
        string="Who Sees a Ticket",
        help="On the portal, besides who follows the ticket. Without a choice it is as the team has it.",
    )
