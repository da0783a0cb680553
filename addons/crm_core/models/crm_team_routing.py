# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import ValidationError

MODES = [
    ("manual", "By hand"),
    ("rules", "Odoo's rules"),
    ("routing", "Routing"),
]


class CrmTeam(models.Model):
    """How a sales team's leads get to its people: by hand, by Odoo's rules, or by routing."""

    _name = "crm.team"
    _inherit = ["crm.team", "crm.routing.team.mixin"]

    assignment_mode = fields.Selection(
        MODES,
        string="Leads Are Given",
        required=True,
        default="rules",
        help="By hand: somebody assigns them. Odoo's rules: as in Odoo, with its settings. Routing: each lead goes at once to "
        "somebody who is there, covers the place, speaks the language, has the skills and has not too much to do.",
    )

    def action_assign_leads(self):
        """Route the leads of routed teams; those of the others go by Odoo's rules."""
        self.env["crm.lead"].check_access("write")
        routed = self.filtered(lambda team: team.assignment_mode == "routing")
        if routed and routed == self:
            return routed.routing_queue_id.action_route_now()
        return super().action_assign_leads()

    # -- Business ----------------------------------------------------------------------------------

    def _prepare_routing_queue_values(self):
        company = self.company_id or self._get_only_company()
        return super()._prepare_routing_queue_values() | {"company_id": company.id}

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

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        """Keep Odoo's rules away from the leads of teams that do not use them."""
        by_rules = self.filtered(lambda team: team.assignment_mode == "rules")
        if not by_rules:
            return {}, {}
        return super(CrmTeam, by_rules)._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )
