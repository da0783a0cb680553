# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

KINDS = [
    ("csat", "Satisfaction (CSAT, 1 to 5)"),
    ("nps", "Recommendation (NPS, 0 to 10)"),
    ("ces", "Effort (CES, 1 to 7)"),
]
#: lowest and highest score of each kind
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
#: what counts as low unless a team says otherwise
LOW_SCORES = {"csat": 2, "nps": 6, "ces": 3}
LOW_ACTIONS = [
    ("none", "A note on the ticket"),
    ("activity", "A task for the team lead"),
    ("ticket", "A follow-up ticket for the team lead"),
    ("reopen", "The ticket is reopened"),
]


class CrmSatisfactionRule(models.Model):
    """What a team asks its customers after closing: of one channel, or of all that have no line of their own."""

    _name = "crm.satisfaction.rule"
    _description = "Satisfaction Question of a Team"
    _order = "team_id, sequence, id"

    team_id = fields.Many2one("crm.ticket.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    channel = fields.Selection(
        selection=lambda self: (
            self.env["crm.ticket"]._fields["channel"]._description_selection(self.env)
        ),
        help="Tickets that came this way. Empty for all that have no line of their own.",
    )
    kind = fields.Selection(
        [*KINDS, ("none", "Nothing is asked")], "Question", required=True, default="csat"
    )
    delay_hours = fields.Integer(
        "Hours after Closing",
        default=24,
        required=True,
        help="How long after the ticket was closed the question leaves. Reopened before, it does not.",
    )
    reminder_days = fields.Integer(
        "Reminder after Days",
        default=3,
        required=True,
        help="Who has not answered is reminded once, so many days after the question. 0 for never.",
    )
    valid_days = fields.Integer(
        "Open for Days", default=30, required=True, help="How long the question can be answered."
    )
    share = fields.Integer(
        "Share Asked (%)",
        default=100,
        required=True,
        help="Of 100 closed tickets, after how many the customer is asked.",
    )
    min_days = fields.Integer(
        "Days between Questions",
        default=30,
        required=True,
        help="The same person is not asked again within so many days, whatever the ticket. 0 for no limit.",
    )
    low_score = fields.Integer(
        "Low up to",
        compute="_compute_low_score",
        store=True,
        readonly=False,
        precompute=True,
        help="This score and those below it are low.",
    )
    low_action = fields.Selection(
        LOW_ACTIONS,
        "A Low Score Makes",
        required=True,
        default="activity",
        help="Once for each question, whatever is answered later. The team lead is told in any case.",
    )

    _channel_uniq = models.UniqueIndex(
        "(team_id, COALESCE(channel, ''))", "A team has one question for each channel."
    )
    _delay_check = models.Constraint(
        "CHECK(delay_hours BETWEEN 0 AND 8760)",
        "The question leaves 0 to 8760 hours after closing.",
    )
    _days_check = models.Constraint(
        "CHECK(valid_days BETWEEN 1 AND 365 AND min_days BETWEEN 0 AND 3650)",
        "A question is open for 1 to 365 days, and there are 0 to 3650 days between two.",
    )
    _reminder_check = models.Constraint(
        "CHECK(reminder_days >= 0 AND reminder_days < valid_days)",
        "The reminder leaves while the question is open.",
    )
    _share_check = models.Constraint(
        "CHECK(share BETWEEN 1 AND 100)", "The share asked is 1 to 100 percent."
    )

    @api.depends("kind")
    def _compute_low_score(self):
        for rule in self:
            rule.low_score = LOW_SCORES.get(rule.kind, 0)

    @api.depends("kind", "channel")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for rule in self:
            parts = (channels.get(rule.channel), kinds.get(rule.kind))
            rule.display_name = ": ".join(filter(None, parts))

    @api.model
    def _find_for(self, tickets):
        """Return what is asked about each ticket: the line of its channel, else the one for all.

        :param tickets: ``crm.ticket``
        :return: ``{ticket: rule}`` of those that something is asked about
        :rtype: dict
        """
        rules = self.search([("team_id", "in", tickets.team_id.ids)])
        by_place = {(rule.team_id, rule.channel): rule for rule in rules}
        found = {}
        for ticket in tickets:
            own = by_place.get((ticket.team_id, ticket.channel))
            rule = own or by_place.get((ticket.team_id, False))
            if rule and rule.kind != "none":
                found[ticket] = rule
        return found
