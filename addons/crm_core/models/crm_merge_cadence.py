# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .crm_cadence import OPEN_STATES


class CrmMerge(models.Model):
    """Cadences follow the lead that stays: being merged is no move to another stage, and nothing is on the list twice."""

    _inherit = "crm.merge"

    def _part_from(self, master, others):
        if master._name == "crm.lead":
            # sudo: crm.cadence.enrollment - those of anybody, as all that is moved
            enrollments = self.env["crm.cadence.enrollment"].sudo()
            leads = master | others
            going = enrollments.search([("lead_id", "in", leads.ids), ("state", "in", OPEN_STATES)])
            if going:
                self._join_cadences(master, going)
        return super()._part_from(master, others)

    def _join_cadences(self, master, going):
        """Let what leads have to do in the same step become one activity, and count stages from where the master is."""
        if doubles := self._find_double_activities(master, going):
            self._swallow("mail_activity", doubles)
        stage = master.stage_id.id or None
        self._set_cells("crm_cadence_enrollment", "stage_id", stage, going.ids)
        going.invalidate_recordset()

    def _find_double_activities(self, master, going):
        """Return the activities of steps that another of the leads has or had as well: ``{id that goes: id that stays}``."""
        runs = going.env["crm.cadence.run"]
        known = runs.search([("enrollment_id", "in", going.ids), ("activity_id", "!=", False)])
        known = known.sorted(lambda run: (run.lead_id != master, run.id))
        doubles = {}
        for together in known.grouped("step_id").values():
            stays, *more = together
            still_open = [run.activity_id.id for run in more if run.state == "open"]
            doubles.update(dict.fromkeys(still_open, stays.activity_id.id))
        return doubles
