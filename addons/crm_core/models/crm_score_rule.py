# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MOST_POINTS = 1000


class CrmScoreRule(models.Model):
    """What makes a lead worth calling: points for what it is, or for each thing that happened with it.

    A rule on the profile gives its points once to the leads of its condition. A rule on behaviour gives them for each event, the
    newest first, up to a number of times. With a half-life points fade: those of an event from its day on, those of a profile from
    the day the lead came in.
    """

    _name = "crm.score.rule"
    _description = "Score Rule"
    _inherit = "crm.score.condition"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [("profile", "Profile"), ("behaviour", "Behaviour")],
        "Looks At",
        required=True,
        default="profile",
        help="Profile: points once, for what the lead is. Behaviour: points for each thing that happened.",
    )
    event = fields.Selection(
        lambda self: [
            (code, label) for code, (label, _sql) in self.env["crm.score"]._get_events().items()
        ],
        string="What Happened",
    )
    points = fields.Integer(
        required=True, default=10, help="Less than zero: what makes a lead worth less."
    )
    max_times = fields.Integer(
        "At Most", default=0, help="How many events count, the newest first. 0: all of them."
    )
    half_life = fields.Integer(
        "Half-Life (Days)",
        help="After so many days the points are worth half, after twice as many a quarter. 0: they do not fade.",
    )

    _points_check = models.Constraint(
        f"CHECK(points <> 0 AND abs(points) <= {MOST_POINTS})",
        f"A rule gives or takes 1 to {MOST_POINTS} points.",
    )
    _times_check = models.Constraint(
        "CHECK(max_times >= 0 AND half_life >= 0)", "Times and days are not below zero."
    )
    _event_check = models.Constraint(
        "CHECK(kind = 'profile' OR event IS NOT NULL)", "Say what has to happen."
    )

    @api.constrains("kind", "event")
    def _check_event(self):
        for rule in self:
            if rule.kind == "behaviour" and rule.event not in self.env["crm.score"]._get_events():
                raise ValidationError(
                    self.env._("Nothing tells when this happens: %s.", rule.event)
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._after_change()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"error"}:
            self._after_change()
        return result

    def unlink(self):
        result = super().unlink()
        self._after_change()
        return result

    def _after_change(self):
        """Have all leads scored again soon: the rules say something else now."""
        self.env.registry.clear_cache()
        self.env["crm.score.request"]._add_all()

    # -- Actions -----------------------------------------------------------------------------------

    def action_view_leads(self):
        """Show the leads that get points by this rule now."""
        self.ensure_one()
        self.check_access("read")
        self._check_readable()
        # sudo: crm.score - which leads a rule is about; the list shows the reader's own
        ids = self.env["crm.score"].sudo()._get_rule_lead_ids(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.lead",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
        }

    def _check_readable(self):
        """Refuse to show the leads of a rule that is left out of the score.

        :raises UserError: with the reason
        """
        # sudo: crm.score.rule - the reason is noted on the rule whoever finds it
        rule = self.sudo()
        # sudo: crm.score - which leads a rule is about
        score = self.env["crm.score"].sudo()
        if not rule._build(lambda: score._get_leads()._search(rule._get_lead_domain())):
            raise UserError(self.env._("This rule is not used: %s", rule.error))
