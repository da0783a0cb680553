# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .crm_sla_policy import KINDS

STATES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("breached", "Breached"),
    ("met", "Met"),
    ("late", "Met Late"),
    ("cancelled", "Not Asked for Anymore"),
]


class CrmSlaClock(models.Model):
    """One promise to one ticket, and how it stands. It changes by events only; see ``crm.sla.event``."""

    _name = "crm.sla.clock"
    _description = "SLA Clock"
    _order = "ticket_id, started_at, id"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one(related="ticket_id.team_id")
    kind = fields.Selection(KINDS, string="Clock", required=True, readonly=True)
    stage_id = fields.Many2one(
        "crm.ticket.stage", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    cycle = fields.Integer(required=True, readonly=True, default=1, aggregator=None)
    state = fields.Selection(STATES, required=True, readonly=True, default="running")
    # without indexes of their own: every change of a clock would pay for them, and few policies have many clocks
    policy_id = fields.Many2one("crm.sla.policy", readonly=True, ondelete="set null")
    target_id = fields.Many2one(
        "crm.sla.target", string="Promise", readonly=True, ondelete="set null"
    )
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", readonly=True, ondelete="set null"
    )
    target_seconds = fields.Integer(readonly=True, aggregator="avg")
    risk_seconds = fields.Integer(readonly=True, aggregator=None)
    is_pausing = fields.Boolean(readonly=True)
    elapsed_seconds = fields.Integer("Counted Seconds", readonly=True, aggregator="avg")
    started_at = fields.Datetime("Started", readonly=True)
    since = fields.Datetime("Counts since", readonly=True)
    deadline = fields.Datetime(readonly=True)
    risk_at = fields.Datetime("At Risk from", readonly=True)
    warned_at = fields.Datetime("Warned", readonly=True)
    breached_at = fields.Datetime("Breached", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    handled_seconds = fields.Integer(readonly=True, default=-1, aggregator=None)
    check_at = fields.Datetime("Look at It at", readonly=True)
    error = fields.Char("Why It Was Not Escalated", readonly=True)
    event_ids = fields.One2many("crm.sla.event", "clock_id", string="Events", readonly=True)
    promised_time = fields.Char("Promised", compute="_compute_times")
    elapsed_time = fields.Char("Elapsed", compute="_compute_times")

    _once = models.UniqueIndex(
        "(ticket_id, kind, COALESCE(stage_id, 0), cycle)", "A promise is counted once for a ticket."
    )
    _check_idx = models.Index("(check_at) WHERE check_at IS NOT NULL")

    @api.depends("kind", "stage_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for clock in self:
            clock.display_name = (
                self.env._("Reach “%s”", clock.stage_id.name)
                if clock.stage_id
                else kinds.get(clock.kind, "")
            )

    @api.depends("target_seconds", "elapsed_seconds", "since", "ended_at")
    def _compute_times(self):
        now = fields.Datetime.now()
        plain = self._load(self.ids)
        for clock in self:
            clock.promised_time = self._say_duration(clock.target_seconds)
            known = plain.get(clock._origin.id)
            clock.elapsed_time = self._say_duration(
                known.get_elapsed(now) if known else clock.elapsed_seconds
            )

    @api.model
    def _say_duration(self, seconds):
        """Return a duration in words of the reader's language.

        :rtype: str
        """
        hours, minutes = divmod(abs(seconds or 0) // 60, 60)
        if not hours:
            return self.env._("%s min", minutes)
        return (
            self.env._("%(hours)s h %(minutes)02d", hours=hours, minutes=minutes)
            if minutes
            else self.env._("%s h", hours)
        )
