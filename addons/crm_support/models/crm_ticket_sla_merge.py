# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools.sla_clock import Clock


class CrmTicket(models.Model):
    """Merged tickets: the stricter promise holds."""

    _inherit = "crm.ticket"

    def _merge_sla(self, others):
        """Take over the promises of tickets that are merged into this one: for each clock, the one that is due first.

        Merging calls it before it closes the others.

        :param others: ``crm.ticket``
        """
        self.ensure_one()
        now = fields.Datetime.now()
        book = self.env["crm.sla.clock"]
        clocks = book._load_by_ticket((self | others).ids)
        mine = {clock.key: clock for clock in clocks[self.id]}
        for clock in [clock for ticket in others for clock in clocks[ticket.id] if clock.is_open]:
            clock.settle(now)
            if not self.is_closed:
                mine[clock.key] = self._merge_clock(mine.get(clock.key), clock, now)
            clock.stop(now, "merged")
        book._save([*clocks[self.id], *(clock for clock in mine.values() if not clock.id)])
        book._save([clock for ticket in others for clock in clocks[ticket.id]])
        self.sla_start = min((self | others).mapped("sla_start"))
        if not self.is_closed:
            self._rematch_sla("merged")

    def _merge_clock(self, own, clock, now):
        """Let a clock of this ticket go by another one's promise when that leaves less time.

        :param own: this ticket's clock of that kind, None when there is none
        :return: the clock that holds for this ticket
        """
        if own and own.ended_at and own.kind != "next_reply":
            return own
        if not own or own.ended_at:
            cycle = own.cycle + 1 if own else 1
            own = Clock(
                clock.hours,
                self.id,
                clock.kind,
                clock.promise,
                stage_id=clock.stage_id,
                cycle=cycle,
            )
            own.start(now, "merged")
            own.rematch(now, clock.promise, "merged", elapsed=clock.get_elapsed(now))
            if self.sla_paused_at:
                own.pause(now, "waiting")
        own.settle(now)
        if clock.breached_at and not own.breached_at:
            own.breach(clock.breached_at, "merged")
        elif clock.promise.seconds - clock.get_elapsed(now) < own.promise.seconds - own.get_elapsed(
            now
        ):
            own.rematch(now, clock.promise, "merged", elapsed=clock.get_elapsed(now))
        return own
