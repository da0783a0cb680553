# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmRoutingQueue(models.Model):
    """The members of a support team get what waits in its queue."""

    _inherit = "crm.routing.queue"

    ticket_team_ids = fields.One2many("crm.ticket.team", "routing_queue_id", string="Support Teams")

    def _get_user_ids(self):
        people = super()._get_user_ids()
        # sudo: crm.ticket.team - whoever makes work
        teams = self.env["crm.ticket.team"].sudo().search([("routing_queue_id", "in", self.ids)])
        for team in teams:
            ids = people[team.routing_queue_id.id]
            ids.extend(user_id for user_id in team.member_ids.ids if user_id not in ids)
        return people

    @api.model
    def _get_router_groups(self):
        return [*super()._get_router_groups(), "crm_support.group_crm_support_lead"]
