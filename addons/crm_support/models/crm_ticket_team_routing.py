# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTicketTeam(models.Model):
    """How a team's tickets get to its people: by hand, or by routing."""

    _name = "crm.ticket.team"
    _inherit = ["crm.ticket.team", "crm.routing.team.mixin"]

    assignment_mode = fields.Selection(
        [("manual", "By Hand"), ("routing", "Routing")],
        string="Tickets Are Given",
        required=True,
        default="manual",
        groups="base.group_user",
        help="By hand: somebody takes or assigns them. Routing: each ticket goes at once to somebody who is there, "
        "speaks the language, has the skills and has not too much to do.",
    )
    routing_queue_id = fields.Many2one(readonly=True, groups="base.group_user")

    def _get_queue_fields(self):
        return super()._get_queue_fields() | {"member_ids"}
