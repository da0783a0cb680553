# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError

from ..exceptions import expected


class CrmLeadStageMove(models.TransientModel):
    """Complete what a deal lacks to enter a stage, ask for its approvals, or override the gate with a reason."""

    _name = "crm.lead.stage.move"
    _description = "Move a Deal to a Stage"

    lead_id = fields.Many2one("crm.lead", string="Deal", required=True, readonly=True)
    stage_id = fields.Many2one("crm.stage", required=True, readonly=True)
    missing_ids = fields.Many2many("crm.stage.requirement", compute="_compute_missing")
    missing_fields = fields.Text(string="To Fill In", compute="_compute_missing")
    missing_approval_ids = fields.Many2many(
        "crm.stage.requirement", compute="_compute_missing", string="To Be Approved"
    )
    checklist_ids = fields.Many2many(
        "crm.stage.requirement", compute="_compute_missing", string="Checklist Items"
    )
    checked_ids = fields.Many2many(
        "crm.stage.requirement", "crm_lead_stage_move_checked_rel", string="Checklist"
    )
    needs_won_reason = fields.Boolean(compute="_compute_needs_won_reason")
    won_reason_id = fields.Many2one(
        "crm.won.reason",
    )
    can_override = fields.Boolean(compute="_compute_can_override")
    override_reason = fields.Char(string="Reason to Override")

    @api.depends("lead_id", "stage_id")
    def _compute_missing(self):
        for wizard in self:
            missing = wizard._get_missing()
            by_kind = missing.grouped("kind")
            nothing = missing.browse()
            wizard.missing_ids = missing
            wizard.missing_approval_ids = by_kind.get("approval", nothing)
            wizard.checklist_ids = by_kind.get("checklist", nothing)
            wizard.missing_fields = "\n".join(
                f"• {name}"
                for kind in ("field", "property")
                for name in by_kind.get(kind, nothing).mapped("name")
            )

    def _get_missing(self):
        """Return what the deal lacks to enter the stage, as if it stood there."""
        self.ensure_one()
        lead = self.lead_id
        imagined = lead.new(origin=lead)
        imagined.stage_id = self.stage_id
        requirements = imagined._get_gate_requirements({imagined.id: lead.stage_id})
        return requirements[imagined.id]._get_missing(lead).sudo(False)

    @api.depends("lead_id", "stage_id")
    def _compute_needs_won_reason(self):
        for wizard in self:
            wizard.needs_won_reason = (
                wizard.stage_id.is_won
                and wizard.lead_id._get_closing_company().crm_require_won_reason
            )

    @api.depends("lead_id")
    def _compute_can_override(self):
        self.can_override = self.env["crm.lead"]._may_override_gates()

    def action_move(self):
        """Check items off, set the reason, and move the deal.

        :raises ValidationError: when something is still missing
        """
        self.ensure_one()
        values = {"stage_id": self.stage_id.id}
        self.lead_id._check_off(self.checked_ids)
        if self.won_reason_id:
            values["won_reason_id"] = self.won_reason_id.id
        try:
            self.lead_id.write(values)
        except RedirectWarning as refusal:  # it leads to the very screen this is
            raise expected(ValidationError(refusal.args[0])) from refusal
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_override(self):
        """Move the deal although something is missing; the reason is posted on it.

        :raises UserError: without a reason
        """
        self.ensure_one()
        if not (self.override_reason or "").strip():
            raise UserError(self.env._("Please give the reason: it is kept on the deal."))
        return self.with_context(crm_gate_override=self.override_reason.strip()).action_move()

    def action_ask_approval(self):
        """Ask for the approvals that the stage requires; what was checked off meanwhile is kept."""
        self.ensure_one()
        self.lead_id._check_off(self.checked_ids)
        self.lead_id._ask_approvals(self.missing_approval_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "The approval was asked for; you will see the answer on the deal."
                ),
                "type": "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_open_lead(self):
        """Open the deal to fill in what is missing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.lead_id.id,
            "views": [(False, "form")],
        }
