# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

LEVELS = [("1", "Beginner"), ("2", "Confirmed"), ("3", "Expert")]


class CrmRoutingProfileSkill(models.Model):
    """How well somebody masters a skill."""

    _name = "crm.routing.profile.skill"
    _description = "Skill of a Person"
    _order = "level desc, id"
    _rec_name = "skill_id"

    profile_id = fields.Many2one(
        "crm.routing.profile", required=True, ondelete="cascade", index=True
    )
    skill_id = fields.Many2one("crm.routing.skill", required=True, ondelete="cascade", index=True)
    level = fields.Selection(LEVELS, required=True, default="2")
    company_id = fields.Many2one(related="profile_id.company_id", store=True)

    _skill_uniq = models.UniqueIndex(
        "(profile_id, skill_id)", "A person has each skill once, with one level."
    )
