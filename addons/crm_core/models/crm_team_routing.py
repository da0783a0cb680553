# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

MODES = [
    ("manual", "By hand"),
    ("rules", "Odoo's rules"),
    ("routing", "Routing"),
]


class CrmTeam(models.Model):
    """How a sales team's leads get to its people: by hand, by Odoo's rules, or by routing."""

    _inherit = "crm.team"

    assignment_mode = fields.Selection(
        MODES,
        string="Leads Are Given",
        required=True,
        default="rules",
        help="By hand: somebody assigns them. Odoo's rules: as in Odoo, with its settings. Routing: each lead goes at once to "
        "somebody who is there, covers the place, speaks the language, has the skills and has not too much to do.",
    )
    routing_queue_id = fields.Many2one(
        "crm.routing.queue",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams.filtered(lambda team: team.assignment_mode == "routing")._ensure_routing_queues()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if {"assignment_mode", "routing_queue_id", "active", "company_id"} & vals.keys():
            self._ensure_routing_queues()
        if "user_id" in vals:
            # sudo: crm.routing.queue - follows its team
            self.routing_queue_id.sudo().write({"user_id": vals["user_id"]})
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -- Actions -----------------------------------------------------------------------------------

    def action_view_routing_queue(self):
        """Open the rules by which this team's leads are given."""
        self.ensure_one()
        self.check_access("read")
        self.routing_queue_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.routing.queue",
            "res_id": self.routing_queue_id.id,
            "view_mode": "form",
        }

    def action_assign_leads(self):
        """Route the leads of routed teams; those of the others go by Odoo's rules."""
        self.env["crm.lead"].check_access("write")
        routed = self.filtered(lambda team: team.assignment_mode == "routing")
        if routed and routed == self:
            return routed.routing_queue_id.action_route_now()
        return super().action_assign_leads()

    # -- Business ----------------------------------------------------------------------------------

    def _ensure_routing_queues(self):
        """Give each routed team its queue."""
        if self:
            self.env.registry.clear_cache()
        for team in self:
            routed = team.assignment_mode == "routing" and team.active
            # sudo: crm.routing.queue - comes with the team
            queue = team.routing_queue_id.sudo().with_context(active_test=False)
            if routed and not queue:
                queue = queue.create(team._prepare_routing_queue_values())
                team.routing_queue_id = queue
            elif queue and queue.active != routed:
                queue.active = routed
            if routed and team.company_id and queue.company_id != team.company_id:
                queue.company_id = team.company_id
            if routed:
                queue._ensure_profiles()

    def _prepare_routing_queue_values(self):
        """Return the values of a team's queue.

        :rtype: dict
        """
        company = self.company_id or self._get_only_company()
        return {"name": self.name, "company_id": company.id, "user_id": self.user_id.id}

    def _get_only_company(self):
        # sudo: res.company - how many there are
        companies = self.env["res.company"].sudo().search([], limit=2)
        if len(companies) > 1:
            raise ValidationError(
                self.env._(
                    "“%s” works for every company. Choose its company before its leads are routed.",
                    self.name,
                )
            )
        return companies

    @api.model
    @tools.ormcache()
    def _get_routing_queue_ids(self):
        """Return the queue of each team that is routed.

        :rtype: dict[int, int]
        """
        # sudo: crm.team - of any company
        teams = self.sudo().search(
            [("assignment_mode", "=", "routing"), ("routing_queue_id.active", "=", True)]
        )
        return {team.id: team.routing_queue_id.id for team in teams}

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        """Keep Odoo's rules away from the leads of teams that do not use them."""
        by_rules = self.filtered(lambda team: team.assignment_mode == "rules")
        if not by_rules:
            return {}, {}
        return super(CrmTeam, by_rules)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )
