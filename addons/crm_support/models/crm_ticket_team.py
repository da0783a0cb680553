# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

VISIBILITIES = [
    ("invited", "Its Members and Who Follows"),
    ("internal", "All of Support"),
    ("portal", "All of Support, and Customers on the Portal"),
]


class CrmTicketTeam(models.Model):
    """People who settle tickets together: who sees them, when they work, what they ask for."""

    _name = "crm.ticket.team"
    _description = "Support Team"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Team Lead",
        index=True,
        domain="[('share', '=', False)]",
        check_company=True,
    )
    member_ids = fields.Many2many(
        "res.users",
        "crm_ticket_team_member_rel",
        "team_id",
        "user_id",
        string="Members",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    visibility = fields.Selection(
        VISIBILITIES, string="Who Sees Its Tickets", required=True, default="portal"
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        index=True,
        check_company=True,
        help="When the team works, in the zone of these hours. Without any, those of the company.",
    )
    stage_ids = fields.Many2many("crm.ticket.stage", string="Stages")
    ticket_properties_definition = fields.PropertiesDefinition("Ticket Properties")
    ticket_ids = fields.One2many("crm.ticket", "team_id", string="Tickets")
    open_count = fields.Integer("Open Tickets", compute="_compute_counts")
    unassigned_count = fields.Integer("Unassigned Tickets", compute="_compute_counts")

    def _compute_counts(self):
        tickets = self.env["crm.ticket"]
        mine = tickets._get_open_domain() & fields.Domain("team_id", "in", self.ids)
        opened = dict(tickets._read_group(mine, ["team_id"], ["__count"]))
        waiting = dict(
            tickets._read_group(
                mine & fields.Domain("user_id", "=", False), ["team_id"], ["__count"]
            )
        )
        for team in self:
            team.open_count = opened.get(team._origin, 0)
            team.unassigned_count = waiting.get(team._origin, 0)

    def _get_stages(self):
        """Return the stages that tickets of this team go through, in order.

        :rtype: crm.ticket.stage
        """
        return self.env["crm.ticket.stage"].search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", self.ids)]
        )

    def _get_calendar(self):
        """Return the working hours of this team; empty for round the clock.

        :rtype: resource.calendar
        """
        self.ensure_one()
        return self.resource_calendar_id or self.company_id.resource_calendar_id

    def action_view_tickets(self):
        """Open the open tickets of this team."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        return {
            **action,
            "display_name": self.name,
            "context": {
                "default_team_id": self.id,
                "search_default_team_id": self.id,
                "search_default_not_closed": 1,
            },
        }
