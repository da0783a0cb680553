# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .crm_sla_policy import KINDS

ACTIONS = [
    ("notify", "Notify"),
    ("activity", "Plan an Activity"),
    ("reassign", "Assign"),
    ("priority", "Raise the Priority"),
]


class CrmSlaEscalation(models.Model):
    """A step of a policy's ladder: who does what after how much of the promised time."""

    _name = "crm.sla.escalation"
    _description = "SLA Escalation Step"
    _order = "policy_id, sequence, id"
    _rec_name = "action"

    policy_id = fields.Many2one("crm.sla.policy", required=True, index=True, ondelete="cascade")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, string="Clock", help="Without one, each clock of the policy.")
    trigger = fields.Selection(
        [("percent", "% of the Time"), ("before", "Minutes before"), ("after", "Minutes after")],
        string="When",
        required=True,
        default="percent",
    )
    amount = fields.Integer(
        required=True, default=75, help="Percent, or working minutes before or after the deadline."
    )
    action = fields.Selection(ACTIONS, string="What", required=True, default="notify")
    recipient = fields.Selection(
        [("user", "Who Has the Ticket"), ("lead", "Team Lead"), ("users", "These People")],
        string="To",
        required=True,
        default="user",
        help="A ticket that nobody has goes to the team lead.",
    )
    user_ids = fields.Many2many("res.users", string="People", domain="[('share', '=', False)]")
    is_any_hour = fields.Boolean(
        "At Any Hour",
        help="Also outside of the working hours of the person. Otherwise it waits until they begin.",
    )

    _amount_check = models.Constraint("CHECK(amount >= 0)", "Steps are taken after the start.")

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self._after_change(steps.policy_id)
        return steps

    def write(self, vals):
        result = super().write(vals)
        self._after_change(self.policy_id)
        return result

    def unlink(self):
        policies = self.policy_id
        result = super().unlink()
        self._after_change(policies)
        return result

    @api.model
    def _after_change(self, policies):
        """Let the clocks of policies be looked at by the steps as they are now.

        :param policies: ``crm.sla.policy``
        """
        self.env.registry.clear_cache()
        # sudo: crm.sla.clock - whoever changes the ladder
        clocks = self.env["crm.sla.clock"].sudo()
        domain = [
            ("policy_id", "in", policies.ids),
            ("ended_at", "=", False),
            ("state", "!=", "paused"),
        ]
        clocks.search(domain).check_at = fields.Datetime.now()

    def _get_amount(self):
        """Return the amount as percent or seconds.

        :rtype: int
        """
        return self.amount if self.trigger == "percent" else self.amount * 60

    def _get_recipients(self, ticket):
        """Return who is told of a ticket, or gets it.

        :rtype: res.users
        """
        lead = ticket.team_id.user_id
        if self.recipient == "users":
            return self.user_ids
        if self.recipient == "lead":
            return lead
        return ticket.user_id or lead
