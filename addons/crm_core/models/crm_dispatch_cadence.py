# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools.messaging.outcome import Refusal


class CrmDispatch(models.Model):
    """What became of messages reaches the cadences that asked for them; those of a cadence that is over do not leave."""

    _inherit = "crm.dispatch"

    reason = fields.Selection(selection_add=[("cadence_over", "The cadence is over")])

    def _get_refusals(self, policies):
        return self._get_left_over() | super()._get_refusals(policies)

    def _get_left_over(self):
        """Return the messages that waited where their cadence was stopped, merged or deleted: ``{id: Refusal}``.

        Whoever stops a cadence cancels what waits; what a worker of the ledger had in its hands at that moment is found here.
        """
        asked = self.filtered(lambda message: message.source_model == "crm.cadence.step")
        runs = asked._get_cadence_runs()
        going = runs.filtered(lambda run: run.enrollment_id.state != "stopped").dispatch_id
        return dict.fromkeys((asked - going).ids, Refusal("cadence_over"))

    def _after_state(self, state):
        result = super()._after_state(state)
        if state == "replied":
            leads = self.filtered(lambda message: message.res_model == "crm.lead")
            self.env["crm.cadence.enrollment"]._note_event("reply", leads.mapped("res_id"))
        elif state in ("suppressed", "failed"):
            self._note_in_cadences()
        return result

    def _note_in_cadences(self):
        """Note that messages of cadences did not leave or came back; who said no is out, a wrong address is to be mended."""
        asked = self.filtered(lambda message: message.source_model == "crm.cadence.step")
        runs = asked._get_cadence_runs()
        for reason, group in runs.grouped(lambda run: run.dispatch_id._get_reason_text()).items():
            group.write({"state": "held_back", "reason": reason})
        refused = runs.filtered(lambda run: run.dispatch_id.reason in ("blacklisted", "withdrawn"))
        refused.enrollment_id._stop("opt_out")
        returned = runs.filtered(lambda run: run.dispatch_id.reason == "bounced").enrollment_id
        returned.filtered(lambda one: one.state == "running")._hold_up("bounced")

    def _get_cadence_runs(self):
        """Return the steps of cadences that these messages are."""
        # sudo: crm.cadence.run - the ledger asks and tells, whoever works
        runs = self.env["crm.cadence.run"].sudo()
        return runs.search([("dispatch_id", "in", self.ids)]) if self else runs
