# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .crm_routing_profile_skill import LEVELS


class CrmRoutingSkill(models.Model):
    """Which leads ask for a skill: those with one of its tags."""

    _inherit = "crm.routing.skill"

    tag_ids = fields.Many2many(
        "crm.tag",
        "crm_routing_skill_tag_rel",
        "skill_id",
        "tag_id",
        string="Leads with These Tags",
        help="Leads with one of these tags go to people who have this skill.",
    )
    lead_level = fields.Selection(LEVELS, string="Level at Least", required=True, default="1")

    @api.model
    def _get_by_tag(self, company):
        """Return the skills that a company's leads with a tag ask for: its own and those of all companies.

        :param company: ``res.company``
        :return: ``{tag id: {skill id: level}}``
        """
        result = {}
        for skill in self.search(
            [("tag_ids", "!=", False), ("company_id", "in", [company.id, False])]
        ):
            for tag in skill.tag_ids:
                result.setdefault(tag.id, {})[skill.id] = int(skill.lead_level)
        return result
