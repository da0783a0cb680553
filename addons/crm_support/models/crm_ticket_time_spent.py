# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

AGENT = "crm_support.group_crm_support_agent"
TIMER_STATES = [("none", "None"), ("paused", "Paused"), ("running", "Running")]


class CrmTicket(models.Model):
    """Time on a ticket: what was spent, and the timer of who looks at it."""

    _inherit = "crm.ticket"

    time_ids = fields.One2many("crm.ticket.time", "ticket_id", string="Time Spent", groups=AGENT)
    timer_ids = fields.One2many("crm.ticket.timer", "ticket_id", string="Timers", groups=AGENT)
    hours_spent = fields.Float(compute="_compute_hours_spent", groups=AGENT)
    timer_state = fields.Selection(TIMER_STATES, compute="_compute_timer", groups=AGENT)
    timer_seconds = fields.Integer("Timer", compute="_compute_timer", groups=AGENT)
    time_rounding = fields.Char("Rounding", compute="_compute_time_rounding", groups=AGENT)

    @api.depends("time_ids.minutes")
    def _compute_hours_spent(self):
        groups = self.env["crm.ticket.time"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["minutes:sum"]
        )
        spent = {ticket.id: minutes for ticket, minutes in groups}
        for ticket in self:
            ticket.hours_spent = spent.get(ticket._origin.id, 0) / 60

    @api.depends("timer_ids.started_at", "timer_ids.seconds_before")
    @api.depends_context("uid")
    def _compute_timer(self):
        own = self._get_own_timers().grouped("ticket_id")
        for ticket in self:
            timers = own.get(ticket._origin, self.env["crm.ticket.timer"])
            running = "running" if any(timers.mapped("started_at")) else "paused"
            ticket.timer_state = running if timers else "none"
            ticket.timer_seconds = timers._get_seconds()

    @api.depends("team_id")
    def _compute_time_rounding(self):
        for ticket in self:
            ticket.time_rounding = ticket.team_id._get_rounding_text()

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "team_id", "category_id"} & vals.keys():
            self._settle_time()
        return result

    def unlink(self):
        self.check_access("unlink")
        # sudo: crm.ticket.time - what a deleted ticket drew from packs is given back
        self.sudo().time_ids.unlink()
        return super().unlink()

    def _settle_time(self):
        """Have the time of these tickets paid by the packs of who is their customer now."""
        # sudo: crm.ticket.time - of everybody on the ticket
        entries = self.sudo().time_ids.filtered(lambda entry: not entry.is_invoiced)
        for ticket, mine in entries.grouped("ticket_id").items():
            moved = mine.filtered(
                lambda entry, ticket=ticket: (
                    entry.partner_id != ticket.commercial_partner_id
                    or entry.company_id != ticket.company_id
                )
            )
            if moved:
                moved.write(
                    {
                        "partner_id": ticket.commercial_partner_id.id,
                        "company_id": ticket.company_id.id,
                        "team_id": ticket.team_id.id,
                    }
                )
        entries._settle()

    # -- The timer ---------------------------------------------------------------------------------

    def _get_own_timers(self):
        """Return the timers of who asks on these tickets: one each, or several where tickets were merged.

        :rtype: crm.ticket.timer
        """
        return self.env["crm.ticket.timer"].search(
            [("ticket_id", "in", self.ids), ("user_id", "=", self.env.uid)], order="id"
        )

    def action_start_timer(self):
        """Start a timer here, or go on with the one that is paused; the one on another ticket is paused."""
        self.ensure_one()
        self._check_may_time()
        # sudo: crm.ticket.timer - one's own, written by its buttons alone
        timers = self.env["crm.ticket.timer"].sudo()
        running = timers.search([("user_id", "=", self.env.uid), ("started_at", "!=", False)])
        mine = timers.browse(self._get_own_timers().ids)
        if running & mine:
            return None
        running._pause()
        running.flush_recordset()
        mine = mine or timers.create({"ticket_id": self.id, "user_id": self.env.uid})
        mine[:1]._start()
        if not running:
            return None
        text = self.env._("The timer on %s is paused.", running.ticket_id.display_name)
        return self._notify_timer(text)

    def action_pause_timer(self):
        """Pause one's timer here."""
        self.ensure_one()
        self._check_may_time()
        # sudo: crm.ticket.timer - one's own, written by its buttons alone
        self._get_own_timers().sudo()._pause()

    def action_stop_timer(self):
        """Ask what the time was for; the timer goes on until that is said."""
        self.ensure_one()
        self._check_may_time()
        if not self._get_own_timers():
            raise UserError(self.env._("No timer of yours runs on this ticket."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Time Spent"),
            "res_model": "crm.ticket.timer.stop",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_view_time(self):
        """Open the time that was spent on this ticket."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_support.crm_ticket_time_action")
        return {
            **action,
            "domain": [("ticket_id", "=", self.id)],
            "context": {"default_ticket_id": self.id},
        }

    def _check_may_time(self):
        """Let those who work on a ticket time it.

        :raises AccessError: for everybody else
        """
        self.check_access("write")
        self.env["crm.ticket.timer"].check_access("read")

    def _notify_timer(self, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "info",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # -- Merging and splitting -----------------------------------------------------------------------

    def _get_split_obstacles(self, split):
        obstacles = super()._get_split_obstacles(split)
        # sudo: crm.ticket.time, crm.ticket.timer - whether there are any, of whomever
        ticket = self.sudo()
        if ticket.time_ids or ticket.timer_ids:
            obstacles.append(self.env._("Time was spent on %s: it stays.", self.display_name))
        return obstacles
