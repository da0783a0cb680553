# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailActivity(models.Model):
    """Activities that a cadence waits for: done, it goes on; taken off the list, the step is skipped."""

    _inherit = "mail.activity"

    def write(self, vals):
        ended = self.filtered("automated") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        if ended:
            ended._get_cadence_runs()._settle("done")
        return result

    def unlink(self):
        runs = self.filtered("automated")._get_cadence_runs()
        result = super().unlink()
        runs._settle("skipped", self.env._("The activity was taken off the list."))
        return result

    def _get_cadence_runs(self):
        """Return the steps of cadences that these activities are."""
        # sudo: crm.cadence.run - whoever does the activity
        runs = self.env["crm.cadence.run"].sudo()
        return runs.search([("activity_id", "in", self.ids)]) if self else runs

    def _get_cadence_steps(self):
        """Return which step of which cadence activities are; those of none are left out.

        :return: ``{activity id: (number of the step, of how many, name of the cadence)}``
        :rtype: dict[int, tuple[int, int, str]]
        """
        return {
            run.activity_id.id: (*run.step_id._get_number(), run.step_id.cadence_id.name)
            for run in self._get_cadence_runs()
        }
