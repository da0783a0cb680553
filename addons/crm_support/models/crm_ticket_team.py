# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

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
        groups="base.group_user",
    )
    member_ids = fields.Many2many(
        "res.users",
        "crm_ticket_team_member_rel",
        "team_id",
        "user_id",
        string="Members",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        groups="base.group_user",
    )
    visibility = fields.Selection(
        VISIBILITIES, string="Who Sees Its Tickets", required=True, default="portal"
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        index=True,
        check_company=True,
        groups="base.group_user",
        help="When the team works, in the zone of these hours. Without any, those of the company.",
    )
    stage_ids = fields.Many2many("crm.ticket.stage", string="Stages")
    ticket_properties_definition = fields.PropertiesDefinition(
        "Ticket Properties", groups="base.group_user"
    )
    ticket_ids = fields.One2many("crm.ticket", "team_id", string="Tickets")
    open_count = fields.Integer("Open Tickets", compute="_compute_counts", groups="base.group_user")
    mine_count = fields.Integer("My Tickets", compute="_compute_counts", groups="base.group_user")
    unassigned_count = fields.Integer(
        "Unassigned Tickets", compute="_compute_counts", groups="base.group_user"
    )
    waiting_count = fields.Integer(
        "Tickets That Wait for Us", compute="_compute_counts", groups="base.group_user"
    )
    urgent_count = fields.Integer(
        "Urgent Tickets", compute="_compute_counts", groups="base.group_user"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        tickets = self.env["crm.ticket"]
        rows = tickets._read_group(
            tickets._get_open_domain() & Domain("team_id", "in", self.ids),
            ["team_id", "user_id", "is_waiting_for_reply", "priority"],
            ["__count"],
        )
        for team in self:
            own = [row[1:] for row in rows if row[0] == team._origin]
            team.open_count = sum(count for *_, count in own)
            team.mine_count = sum(count for user, _w, _p, count in own if user == self.env.user)
            team.unassigned_count = sum(count for user, _w, _p, count in own if not user)
            team.waiting_count = sum(count for _u, waits, _p, count in own if waits)
            team.urgent_count = sum(count for _u, _w, priority, count in own if priority == "3")

    def write(self, vals):
        if vals.get("active") is False:
            self._check_no_open_tickets()
        if vals.get("company_id"):
            self._check_company_stays(vals["company_id"])
        return super().write(vals)

    def _check_no_open_tickets(self):
        """Refuse to archive a team with something to do: nobody would look there any more.

        :raises UserError: when there are open tickets
        """
        # sudo: crm.ticket - also of tickets that the administrator may not see
        tickets = self.env["crm.ticket"].sudo()
        if count := tickets.search_count(
            tickets._get_open_domain() & Domain("team_id", "in", self.ids)
        ):
            raise UserError(
                self.env._("Close its %s open tickets first, or give them to another team.", count)
            )

    def _check_company_stays(self, company_id):
        """Refuse to take tickets into another company along with their team: their customers and people stay behind.

        :raises UserError: when there are tickets
        """
        # sudo: crm.ticket - also of tickets that the administrator may not see
        tickets = self.env["crm.ticket"].sudo().with_context(active_test=False)
        moved = self.filtered(lambda team: team.company_id.id != company_id)
        if tickets.search_count([("team_id", "in", moved.ids)], limit=1):
            raise UserError(
                self.env._("A team with tickets stays in its company. Make a new team there.")
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Keep what is written on a team inside: customers may know the team, not what its people say of it."""
        if self.env.user._is_internal():
            return super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(self, "write")

    def _get_stages(self):
        """Return the stages that tickets of this team go through, in order.

        :rtype: crm.ticket.stage
        """
        return self.env["crm.ticket.stage"].search_fetch(
            ["|", ("team_ids", "=", False), ("team_ids", "in", self.ids)],
            ["fold", "is_waiting", "name", "sequence"],
        )

    def _get_calendar(self):
        """Return the working hours of this team; empty for round the clock.

        :rtype: resource.calendar
        """
        self.ensure_one()
        return self.resource_calendar_id or self.company_id.resource_calendar_id

    # -- Actions -----------------------------------------------------------------------------------

    def action_view_tickets(self):
        """Open the open tickets of this team, or those of the filters that the caller names."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_action")
        chosen = {
            key: 1
            for key in ("mine", "unassigned", "waits_for_us", "urgent")
            if key == self.env.context.get("ticket_filter")
        }
        return {
            **action,
            "display_name": self.name,
            "path": False,
            "context": {
                "default_team_id": self.id,
                "search_default_team_id": self.id,
                "search_default_not_closed": 1,
                **{f"search_default_{key}": value for key, value in chosen.items()},
            },
        }
