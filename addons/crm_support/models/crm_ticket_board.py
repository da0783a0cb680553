# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class CrmTicket(models.Model):
    """The board of many tickets."""

    _inherit = "crm.ticket"

    @api.model
    def read_progress_bar(self, domain, group_by, progress_bar):
        """Count only tickets that have an activity: the others have no part in a bar of activities."""
        self.check_access("read")
        self.env["mail.activity"].check_access("read")
        if progress_bar["field"] == "activity_state":
            # sudo: mail.activity - which of the tickets that the reader sees anyway have one
            activities = self.env["mail.activity"].sudo()
            planned = activities._search([("res_model", "=", self._name)]).subselect("res_id")
            domain = Domain(domain) & Domain("id", "in", planned)
        return super().read_progress_bar(domain, group_by, progress_bar)
