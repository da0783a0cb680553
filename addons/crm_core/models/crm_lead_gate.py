# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError, ValidationError
from odoo.fields import Command

from ..exceptions import expected

OVERRIDE_GROUP = "crm_core.group_crm_core_team_lead"
#: what, when written, can move a deal to another stage, by itself or by what is computed from it
MOVING_FIELDS = {
    "stage_id",
    "pipeline_id",
    "team_id",
    "user_id",
    "type",
    "company_id",
    "partner_id",
}
SHORTEST_REASON = 3


class CrmLead(models.Model):
    """The gate: what a deal must meet before it enters a stage, on whatever path it comes.

    The check runs after ``create`` and ``write`` have applied the new values, so that a form may fill in a field and move the
    deal in one go. It lists all that is missing in one message. A team lead or administrator overrides it by naming a reason
    (context key ``crm_gate_override``), which is posted on the deal. Leads that are not opportunities yet, and new deals that
    nobody put into a stage, are not checked: they start where every deal starts.
    """

    _inherit = "crm.lead"

    checked_requirement_ids = fields.Many2many(
        "crm.stage.requirement",
        "crm_lead_checked_requirement_rel",
        "lead_id",
        "requirement_id",
        string="Checklist",
        copy=False,
        tracking=True,
    )
    checklist_ids = fields.Many2many(
        "crm.stage.requirement",
        string="Checklist Items",
        compute="_compute_checklist_ids",
        export_string_translation=False,
    )
    approval_ids = fields.One2many("crm.stage.approval", "lead_id", string="Approvals")
    pending_approval_ids = fields.One2many(
        "crm.stage.approval",
        "lead_id",
        domain=[("state", "=", "asked")],
        string="Approvals Asked For",
    )

    @api.depends("pipeline_id")
    def _compute_checklist_ids(self):
        for pipeline, leads in self.grouped("pipeline_id").items():
            leads.checklist_ids = pipeline.stage_ids.requirement_ids.filtered(
                lambda requirement: requirement.kind == "checklist"
            )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        given = self.env.context.get("default_stage_id")
        placed = [
            lead.id
            for lead, vals in zip(leads, vals_list, strict=True)
            if vals.get("stage_id") or given
        ]
        if placed:
            self.browse(placed)._check_gates({})
        leads._after_entering_stage()
        return leads

    def write(self, vals):
        deals = self if "type" in vals else self.filtered(lambda lead: lead.type == "opportunity")
        if not MOVING_FIELDS & vals.keys() or not deals:
            return super().write(vals)
        before = {lead.id: lead.stage_id for lead in deals}
        types = {lead.id: lead.type for lead in deals}
        result = super().write(vals)
        turned = deals.filtered(lambda lead: lead.type != types[lead.id])
        moved = deals.filtered(lambda lead: lead.stage_id != before[lead.id])
        moved |= turned.filtered(lambda lead: lead.stage_id != lead._get_first_stage())
        if moved:
            # as a lead it passed no gate: it is as good as new
            moved._check_gates({lead.id: before[lead.id] for lead in moved - turned})
            moved._filter_gated()._drop_outdated_approvals()
        (moved | turned)._after_entering_stage()
        return result

    def _get_first_stage(self):
        """Return the stage in which this deal's board begins."""
        self.ensure_one()
        pipeline = self.pipeline_id.sudo()  # sudo: crm.stage - a gate holds for everybody
        return pipeline._get_stages(self.team_id)[:1]

    # -- The check ---

    def _check_gates(self, before):
        """Refuse deals that entered a stage without meeting what it requires.

        :param dict before: the ``crm.stage`` each deal was in, by id; deals that are new are left out
        :raises ValidationError: naming all that is missing; where one deal moves, with a button to complete it
        """
        deals = self._filter_gated()
        if not deals:
            return
        requirements_of = deals._get_gate_requirements(before)
        missing = {
            lead: found for lead in deals if (found := requirements_of[lead.id]._get_missing(lead))
        }
        if missing:
            missing = self._override_gates(missing)
        if missing:
            self._raise_gate(missing, before)

    def _filter_gated(self):
        """Return the opportunities among these whose board requires anything at all."""
        gated = self.env["crm.stage.requirement"]._get_gated_pipeline_ids()
        return self.filtered(
            lambda lead: (
                lead.type == "opportunity"
                and (
                    lead.pipeline_id.id in gated
                    or (False in gated and lead.pipeline_id._are_shared_shown())
                )
            )
        )

    def _get_gate_requirements(self, before):
        """Return what each deal has to meet for the stages it entered, by id; set-based: a board is read once for all its deals.

        :rtype: dict[int, crm.stage.requirement]
        """
        boards = {
            key: key[0].sudo()._get_stages(key[1])  # sudo: a gate holds for all
            for key in self._group_by("pipeline_id", "team_id")
        }  # sudo: crm.stage - a gate holds for everybody
        nothing = self.env["crm.stage.requirement"].sudo()  # sudo: crm.stage.requirement - as above
        return {
            lead.id: lead._get_entered_stages(
                before.get(lead.id), boards[lead.pipeline_id, lead.team_id]
            ).requirement_ids
            or nothing
            for lead in self
        }

    def _get_entered_stages(self, previous, board):
        """Return the stages whose gates a move passes: the one entered and, going forward, those skipped on the way.

        :param previous: the ``crm.stage`` the deal was in, None for a new deal
        :param board: the stages of the deal's board, in order
        :rtype: crm.stage
        """
        self.ensure_one()
        places = {stage.id: place for place, stage in enumerate(board)}
        target = self.stage_id._origin.id
        if target not in places:
            return self.stage_id.sudo()  # sudo: crm.stage - a gate holds for everybody
        start = places.get(previous.id, -1) if previous else -1
        end = places[target]
        if end <= start:
            return board.browse()
        entered = (
            board[start + 1 : end + 1]
            if self.pipeline_id and self.pipeline_id._get_scope().is_cumulative
            else board[end]
        )
        return entered.filtered(lambda stage: stage.id == target or not stage.is_won)

    def _raise_gate(self, missing, before):
        message = "\n\n".join(
            lead._get_gate_message(requirements) for lead, requirements in missing.items()
        )
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
        head = self.env._(
            "“%(deal)s” cannot enter “%(stage)s” yet. Missing:",
            deal=self.name,
            stage=self.stage_id.name,
        )
        return "\n".join([head, *(f"• {requirement.name}" for requirement in requirements)])

    # -- Override ---

    def _override_gates(self, missing):
        """Let a permitted user pass by naming a reason; what others have to approve stays.

        :param dict missing: ``crm.stage.requirement`` records by deal
        :return: what is still missing
        :rtype: dict
        """
        reason = self.env.context.get("crm_gate_override")
        if (
            not isinstance(reason, str)
            or len(reason.strip()) < SHORTEST_REASON
            or not self._may_override_gates()
        ):
            return missing
        mine = self.env.user.all_group_ids
        passed, kept = {}, {}
        for lead, requirements in missing.items():
            others = requirements.filtered(
                lambda requirement: (
                    requirement.kind == "approval" and requirement.group_id not in mine
                )
            )
            kept.update({lead: others} if others else {})
            passed.update({lead: requirements} if not others else {})
        if passed and not kept:
            self._log_gate_overrides(passed, reason.strip())
        return kept

    @api.model
    def _may_override_gates(self):
        """Return whether the user may pass a gate by naming a reason."""
        return self.env.user.has_group(OVERRIDE_GROUP)

    def _log_gate_overrides(self, passed, reason):
        """Keep the reason on each deal that passed."""
        text = self.env._(
            "Gate of “%(stage)s” overridden. Reason: %(reason)s. Missing: %(missing)s"
        )
        bodies = {
            lead.id: Markup("%s")
            % (
                text
                % {
                    "stage": lead.stage_id.name,
                    "reason": reason,
                    "missing": ", ".join(requirements.mapped("name")),
                }
            )
            for lead, requirements in passed.items()
        }
        self.browse(bodies)._message_log_batch(bodies=bodies)

    # -- Approvals ---

    def _drop_outdated_approvals(self):
        """An approval holds for the way forward: a deal that goes back asks again."""
        # sudo: crm.stage.approval - salespeople may not delete decisions, only going back does
        approvals = self.sudo().approval_ids
        outdated = approvals.filtered(
            lambda approval: approval.stage_id._stands_after(approval.lead_id.stage_id)
        )
        decided = outdated.filtered(lambda approval: approval.state != "asked")
        decided.unlink()

    def _ask_approvals(self, requirements):
        """Ask for the approvals among some requirements, with an activity for somebody who may give them.

        :param requirements: ``crm.stage.requirement`` records of kind approval
        :return: the approvals asked for
        :rtype: crm.stage.approval
        """
        self.ensure_one()
        self.check_access("write")
        known = self.approval_ids
        # sudo: crm.stage.approval - asking is all that this writes; salespeople may not write decisions
        again = known.filtered(
            lambda approval: approval.state == "refused" and approval.requirement_id in requirements
        ).sudo()  # sudo: asking again, no more
        again.write(
            {
                "state": "asked",
                "decided_by_id": False,
                "decided_at": False,
                "asked_by_id": self.env.uid,
            }
        )
        missing = requirements - known.requirement_id
        new = again.create(
            [
                {"lead_id": self.id, "requirement_id": requirement.id, "state": "asked"}
                for requirement in missing
            ]
        )
        for approval in new | again:
            approval.activity_id = self.activity_schedule(
                "crm_core.mail_activity_type_approval",
                summary=approval.requirement_id.name,
                note=self.env._(
                    "%(user)s asks to move “%(deal)s” to “%(stage)s”.",
                    user=self.env.user.name,
                    deal=self.name,
                    stage=approval.stage_id.name,
                ),
                user_id=self._get_approver(approval.group_id).id,
            )
        return new | again

    def _get_approver(self, group):
        """Return the user to ask: the team's lead where he holds the role, else a member of the role who may read the deal.

        :raises UserError: when nobody holds the role
        """
        self.ensure_one()
        # sudo: res.groups - who holds a role is not for salespeople to read
        members = group.sudo().all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and (not self.company_id or self.company_id in user.company_ids)
            )
        )
        candidates = (self.team_id.user_id & members) | (members - self.env.user) | members
        approver = next((user for user in candidates if self._is_readable_by(user)), None)
        if not approver:
            raise UserError(
                self.env._(
                    "Nobody who may read this deal holds the role “%s”, which has to approve.",
                    group.sudo().full_name,  # sudo: its name
                )
            )  # sudo: its name
        return approver

    def _is_readable_by(self, user):
        companies = self.company_id or user.company_ids
        return (
            self.with_user(user).with_context(allowed_company_ids=companies.ids).has_access("read")
        )

    def _check_off(self, requirements):
        """Check items of the checklist off."""
        if requirements:
            self.checked_requirement_ids = [
                Command.link(requirement.id) for requirement in requirements
            ]
