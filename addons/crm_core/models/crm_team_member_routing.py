# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    """Who joins a routed team gets a profile, so that it can be filled in before the first lead comes."""

    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        # sudo: crm.routing.queue - follows the team
        members.crm_team_id.routing_queue_id.sudo()._ensure_profiles()
        return members
