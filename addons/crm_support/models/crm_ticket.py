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
    tag_ids = fields.Many2many("crm.ticket.tag", string="Tags", groups="base.group_user")
    priority = fields.Selection(PRIORITIES, default="1", required=True, tracking=True)
    channel = fields.Selection(CHANNELS, default="manual", required=True, readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        index=True,
        tracking=True,
        copy=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    color = fields.Integer(groups="base.group_user")
    email_cc = fields.Char(
        "In Copy",
        groups="base.group_user",
        help="Whom the customer put in copy: they get the answers too, and what they write comes here.",
    )
    ticket_properties = fields.Properties(
        "Properties",
        definition="team_id.ticket_properties_definition",
        copy=True,
        groups="base.group_user",
    )

    _number_uniq = models.UniqueIndex("(number)", "A ticket's number is its own.")
    # columns of a board are counted, by what the record rules look at, without reading the tickets
    _stage_idx = models.Index(
        "(stage_id, priority DESC, id DESC) INCLUDE (team_id, user_id, company_id) WHERE active IS TRUE"
    )
    _latest_idx = models.Index(
        "(priority DESC, id DESC) WHERE active IS TRUE AND is_closed IS NOT TRUE"
    )
    _open_idx = models.Index(
        "(stage_id, priority DESC, id DESC) INCLUDE (team_id, user_id, company_id) WHERE active IS TRUE AND is_closed IS NOT TRUE"
    )
    _queue_idx = models.Index("(user_id, team_id) WHERE active IS TRUE AND is_closed IS NOT TRUE")

    @api.depends("team_id")
    def _compute_stage_id(self):
        for team, tickets in self.grouped("team_id").items():
            stages = team._get_stages()
            for ticket in tickets:
                if ticket.stage_id not in stages:
                    ticket.stage_id = stages[:1]

    @api.depends("name", "number")
    @api.depends_context("formatted_display_name")
    def _compute_display_name(self):
        for ticket in self:
            name = ticket.name or ""
            ticket.display_name = f"#{ticket.number} {name}".rstrip() if ticket.number else name

    @api.constrains("stage_id", "team_id")
    def _check_stage(self):
        for stage, team in self.grouped(lambda ticket: (ticket.stage_id, ticket.team_id)):
            if stage.team_ids and team not in stage.team_ids:
                raise ValidationError(
                    self.env._(
                        "“%(stage)s” is no stage of “%(team)s”.", stage=stage.name, team=team.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        numbers = self.env["ir.sequence"]._next_batch_by_code("crm.ticket", len(vals_list))
        return super().create(
            [{**vals, "number": number} for vals, number in zip(vals_list, numbers, strict=True)]
        )

    def write(self, vals):
        if not vals.get("team_id"):
            return super().write(vals)
        company = self.env["crm.ticket.team"].browse(vals["team_id"]).company_id
        moved = self.filtered(lambda ticket: ticket.company_id != company)
        result = super(CrmTicket, self - moved).write(vals)
        for names, tickets in moved.grouped(lambda t: t._get_left_behind(company, vals)).items():
            super(CrmTicket, tickets).write({**vals, **dict.fromkeys(names, False)})
        moved._check_company()
        return result

    def _get_left_behind(self, company, vals):
        """Return what a ticket does not take along into another company: what only its old company may use.

        :param company: ``res.company`` that the ticket goes to
        :param dict vals: what is written at the same time; what is chosen there is kept
        :rtype: tuple[str, ...]
        """
        # sudo: res.users - of another company
        person = self.sudo().user_id
        strange = {
            "user_id": person and company not in person.company_ids,
            "category_id": self.category_id.company_id not in (company, self.env["res.company"]),
            "parent_id": bool(self.parent_id),
        }
        return tuple(
            name for name, is_strange in strange.items() if is_strange and name not in vals
        )

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
        result = super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
        return result
