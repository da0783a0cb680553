# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

ANSWERS = ("opened", "clicked", "replied")


class CrmDispatch(models.Model):
    """Leads that open or answer a message are scored again."""

    _inherit = "crm.dispatch"

    def _after_state(self, state):
        result = super()._after_state(state)
        if state in ANSWERS:
            leads = self.filtered(lambda dispatch: dispatch.res_model == "crm.lead")
            self.env["crm.score.request"]._add(leads.mapped("res_id"))
        return result
