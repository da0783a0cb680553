# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CrmStageApproval(models.Model):
    """Somebody's word on whether a deal may enter a stage: asked for, then approved or refused, once a deal and requirement."""

    _name = "crm.stage.approval"
    _description = "Stage Approval"
    _order = "id desc"

    lead_id = fields.Many2one(
        "crm.lead", string="Deal", required=True, index=True, ondelete="cascade"
    )
    requirement_id = fields.Many2one(
        "crm.stage.requirement", required=True, ondelete="cascade", index=True
    )
    stage_id = fields.Many2one(related="requirement_id.stage_id")
    group_id = fields.Many2one(related="requirement_id.group_id")
    state = fields.Selection(
        [("asked", "Asked"), ("approved", "Approved"), ("refused", "Refused")],
        default="asked",
        required=True,
    )
    asked_by_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, required=True, readonly=True
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", ondelete="set null", export_string_translation=False
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _once_a_lead = models.UniqueIndex(
        "(lead_id, requirement_id)", "This approval was asked for already."
    )

    def _compute_can_decide(self):
        mine = self.env.user.all_group_ids
        for approval in self:
            approval.can_decide = approval.group_id in mine

    def action_approve(self):
        """Approve, as a member of the role that the requirement names."""
        self._decide("approved", self.env._("approved"))

    def action_refuse(self):
        """Refuse, as a member of the role that the requirement names."""
        self._decide("refused", self.env._("refused"))

    def _decide(self, state, word):
        """Record a decision and tell it on the deal.

        :raises AccessError: when the user does not hold the role
        """
        self.check_access("read")
        self.lead_id.check_access("read")
        for approval in self:
            if not approval.can_decide:
                raise AccessError(
                    self.env._(
                        "Only members of “%s” may decide this.",
                        approval.group_id.sudo().full_name,  # sudo: its name
                    )
                )  # sudo: its name
            if approval.state != "asked":
                raise UserError(
                    self.env._("This was decided already by %s.", approval.decided_by_id.name)
                )
        # sudo: crm.stage.approval - nobody may write decisions but through this method, which checked the role
        self.sudo().write(
            {"state": state, "decided_by_id": self.env.uid, "decided_at": fields.Datetime.now()}
        )
        for approval in self:
            approval.lead_id.message_post(
                body=self.env._(
                    "%(requirement)s: %(decision)s (stage “%(stage)s”)",
                    requirement=approval.requirement_id.name,
                    decision=word,
                    stage=approval.stage_id.name,
                )
            )
        # sudo: mail.activity - the activity of whoever was asked is done, whoever decided
        asked = self.sudo().activity_id.filtered("active")
        asked._action_done(feedback=word)
