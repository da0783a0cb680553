# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmTicket(models.Model):
    """A customer who writes again brings a ticket back to work, whatever way he writes."""

    _inherit = "crm.ticket"

    def _after_customer_message(self, message):
        result = super()._after_customer_message(message)
        self._come_back()
        return result

    def _come_back(self):
        """Take a ticket out of a stage in which it waited, or was settled."""
        self.ensure_one()
        if self.is_closed:
            self.action_reopen()
        elif self.stage_id.is_waiting:
            stage = self._get_working_stage()
            if stage:
                self.stage_id = stage

    def _get_working_stage(self):
        """Return the stage of a ticket that is worked on: the second one of its team, where nobody waits.

        :rtype: crm.ticket.stage
        """
        stages = self.team_id._get_stages().filtered(
            lambda stage: not stage.fold and not stage.is_waiting
        )
        return (stages[1:2] or stages)[:1]
