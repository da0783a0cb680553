# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import zlib
from datetime import timedelta

from odoo import api, fields, models

from .crm_satisfaction_rule import KINDS, SCALES

STATES = [
    ("planned", "Will Be Asked"),
    ("asked", "Asked"),
    ("answered", "Answered"),
    ("expired", "Not Answered"),
    ("cancelled", "Not Asked"),
]
REASONS = [
    ("reopened", "The ticket was reopened"),
    ("recent", "The person was asked not long ago"),
    ("no_address", "There is no address"),
    ("gone", "The ticket or the question is no longer in use"),
    ("late", "It would have left too late"),
    ("held_back", "The message could not leave"),
    ("error", "Something went wrong"),
]


class CrmSatisfaction(models.Model):
    """One question to one customer about one closing of one ticket, and the answer.

    Planned when the ticket closes, asked when the delay is over, answered on the page of its signed link, expired when nobody
    does; cancelled, with the reason, when it never left. Only its own methods write it: no user changes what a customer
    answered.
    """

    _name = "crm.satisfaction"
    _description = "Customer Satisfaction"
    _order = "id desc"

    # what is asked
    key = fields.Char(required=True, readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one(
        "crm.satisfaction.rule", readonly=True, index="btree_not_null", ondelete="set null"
    )
    kind = fields.Selection(KINDS, "Question", required=True, readonly=True)
    # as it was when the ticket was closed
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one("crm.ticket.team", readonly=True, index=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Settled by", readonly=True, index="btree_not_null"
    )
    channel = fields.Selection(
        selection=lambda self: (
            self.env["crm.ticket"]._fields["channel"]._description_selection(self.env)
        ),
        readonly=True,
    )
    # who is asked
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, index="btree_not_null", ondelete="set null"
    )
    email = fields.Char("E-mail", readonly=True)

    # when
    date_due = fields.Datetime("To Be Asked on", readonly=True)
    date_asked = fields.Datetime("Asked on", readonly=True)
    date_remind = fields.Datetime("To Be Reminded on", readonly=True)
    date_reminded = fields.Datetime("Reminded on", readonly=True)
    date_expiry = fields.Datetime("Open until", readonly=True)
    date_answered = fields.Datetime("Answered on", readonly=True)

    # what came of it
    state = fields.Selection(STATES, required=True, default="planned", readonly=True)
    reason = fields.Selection(REASONS, "Why Not", readonly=True)
    reason_detail = fields.Char("Details", readonly=True)
    score = fields.Integer(readonly=True, aggregator="avg")
    answer = fields.Char(compute="_compute_answer")
    result = fields.Float(
        compute="_compute_result",
        store=True,
        aggregator="avg",
        digits=(6, 2),
        help="Its average is the figure: CSAT the percent satisfied (4 and 5), NPS promoters (9 and 10) minus detractors "
        "(0 to 6), CES the average score.",
    )
    comment = fields.Text(readonly=True)
    is_low = fields.Boolean("Low Score", readonly=True)
    votes = fields.Integer("Times Answered", readonly=True)
    date_followed = fields.Datetime("Followed up on", readonly=True)
    follow_up_id = fields.Many2one(
        "crm.ticket",
        string="Follow-up Ticket",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _key_uniq = models.UniqueIndex("(key)", "This closing was asked about already.")
    _due_idx = models.Index("(date_due, id) WHERE state = 'planned'")
    _open_idx = models.Index("(date_expiry, id) WHERE state = 'asked'")
    _person_idx = models.Index("(email, date_asked)")
    _answered_idx = models.Index("(team_id, kind, date_answered) WHERE state = 'answered'")

    @api.depends("score", "kind", "state")
    def _compute_answer(self):
        for question in self:
            top = SCALES[question.kind][1]
            is_answered = question.state == "answered"
            question.answer = f"{question.score}/{top}" if is_answered else False

    @api.depends("score", "kind", "state")
    def _compute_result(self):
        for question in self:
            question.result = question._get_result() if question.state == "answered" else 0.0

    @api.depends("ticket_id", "answer")
    def _compute_display_name(self):
        for question in self:
            # sudo: crm.ticket - its number; whoever reads the answer may see which ticket it is about
            ticket = question.ticket_id.sudo().display_name
            parts = (question.answer, ticket)
            question.display_name = " · ".join(filter(None, parts))

    def _get_result(self):
        """Return what one answer adds to the figure of its kind, which is the average of all."""
        match self.kind:
            case "csat":
                return 100.0 if self.score >= 4 else 0.0
            case "nps":
                return 100.0 if self.score >= 9 else -100.0 if self.score <= 6 else 0.0
        return float(self.score)

    def action_open_ticket(self):
        """Open the ticket that the answer is about."""
        self.ensure_one()
        self.check_access("read")
        self.ticket_id.check_access("read")
        return self.ticket_id.get_formview_action()

    # -- Planning ----------------------------------------------------------------------------------

    @api.model
    def _plan(self, tickets):
        """Have customers asked about tickets that were just closed, each closing once.

        :param tickets: ``crm.ticket``
        :return: the questions
        """
        rules = self.env["crm.satisfaction.rule"]._find_for(tickets)
        keys = {ticket: f"{ticket.id}:{ticket.reopen_count}" for ticket in rules}
        known = set(self.search([("key", "in", list(keys.values()))]).mapped("key"))
        return self.create(
            [
                self._prepare_question_values(ticket, rules[ticket], key)
                for ticket, key in keys.items()
                if key not in known and self._is_chosen(ticket, rules[ticket], key)
            ]
        )

    @api.model
    def _is_chosen(self, ticket, rule, key):
        """Return whether somebody is asked about this closing: there is an address, and it falls into the share."""
        is_wanted = ticket.email_normalized and ticket.stage_id.is_surveyed
        return bool(is_wanted) and zlib.crc32(key.encode()) % 100 < rule.share

    @api.model
    def _prepare_question_values(self, ticket, rule, key):
        """Return the values of a question about a ticket that was just closed.

        :rtype: dict
        """
        return {
            "key": key,
            "ticket_id": ticket.id,
            "rule_id": rule.id,
            "kind": rule.kind,
            "company_id": ticket.company_id.id,
            "team_id": ticket.team_id.id,
            "user_id": ticket.user_id.id,
            "channel": ticket.channel,
            "partner_id": ticket.partner_id.id,
            "email": ticket.email_normalized,
            "date_due": fields.Datetime.now() + timedelta(hours=rule.delay_hours),
        }

    def _call_off(self, reason, detail=False):
        """End questions that have not left, with the reason."""
        self.write({"state": "cancelled", "reason": reason, "reason_detail": detail})

    def _withdraw(self):
        """Call off what has not left of these questions, because their tickets were reopened."""
        ledger = self.env["crm.dispatch"]
        asked = self.filtered(lambda question: question.state == "asked")
        if asked and ledger._cancel_source(asked):
            counts = ledger._count_by_source(asked)
            asked = asked.filtered(lambda question: counts[question.id].keys() <= {"cancelled"})
        else:
            asked = asked.browse()
        planned = self.filtered(lambda question: question.state == "planned")
        (planned | asked)._call_off("reopened")
