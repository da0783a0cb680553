# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

EVENTS = [
    ("start", "Started"),
    ("pause", "Paused"),
    ("resume", "Went on"),
    ("rematch", "Promise Changed"),
    ("warn", "At Risk"),
    ("met", "Met"),
    ("breach", "Breached"),
    ("stop", "Ended"),
]
REASONS = [
    ("created", "The ticket came in"),
    ("customer", "The customer wrote"),
    ("reply", "The team replied"),
    ("waiting", "The ticket waits for somebody else"),
    ("working", "The ticket is worked on again"),
    ("closed", "The ticket was closed"),
    ("reopened", "The ticket was opened again"),
    ("stage", "The stage was reached"),
    ("changed", "The ticket changed"),
    ("policy", "The policies changed"),
    ("calendar", "The working hours changed"),
    ("revived", "The promise holds again"),
    ("merged", "Tickets were merged"),
    ("risk", "Little time is left"),
    ("deadline", "The deadline passed"),
]


class CrmSlaEvent(models.Model):
    """What happened to a clock, when, why and through whom, with the figures right after it. Nothing is ever changed here."""

    _name = "crm.sla.event"
    _description = "SLA Event"
    _order = "id"
    _rec_name = "kind"
    _log_access = False

    clock_id = fields.Many2one(
        "crm.sla.clock", required=True, readonly=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(EVENTS, string="Event", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    noted_at = fields.Datetime("Noted", required=True, readonly=True)
    reason = fields.Selection(REASONS, readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    elapsed_seconds = fields.Integer("Counted Seconds", readonly=True, aggregator=None)
    deadline = fields.Datetime(readonly=True)
    target_seconds = fields.Integer(readonly=True, aggregator=None)
    risk_seconds = fields.Integer(readonly=True, aggregator=None)
    policy_id = fields.Many2one(
        "crm.sla.policy", readonly=True, index="btree_not_null", ondelete="set null"
    )
    target_id = fields.Many2one(
        "crm.sla.target", string="Promise", readonly=True, ondelete="set null"
    )
    calendar_id = fields.Many2one(
        "resource.calendar", string="Working Hours", readonly=True, ondelete="set null"
    )
    is_pausing = fields.Boolean(readonly=True)

    # the list of suspicious pauses reads the latest ones alone
    _pause_idx = models.Index("(at DESC, id DESC) WHERE kind = 'pause' AND reason = 'waiting'")

    def write(self, vals):
        if vals:
            raise UserError(self.env._("What happened is not changed afterwards."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("What happened is not deleted afterwards."))
