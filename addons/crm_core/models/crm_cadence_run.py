# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmCadenceRun(models.Model):
    """What was done for a lead in one step: each once, kept by the database."""

    _name = "crm.cadence.run"
    _description = "Step Done for a Lead"
    _order = "id"
    _rec_name = "step_id"

    enrollment_id = fields.Many2one(
        "crm.cadence.enrollment", required=True, readonly=True, ondelete="cascade", index=True
    )
    step_id = fields.Many2one(
        "crm.cadence.step", required=True, readonly=True, ondelete="cascade", index=True
    )
    lead_id = fields.Many2one(related="enrollment_id.lead_id")
    date = fields.Datetime("On", required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [
            ("open", "To do"),
            ("done", "Done"),
            ("passed", "Not done in time"),
            ("skipped", "Skipped"),
            ("held_back", "Held back"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(readonly=True)
    dispatch_id = fields.Many2one(
        "crm.dispatch",
        "Message",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    message_state = fields.Selection(related="dispatch_id.state", string="Message Is")
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        context={"active_test": False},
    )

    _once = models.Constraint("UNIQUE(enrollment_id, step_id)", "A step is done once for a lead.")
    _open_idx = models.Index("(enrollment_id) WHERE state = 'open'")

    def _settle(self, state, reason=False):
        """Note what became of activities, and let their cadences go on.

        :param str state: ``done`` or ``skipped``
        """
        still = self.filtered(lambda run: run.state == "open")
        still.write({"state": state, "reason": reason})
        still.enrollment_id._go_on()
