# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_ticket_time import BILLINGS
from ..tools.hour_packs import format_minutes, round_up


class CrmTicketTimerStop(models.TransientModel):
    """What the time of a timer was for. A second click enters nothing more."""

    _name = "crm.ticket.timer.stop"
    _description = "Stop the Timer"

    ticket_id = fields.Many2one("crm.ticket", required=True, readonly=True, ondelete="cascade")
    duration = fields.Float("Time", required=True)
    note = fields.Char("What Was Done")
    billing = fields.Selection(BILLINGS, string="Who Pays", required=True)
    is_cut = fields.Boolean(readonly=True)
    counted_text = fields.Char("Counts as", compute="_compute_counted_text")
    prepaid_text = fields.Char(related="ticket_id.prepaid_text")
    prepaid_state = fields.Selection(related="ticket_id.prepaid_state")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ticket = self.env["crm.ticket"].browse(values.get("ticket_id"))
        if not ticket:
            return values
        ticket.check_access("write")
        timers = ticket._get_own_timers()
        minutes = max(-(-timers._get_seconds() // 60), 1)
        values |= {
            "duration": minutes / 60,
            "billing": ticket.team_id.time_billing,
            "is_cut": any(timers.mapped("is_cut")),
        }
        return {name: value for name, value in values.items() if name in fields}

    @api.depends("duration", "ticket_id")
    def _compute_counted_text(self):
        for wizard in self:
            step = wizard.ticket_id.team_id.time_step
            minutes = round_up(round(wizard.duration * 60), step)
            wizard.counted_text = (
                self.env._(
                    "%(time)s h, rounded up to steps of %(step)s minutes",
                    time=format_minutes(minutes),
                    step=step,
                )
                if step > 1
                else False
            )

    def action_save(self):
        """Enter the time, and end the timer."""
        self.ensure_one()
        timers = self._take_timers()
        if not (self.note or "").strip():
            raise UserError(self.env._("Say what was done."))
        self.env["crm.ticket.time"].create(
            {
                "ticket_id": self.ticket_id.id,
                "duration": self.duration,
                "note": self.note,
                "billing": self.billing,
            }
        )
        timers.unlink()
        return {"type": "ir.actions.act_window_close"}

    def action_discard(self):
        """End the timer, and enter nothing."""
        self.ensure_one()
        self._take_timers().unlink()
        return {"type": "ir.actions.act_window_close"}

    def _take_timers(self):
        """Return one's timers on the ticket, which nobody else ends meanwhile.

        :raises UserError: when they were ended already
        """
        self.check_access("write")
        self.ticket_id._check_may_time()
        # sudo: crm.ticket.timer - one's own, written by its buttons alone
        timers = self.ticket_id._get_own_timers().sudo()
        if not timers:
            raise UserError(self.env._("This timer was stopped already."))
        timers.lock_for_update()
        return timers
