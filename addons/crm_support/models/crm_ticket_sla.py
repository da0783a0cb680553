# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .crm_sla_clock_book import STATE_OF_TICKET

SLA_STATES = [
    ("breached", "Breached"),
    ("risk", "At Risk"),
    ("ok", "On Time"),
    ("paused", "Paused"),
    ("missed", "Missed"),
    ("met", "Met"),
]
#: fields that a policy looks at
MATCHED = {"team_id", "priority", "type_id", "category_id", "tag_ids", "partner_id"}
REPLIES = ("first_reply", "next_reply", "periodic_update")


class CrmTicket(models.Model):
    """What was promised for a ticket, and how it stands. What happens to the ticket happens to its clocks."""

    _inherit = "crm.ticket"

    sla_clock_ids = fields.One2many(
        "crm.sla.clock", "ticket_id", string="SLA Clocks", readonly=True
    )
    sla_event_ids = fields.One2many(
        "crm.sla.event", "ticket_id", string="SLA Events", readonly=True
    )
    sla_start = fields.Datetime(
        "Promises Count from", default=fields.Datetime.now, copy=False, readonly=True, required=True
    )
    sla_paused_at = fields.Datetime("SLA Paused", readonly=True, copy=False)
    # no index on these two: they change all the time, and a ticket whose indexed columns stand is kept without a new entry in its twenty indexes
    sla_deadline = fields.Datetime("Next Deadline", readonly=True, copy=False)
    sla_state = fields.Selection(
        SLA_STATES, string="SLA", readonly=True, copy=False, group_expand=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered(
            lambda ticket: ticket.stage_id.is_waiting
        ).sla_paused_at = fields.Datetime.now()
        tickets.filtered(lambda ticket: not ticket.is_closed)._rematch_sla("created")
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if MATCHED & vals.keys():
            self._rematch_sla("changed")
        return result

    def _note_changes(self, before):
        result = super()._note_changes(before)
        moved = self.filtered(lambda ticket: ticket.stage_id != before[ticket.id][0])
        if moved:
            moved._move_sla({ticket.id: before[ticket.id][1] for ticket in moved})
        return result

    def _after_customer_message(self, message):
        result = super()._after_customer_message(message)
        if not self.is_closed:
            self._resume_sla_for_customer()
        return result

    def _after_reply(self, message):
        result = super()._after_reply(message)
        now = fields.Datetime.now()
        book = self.env["crm.sla.clock"]
        clocks = book._load_by_ticket(self.ids)[self.id]
        answered = [clock for clock in clocks if clock.is_open and clock.kind in REPLIES]
        for clock in answered:
            clock.meet(now, "reply")
        book._save(answered)
        if any(clock.kind == "periodic_update" for clock in answered):
            self._rematch_sla("reply")
        return result

    # -- Clocks ------------------------------------------------------------------------------------------

    def _resume_sla_for_customer(self):
        """Let everything count again, whatever the stage, and begin to count to the next reply."""
        self.filtered("sla_paused_at")._resume_paused_sla()
        self.filtered("date_first_reply")._rematch_sla("customer")

    def _resume_paused_sla(self):
        if not self:
            return
        now = fields.Datetime.now()
        book = self.env["crm.sla.clock"]
        clocks = [clock for mine in book._load_by_ticket(self.ids).values() for clock in mine]
        for clock in clocks:
            clock.resume(now, "customer")
        self.sla_paused_at = False
        book._save(clocks)

    def _move_sla(self, was_closed):
        """Pause, resume and end clocks of tickets that changed stage.

        :param dict was_closed: ``{id: whether it was closed before}``
        """
        now = fields.Datetime.now()
        waiting = self.filtered(lambda ticket: ticket.stage_id.is_waiting)
        (waiting - waiting.filtered("sla_paused_at")).sla_paused_at = now
        (self - waiting).filtered("sla_paused_at").sla_paused_at = False
        book = self.env["crm.sla.clock"]
        clocks = book._load_by_ticket(self.ids)
        for ticket in self:
            ticket._move_clocks(clocks[ticket.id], was_closed[ticket.id], now)
        book._save([clock for mine in clocks.values() for clock in mine])
        self.filtered(lambda ticket: was_closed[ticket.id] and not ticket.is_closed)._rematch_sla(
            "reopened"
        )

    def _move_clocks(self, clocks, was_closed, now):
        """Do to the clocks of this ticket what its stage says."""
        stage = self.stage_id
        for clock in clocks:
            if self._is_stage_reached(clock):
                clock.meet(now, "stage")
        if self.is_closed:
            self._close_clocks(clocks, now)
            return
        if was_closed:
            self._reopen_clocks(clocks, now)
        for clock in clocks:
            if not clock.is_open:
                continue
            if stage.is_waiting:
                clock.pause(now, "waiting")
            else:
                clock.resume(now, "working")

    def _is_stage_reached(self, clock):
        """Tell whether a clock waits for the stage that this ticket is in, or for one before it."""
        if clock.kind != "reach_stage" or not clock.is_open:
            return False
        wanted = self.env["crm.ticket.stage"].browse(clock.stage_id)
        return (self.stage_id.sequence, self.stage_id.id) >= (wanted.sequence, wanted.id)

    def _close_clocks(self, clocks, now):
        for clock in clocks:
            if clock.kind == "resolution":
                clock.meet(now, "closed")
            elif clock.is_open:
                clock.stop(now, "closed")

    def _reopen_clocks(self, clocks, now):
        """Go on with what was left when this ticket was closed."""
        for clock in {clock.key: clock for clock in clocks}.values():
            if clock.kind == "resolution" and clock.ended_at:
                clock.reopen(now, "reopened")
            elif clock.state == "cancelled" and clock.ended_at == self._get_last_close(clocks):
                clock.rematch(now, clock.promise, "revived", elapsed=clock.elapsed)

    @api.model
    def _get_last_close(self, clocks):
        """Return when the clocks of a ticket last ended because it was closed."""
        return max((clock.ended_at for clock in clocks if clock.ended_at), default=None)

    @api.model
    def _refresh_sla(self, ticket_ids):
        """Keep on tickets how their clocks stand, for lists and colours."""
        self.flush_model(["sla_state", "sla_deadline"])
        with self._record_changed(ticket_ids, ["sla_state", "sla_deadline"]):
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_ticket t SET sla_state = s.state, sla_deadline = s.deadline
                         FROM (SELECT c.ticket_id, %s AS state, min(c.deadline) FILTER (WHERE c.ended_at IS NULL) AS deadline
                                 FROM crm_sla_clock c WHERE c.ticket_id = ANY(%s) GROUP BY c.ticket_id) s
                        WHERE t.id = s.ticket_id AND (t.sla_state, t.sla_deadline) IS DISTINCT FROM (s.state, s.deadline)""",
                    SQL(STATE_OF_TICKET),
                    list(ticket_ids),
                )
            )
        self.invalidate_model(
            ["sla_state", "sla_deadline", "sla_clock_ids", "sla_event_ids"], flush=False
        )
