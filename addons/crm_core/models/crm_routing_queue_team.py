# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmRoutingQueue(models.Model):
    """The members of a sales team get what waits in its queue."""

    _inherit = "crm.routing.queue"

    crm_team_ids = fields.One2many("crm.team", "routing_queue_id", string="Sales Teams")

    def _get_user_ids(self):
        people = super()._get_user_ids()
        # sudo: crm.team.member - whoever makes work
        every = self.env["crm.team.member"].sudo()
        members = every.search([("crm_team_id.routing_queue_id", "in", self.ids)])
        for member in members:
            ids = people[member.crm_team_id.routing_queue_id.id]
            if member.user_id.id not in ids and not member.assignment_optout:
                ids.append(member.user_id.id)
        return people
