# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTicketTeam(models.Model):
    """Who hears of the tickets that come in."""

    _inherit = "crm.ticket.team"

    new_ticket_user_ids = fields.Many2many(
        "res.users",
        "crm_ticket_team_new_ticket_user_rel",
        "team_id",
        "user_id",
        string="Told of New Tickets",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        groups="base.group_user",
        help="They hear at once of each ticket that comes in and has nobody yet, by e-mail or in Odoo as they set it themselves.",
    )
    # so that a ticket of a team that named nobody asks the database nothing
    has_new_ticket_users = fields.Boolean(
        compute="_compute_has_new_ticket_users", store=True, groups="base.group_user"
    )

    @api.depends("new_ticket_user_ids")
    def _compute_has_new_ticket_users(self):
        for team in self:
            team.has_new_ticket_users = bool(team.new_ticket_user_ids)
