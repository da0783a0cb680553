# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmMetric(models.Model):
    """Figures of support among those of sales."""

    _inherit = "crm.metric"

    category = fields.Selection(
        selection_add=[("support", "Support")], ondelete={"support": "set default"}
    )

    @api.model
    def _get_people_to_choose(self, teams):
        people = super()._get_people_to_choose(teams)
        if not self.env.user.has_group("crm_support.group_crm_support_lead"):
            return people
        here = [("company_id", "in", self.env.companies.ids)]
        support = self.env["crm.ticket.team"].search(here)
        return people | support.member_ids | support.user_id
