# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

CHANNELS = [
    ("manual", "By Hand"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("form", "Web Form"),
    ("chat", "Live Chat"),
    ("whatsapp", "WhatsApp"),
    ("sms", "SMS"),
    ("phone", "Phone"),
    ("api", "API"),
    ("social", "Social Media"),
]
PRIORITIES = [("0", "Low"), ("1", "Normal"), ("2", "High"), ("3", "Urgent")]


class CrmTicket(models.Model):
    """What a customer asks for, until it is settled."""

    _name = "crm.ticket"
    _description = "Ticket"
    _inherit = [
        "portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "crm.dispatch.mixin",
    ]
    _order = "priority desc, id desc"
    _rec_names_search = ["name", "number", "partner_id"]
    _check_company_auto = True
    _primary_email = "partner_email"

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char("Subject", required=True, tracking=True, index="trigram")
    description = fields.Html(sanitize_attributes=True, sanitize_style=True)
    active = fields.Boolean(default=True)
    team_id = fields.Many2one(
        "crm.ticket.team",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self._get_default_team(),
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    stage_id = fields.Many2one(
        "crm.ticket.stage",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        copy=False,
        group_expand="_read_group_stage_ids",
        domain="['|', ('team_ids', '=', False), ('team_ids', 'in', team_id)]",
    )
    type_id = fields.Many2one(
        "crm.ticket.type", index="btree_not_null", ondelete="restrict", tracking=True
    )
    category_id = fields.Many2one(
        "crm.ticket.category",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        check_company=True,
    )
    tag_ids = fields.Many2many("crm.ticket.tag", string="Tags")
    priority = fields.Selection(PRIORITIES, default="1", required=True, index=True, tracking=True)
    channel = fields.Selection(CHANNELS, default="manual", required=True, readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        index=True,
        tracking=True,
        copy=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    color = fields.Integer()
    ticket_properties = fields.Properties(
        "Properties", definition="team_id.ticket_properties_definition", copy=True
    )
    parent_id = fields.Many2one(
        "crm.ticket", string="Follows", index="btree_not_null", copy=False, check_company=True
    )
    child_ids = fields.One2many("crm.ticket", "parent_id", string="Follow-up Tickets")
    child_count = fields.Integer("Number of Follow-ups", compute="_compute_child_count")
    related_ids = fields.Many2many(
        "crm.ticket",
        "crm_ticket_related_rel",
        "ticket_id",
        "related_id",
        string="Related Tickets",
        copy=False,
    )

    _number_uniq = models.UniqueIndex("(number)", "A ticket's number is its own.")
    _board_idx = models.Index("(team_id, stage_id, priority DESC, id DESC) WHERE active")
    _latest_idx = models.Index("(priority DESC, id DESC) WHERE active")

    @api.depends("team_id")
    def _compute_stage_id(self):
        for ticket in self:
            stages = ticket.team_id._get_stages()
            if ticket.stage_id not in stages:
                ticket.stage_id = stages[:1]

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(self._read_group([("parent_id", "in", self.ids)], ["parent_id"], ["__count"]))
        for ticket in self:
            ticket.child_count = counts.get(ticket._origin, 0)

    @api.depends("name", "number")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        for ticket in self:
            name = ticket.name or ""
            ticket.display_name = f"#{ticket.number} {name}".rstrip() if ticket.number else name

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A ticket cannot follow itself."))

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            vals["number"] = sequence.next_by_code("crm.ticket")
        return super().create(vals_list)

    @api.model
    def _get_default_team(self):
        """Return the team that a new ticket belongs to when nobody says.

        :rtype: crm.ticket.team
        """
        teams = self.env["crm.ticket.team"].search([("company_id", "in", self.env.companies.ids)])
        own = teams.filtered(lambda team: self.env.user in team.member_ids)
        mine = (own or teams).filtered(lambda team: team.company_id == self.env.company)
        return (mine or own or teams)[:1]

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show the stages of the team that is looked at, empty ones as well."""
        team_id = self.env.context.get("default_team_id")
        mine = Domain("id", "in", stages.ids)
        if team_id:
            mine |= Domain("team_ids", "=", False) | Domain("team_ids", "in", team_id)
        else:
            mine |= Domain("team_ids", "=", False)
        return stages.search(mine)

    def _compute_access_url(self):
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
