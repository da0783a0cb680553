# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.crm_core.models.crm_routing_profile_skill import LEVELS


class CrmRoutingSkill(models.Model):
    """Which tickets ask for a skill: those of its types, of its categories and what is below them, and with its tags."""

    _inherit = "crm.routing.skill"

    ticket_type_ids = fields.Many2many(
        "crm.ticket.type",
        "crm_routing_skill_ticket_type_rel",
        "skill_id",
        "type_id",
        string="Tickets of These Types",
    )
    ticket_category_ids = fields.Many2many(
        "crm.ticket.category",
        "crm_routing_skill_ticket_category_rel",
        "skill_id",
        "category_id",
        string="Tickets of These Categories",
        help="And of the categories below them.",
    )
    ticket_tag_ids = fields.Many2many(
        "crm.ticket.tag",
        "crm_routing_skill_ticket_tag_rel",
        "skill_id",
        "tag_id",
        string="Tickets with These Tags",
    )
    ticket_level = fields.Selection(
        LEVELS, string="Level at Least, for Tickets", required=True, default="1"
    )

    @api.model
    def _get_for_tickets(self, tickets):
        """Return which skills tickets ask for: those of their company and of all companies.

        :param tickets: ``crm.ticket``
        :return: ``{ticket id: {skill id: level}}``
        """
        skills = self.search(
            [
                ("company_id", "in", [*tickets.company_id.ids, False]),
                "|",
                "|",
                ("ticket_type_ids", "!=", False),
                ("ticket_category_ids", "!=", False),
                ("ticket_tag_ids", "!=", False),
            ]
        )
        return {
            ticket.id: {
                skill.id: int(skill.ticket_level)
                for skill in skills
                if skill._is_asked_for_by(ticket)
            }
            for ticket in tickets
        }

    def _is_asked_for_by(self, ticket):
        """Tell whether a ticket asks for this skill."""
        if self.company_id not in (ticket.company_id, self.env["res.company"]):
            return False
        above = {int(step) for step in (ticket.category_id.parent_path or "").split("/") if step}
        return bool(
            ticket.type_id & self.ticket_type_ids
            or ticket.tag_ids & self.ticket_tag_ids
            or above & set(self.ticket_category_ids.ids)
        )
