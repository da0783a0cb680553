# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmMerge(models.Model):
    """What merging leads has to see to besides."""

    _inherit = "crm.merge"

    def _part_from(self, master, others):
        """Let closings that the deal which stays did not have go with the others: an open deal is neither won nor lost."""
        if master._name == "crm.lead":
            # sudo: crm.lead.outcome - history is written by the system alone
            outcomes = self.env["crm.lead.outcome"].sudo()
            standing = outcomes.search([("reopened_at", "=", False), ("lead_id", "in", others.ids)])
            if gone := standing.filtered(lambda outcome: outcome.result != master.won_status).ids:
                self._keep_rows(outcomes._table, gone)
                self._delete_rows(outcomes._table, gone)
                outcomes.invalidate_model()
        return super()._part_from(master, others)

    def _after_move(self, master, others):
        """Let meetings follow their deal also where they name the number of its record but not its kind."""
        if master._name == "crm.lead":
            # sudo: calendar.event - those of anybody, as all that is moved
            meetings = self.env["calendar.event"].sudo().with_context(active_test=False)
            left = [("opportunity_id", "=", master.id), ("res_id", "in", others.ids)]
            if found := meetings.search(left):
                self._set_cells("calendar_event", "res_id", master.id, found.ids)
        return super()._after_move(master, others)
