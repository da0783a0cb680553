# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.sla_policy import Policy, Step
from .crm_ticket import CHANNELS

KINDS = [
    ("first_reply", "First Reply"),
    ("next_reply", "Next Reply"),
    ("periodic_update", "Periodic Update"),
    ("resolution", "Resolution"),
    ("reach_stage", "Reach a Stage"),
]
PRIORITY_FIELDS = {
    "0": "is_for_low",
    "1": "is_for_normal",
    "2": "is_for_high",
    "3": "is_for_urgent",
}


class CrmSlaPolicy(models.Model):
    """What is promised to which tickets. Policies are asked in order; for each clock the first that says something holds.

    A draft promises nothing; it can be simulated on the tickets of the past.
    """

    _name = "crm.sla.policy"
    _description = "SLA Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active")],
        required=True,
        default="draft",
        tracking=True,
        help="A draft promises nothing yet. Simulate it, then activate it.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Without one, for all companies.",
    )
    description = fields.Text(translate=True)
    # for which tickets
    team_ids = fields.Many2many("crm.ticket.team", string="Teams", check_company=True)
    is_for_low = fields.Boolean("Low")
    is_for_normal = fields.Boolean("Normal")
    is_for_high = fields.Boolean("High")
    is_for_urgent = fields.Boolean("Urgent")
    type_ids = fields.Many2many("crm.ticket.type", string="Types")
    category_ids = fields.Many2many(
        "crm.ticket.category",
        string="Categories",
        check_company=True,
        help="With all that is below them.",
    )
    tag_ids = fields.Many2many("crm.ticket.tag", string="Tags", help="One of them is enough.")
    partner_ids = fields.Many2many("res.partner", string="Customers", check_company=True)
    partner_category_ids = fields.Many2many("res.partner.category", string="Tags of Customers")
    channel = fields.Selection(CHANNELS, string="Came in by")
    # what is promised, and in which hours
    hours = fields.Selection(
        [
            ("team", "Of the Team, or Else of the Company"),
            ("calendar", "Of This Policy"),
            ("always", "Round the Clock"),
        ],
        string="Working Hours Are",
        required=True,
        default="team",
        tracking=True,
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        index="btree_not_null",
        check_company=True,
        tracking=True,
    )
    target_ids = fields.One2many("crm.sla.target", "policy_id", string="Promises", copy=True)
    escalation_ids = fields.One2many(
        "crm.sla.escalation", "policy_id", "Escalation Steps", copy=True
    )
    clock_count = fields.Integer("Running Clocks", compute="_compute_clock_count")

    _hours_check = models.Constraint(
        "CHECK(hours <> 'calendar' OR resource_calendar_id IS NOT NULL)",
        "Say which working hours the policy goes by.",
    )

    def _compute_clock_count(self):
        clocks = self.env["crm.sla.clock"]
        domain = [("policy_id", "in", self.ids), ("ended_at", "=", False)]
        counts = dict(clocks._read_group(domain, ["policy_id"], ["__count"]))
        for policy in self:
            policy.clock_count = counts.get(policy._origin, 0)

    @api.constrains("state", "target_ids")
    def _check_targets(self):
        for policy in self:
            if policy.state == "active" and not policy.target_ids:
                raise ValidationError(
                    self.env._("“%s” promises nothing yet: add a promise first.", policy.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def copy_data(self, default=None):
        values = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%s (copy)", policy.name)}
            for policy, vals in zip(self, values, strict=True)
        ]

    def action_activate(self):
        """Promise what drafts say, from now on; tickets that are open already follow when asked for."""
        self.check_access("write")
        self.state = "active"

    def action_draft(self):
        """Promise it no longer to new tickets."""
        self.check_access("write")
        self.state = "draft"

    def action_apply_to_open_tickets(self):
        """Let the open tickets follow the policies as they are now; in the background."""
        self.check_access("write")
        self.env["crm.sla.rematch"]._request("policy", policies=self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Open tickets follow the policies in the background, within minutes."
                ),
            },
        }

    def action_view_clocks(self):
        """Open the running clocks of this policy."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_sla_clock_action")
        return {
            **action,
            "domain": [("policy_id", "=", self.id), ("ended_at", "=", False)],
            "context": {},
        }

    @api.model
    @tools.ormcache()
    def _get_active_rules(self):
        """Return the active policies in order, in the form they are matched in.

        :rtype: tuple[Policy, ...]
        """
        # sudo: crm.sla.policy - of every company
        return tuple(self.sudo().search([("state", "=", "active")])._to_rules())

    @api.model
    @tools.ormcache()
    def _get_steps(self):
        """Return the steps of escalation of each policy.

        :rtype: dict[int, tuple[Step, ...]]
        """
        # sudo: crm.sla.escalation - of every company
        every = self.env["crm.sla.escalation"].sudo()
        steps = every.with_context(active_test=False).search([("policy_id", "!=", False)])
        return {
            policy.id: tuple(Step(one.id, one.trigger, one._get_amount(), one.kind) for one in mine)
            for policy, mine in steps.grouped("policy_id").items()
        }

    def _to_rules(self):
        """Return policies in the form they are matched in, whatever their state.

        :rtype: list[Policy]
        """
        return [policy._to_rule() for policy in self]

    def _to_rule(self):
        calendar = self.resource_calendar_id.id if self.hours == "calendar" else None
        return Policy(
            self.id,
            targets=tuple(target._to_rule() for target in self.target_ids),
            company_id=self.company_id.id,
            calendar_id=0 if self.hours == "always" else calendar,
            channel=self.channel,
            team_ids=frozenset(self.team_ids.ids),
            priorities=frozenset(code for code, name in PRIORITY_FIELDS.items() if self[name]),
            type_ids=frozenset(self.type_ids.ids),
            category_ids=frozenset(self.category_ids.ids),
            tag_ids=frozenset(self.tag_ids.ids),
            partner_ids=frozenset(self.partner_ids.ids),
            partner_category_ids=frozenset(self.partner_category_ids.ids),
        )
