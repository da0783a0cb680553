# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class CrmRoutingTeamMixin(models.AbstractModel):
    """A team whose work routing may give to its people: it has a queue then, which lives and rests with it.

    The team's model has ``name``, ``active``, ``company_id``, ``user_id`` and ``assignment_mode``, a selection with ``routing``.
    """

    _name = "crm.routing.team.mixin"
    _description = "Team With Routed Work"

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
        if self._get_queue_fields() & vals.keys():
            self._ensure_routing_queues()
        if "user_id" in vals:
            # sudo: crm.routing.queue - follows its team
            self.routing_queue_id.sudo().write({"user_id": vals["user_id"]})
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def action_view_routing_queue(self):
        """Open the rules by which this team's work is given."""
        self.ensure_one()
        self.check_access("read")
        self.routing_queue_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.routing.queue",
            "res_id": self.routing_queue_id.id,
            "view_mode": "form",
        }

    def _get_queue_fields(self):
        """Return the names of the fields that a team's queue depends on.

        :rtype: set[str]
        """
        return {"assignment_mode", "routing_queue_id", "active", "company_id"}

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
        return {"name": self.name, "company_id": self.company_id.id, "user_id": self.user_id.id}

    @api.model
    @tools.ormcache()
    def _get_routing_queue_ids(self):
        """Return the queue of each team that is routed.

        :rtype: dict[int, int]
        """
        # sudo: any team - of any company
        teams = self.sudo().search(
            [("assignment_mode", "=", "routing"), ("routing_queue_id.active", "=", True)]
        )
        return {team.id: team.routing_queue_id.id for team in teams}
