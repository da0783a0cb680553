# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketStage(models.Model):
    """Where a ticket stands; of one team, of several, or of all."""

    _name = "crm.ticket.stage"
    _description = "Ticket Stage"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(
        "Closed", help="Tickets in this stage are settled. On the board the stage is folded."
    )
    is_waiting = fields.Boolean(
        "Waits for Somebody Else",
        help="The customer or a supplier has to do something: the time does not count against the team.",
    )
    team_ids = fields.Many2many(
        "crm.ticket.team",
        string="Teams",
        help="Teams that use this stage. Without any, all of them do.",
    )
    description = fields.Text(translate=True)
    template_id = fields.Many2one(
        "mail.template",
        string="E-mail to the Customer",
        index="btree_not_null",
        domain="[('model', '=', 'crm.ticket')]",
        help="Sent to the customer when a ticket comes into this stage.",
    )
