# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, ValidationError
from odoo.fields import Command

from ..exceptions import expected

OVERRIDE_GROUP = "crm_core.group_crm_core_team_lead"


class CrmLead(models.Model):
    """The gate: what a deal must meet before it enters a stage, on whatever path it comes.

    The check runs after ``create`` and ``write`` have applied the new values, so that a form may fill in a field and move the
    deal in one go. It lists all that is missing in one message. A team lead or administrator overrides it by naming a reason
    (context key ``crm_gate_override``), which is posted on the deal.
    """

    _inherit = "crm.lead"

    checked_requirement_ids = fields.Many2many(
        "crm.stage.requirement", "crm_lead_checked_requirement_rel", "lead_id", "requirement_id", string="Checklist", copy=False, tracking=True
    )
    checklist_ids = fields.Many2many("crm.stage.requirement", string="Checklist Items", compute="_compute_checklist_ids", export_string_translation=False)
    approval_ids = fields.One2many("crm.stage.approval", "lead_id", string="Approvals")
    pending_approval_ids = fields.One2many("crm.stage.approval", "lead_id", domain=[("state", "=", "asked")], string="Approvals Asked For")

    @api.depends("pipeline_id")
    def _compute_checklist_ids(self):
        for pipeline, leads in self.grouped("pipeline_id").items():
            leads.checklist_ids = pipeline.stage_ids.requirement_ids.filtered(lambda requirement: requirement.kind == "checklist")

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._check_gates({})
        return leads

    def write(self, vals):
        if not {"stage_id", "pipeline_id", "team_id"} & vals.keys():
            return super().write(vals)
        before = {lead.id: lead.stage_id for lead in self}
        result = super().write(vals)
        self.filtered(lambda lead: lead.stage_id != before[lead.id])._check_gates(before)
        return result

    # -- The check ---

    def _check_gates(self, before):
        """Refuse deals that entered a stage without meeting what it requires.

        :param dict before: the ``crm.stage`` each deal was in, by id; deals that are new are left out
        :raises ValidationError: naming all that is missing; where one deal moves, with a button to complete it
        """
        requirements_of = self._get_gate_requirements(before)
        if not any(requirements_of.values()):
            return
        missing = {lead: found for lead in self if (found := requirements_of[lead.id]._get_missing(lead))}
        if not missing:
            return
        if reason := self._get_gate_override_reason():
            for lead, requirements in missing.items():
                lead._log_gate_override(requirements, reason)
            return
        self._raise_gate(missing, before)

    def _get_gate_requirements(self, before):
        """Return what each deal has to meet for the stages it entered, by id; set-based: two queries for any number of deals.

        :rtype: dict[int, crm.stage.requirement]
        """
        stages = {lead.id: lead._get_entered_stages(before.get(lead.id)) for lead in self}
        every = self.env["crm.stage"].union(*stages.values()) if stages else self.env["crm.stage"]
        # sudo: crm.stage.requirement - a gate holds for people who may not read its definition too
        by_stage = every.sudo().requirement_ids.grouped("stage_id") if every else {}
        nothing = self.env["crm.stage.requirement"].sudo()  # sudo: crm.stage.requirement - as above
        return {lead_id: nothing.union(*(by_stage.get(stage, nothing) for stage in entered.sudo())) for lead_id, entered in stages.items()}  # sudo: crm.stage - same records, as keys

    def _get_entered_stages(self, previous):
        """Return the stages whose gates a move passes: the one entered and, going forward, those skipped on the way.

        :param previous: the ``crm.stage`` the deal was in, None for a new deal
        :rtype: crm.stage
        """
        self.ensure_one()
        target = self.stage_id
        if previous and (previous.pipeline_id == target.pipeline_id) and not previous._comes_before(target):
            return self.env["crm.stage"]
        if not self.pipeline_id.are_gates_cumulative or not target.pipeline_id:
            return target
        return target.pipeline_id.stage_ids.filtered(
            lambda stage: not target._comes_before(stage)
            and (not previous or previous.pipeline_id != target.pipeline_id or previous._comes_before(stage))
            and (stage == target or not stage.is_won)
        )

    def _raise_gate(self, missing, before):
        message = "\n\n".join(lead._get_gate_message(requirements) for lead, requirements in missing.items())
        if len(self) == 1 and self.id in before and not self.env.context.get("import_file"):
            action = self.env.ref("crm_core.crm_lead_stage_move_action")
            context = {"default_lead_id": self.id, "default_stage_id": self.stage_id.id}
            raise expected(RedirectWarning(message, action.id, self.env._("Complete…"), context))
        raise expected(ValidationError(message))

    def _get_gate_message(self, requirements):
        """Return the one message that lists all that is missing.

        :rtype: str
        """
        self.ensure_one()
        head = self.env._("“%(deal)s” cannot enter “%(stage)s” yet. Missing:", deal=self.name, stage=self.stage_id.name)
        return "\n".join([head, *(f"• {requirement.name}" for requirement in requirements)])

    def _get_gate_override_reason(self):
        """Return the reason a permitted user gave for passing the gate, or False."""
        reason = self.env.context.get("crm_gate_override")
        return reason if reason and self._may_override_gates() else False

    @api.model
    def _may_override_gates(self):
        """Return whether the user may pass a gate by naming a reason."""
        return self.env.user.has_group(OVERRIDE_GROUP)

    def _log_gate_override(self, requirements, reason):
        self.ensure_one()
        self.message_post(
            body=self.env._(
                "Gate of “%(stage)s” overridden. Reason: %(reason)s. Missing: %(missing)s",
                stage=self.stage_id.name, reason=reason, missing=", ".join(requirements.mapped("name")),
            )
        )

    # -- Approvals ---

    def _ask_approvals(self, requirements):
        """Ask for the approvals among some requirements, with an activity for somebody who may give them.

        :param requirements: ``crm.stage.requirement`` records of kind approval
        :return: the approvals asked for
        :rtype: crm.stage.approval
        """
        self.ensure_one()
        asked = self.approval_ids.requirement_id
        refused = self.approval_ids.filtered(lambda approval: approval.state == "refused" and approval.requirement_id in requirements)
        refused.sudo().write({"state": "asked", "decided_by_id": False, "decided_at": False})  # sudo: crm.stage.approval - asking again is all that this writes
        # sudo: crm.stage.approval - salespeople ask, they may not write decisions
        new = self.env["crm.stage.approval"].sudo().create([{"lead_id": self.id, "requirement_id": requirement.id} for requirement in requirements - asked])
        for approval in new | refused:
            self.activity_schedule(
                "crm_core.mail_activity_type_approval",
                summary=approval.requirement_id.name,
                note=self.env._("%(user)s asks to move “%(deal)s” to “%(stage)s”.", user=self.env.user.name, deal=self.name, stage=approval.stage_id.name),
                user_id=self._get_approver(approval.group_id).id,
            )
        return new | refused

    def _get_approver(self, group):
        """Return the user to ask: the team's lead where he holds the role, else a member of the role in this company."""
        self.ensure_one()
        # sudo: res.users - who holds a role is not for salespeople to read
        members = group.sudo().all_user_ids.filtered(lambda user: user.active and not user.share and (not self.company_id or self.company_id in user.company_ids))
        return self.team_id.user_id & members or members[:1] or self.env.user

    def _check_off(self, requirements):
        """Check items of the checklist off."""
        if requirements:
            self.checked_requirement_ids = [Command.link(requirement.id) for requirement in requirements]
