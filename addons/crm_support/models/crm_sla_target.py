# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.sla_policy import Target
from .crm_sla_policy import KINDS
from .crm_ticket import PRIORITIES


class CrmSlaTarget(models.Model):
    """One promise of a policy: what is done within how much working time."""

    _name = "crm.sla.target"
    _description = "SLA Promise"
    _order = "policy_id, kind, priority desc, id"
    _rec_name = "kind"

    policy_id = fields.Many2one("crm.sla.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    kind = fields.Selection(KINDS, string="Clock", required=True, default="first_reply")
    priority = fields.Selection(
        PRIORITIES,
        help="Only for tickets of this priority. Without one, for those that no other line is for.",
    )
    stage_id = fields.Many2one(
        "crm.ticket.stage", string="Stage to Reach", index="btree_not_null", ondelete="cascade"
    )
    hours = fields.Float("Within", required=True, default=8, help="Working hours and minutes.")
    risk_percent = fields.Integer(
        "At Risk after (%)",
        default=75,
        help="Of the promised time; from then on the ticket is yellow. 0 for no warning.",
    )
    risk_minutes = fields.Integer(
        "At Risk (min before)", help="Working minutes before the deadline, instead of a percentage."
    )
    is_pausing = fields.Boolean(
        "Pauses",
        default=True,
        help="The time does not count while the ticket is in a stage that waits for somebody else.",
    )

    _hours_check = models.Constraint("CHECK(hours > 0)", "A promise takes some time.")
    _risk_check = models.Constraint(
        "CHECK(risk_percent BETWEEN 0 AND 100 AND risk_minutes >= 0)",
        "Warn between the start and the deadline.",
    )
    _stage_check = models.Constraint(
        "CHECK((kind = 'reach_stage') = (stage_id IS NOT NULL))",
        "Say which stage is to be reached.",
    )
    _once = models.UniqueIndex(
        "(policy_id, kind, COALESCE(priority, ''), COALESCE(stage_id, 0))",
        "A policy promises one time for each clock and priority.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        self.env.registry.clear_cache()
        return targets

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "reach_stage":
            self.stage_id = False

    def _to_rule(self):
        """Return this promise in the form it is matched in.

        :rtype: Target
        """
        seconds = round(self.hours * 60) * 60
        return Target(
            self.id,
            self.kind,
            seconds,
            priority=self.priority,
            stage_id=self.stage_id.id or None,
            risk_seconds=self._get_risk_seconds(seconds),
            is_pausing=self.is_pausing,
        )

    def _get_risk_seconds(self, seconds):
        """Return the working time after which there is a risk; None for no warning.

        :rtype: int | None
        """
        if self.risk_minutes:
            return max(seconds - self.risk_minutes * 60, 0)
        return seconds * self.risk_percent // 100 if self.risk_percent else None
