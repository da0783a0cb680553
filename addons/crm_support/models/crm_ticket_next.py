# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

#: how many tickets are looked at to find one that no other agent takes at this moment
CANDIDATES = 40


class CrmTicket(models.Model):
    """Which ticket comes next: one's own whose customer waits, then one that nobody has, then the rest of one's own."""

    _inherit = "crm.ticket"

    def action_next_ticket(self):
        """Open the next ticket to work on; one that nobody has is taken at once, by one agent only."""
        self.check_access("read")
        self.check_access("write")
        ticket = self._get_next_ticket()
        if not ticket:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._("Nothing waits for you. Well done!"),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Queue"),
            "res_model": self._name,
            "res_id": ticket.id,
            "views": [[False, "form"]],
            "target": "current",
        }

    @api.model
    def action_open_next_ticket(self):
        """Open the next ticket from a menu."""
        return self.action_next_ticket()

    def _get_next_ticket(self):
        """Return the next ticket of whoever works, taken if nobody had it; empty when nothing is left.

        What is open on the screen at the moment is not its own next.

        :rtype: crm.ticket
        """
        others = (
            self._get_open_domain()
            & Domain("id", "not in", self.ids)
            & Domain("company_id", "in", self.env.companies.ids)
        )
        mine = others & Domain("user_id", "=", self.env.uid)
        order = self._get_queue_order()
        return (
            self.search(mine & Domain("is_waiting_for_reply", "=", True), order=order, limit=1)
            or self._take_next(others)
            or self.search(mine & Domain("stage_id.is_waiting", "=", False), order=order, limit=1)
        )

    @api.model
    def _take_next(self, domain):
        """Take the first ticket of one's teams that nobody has and that nobody else takes at this moment.

        :param Domain domain: of the tickets that come into question
        :rtype: crm.ticket
        """
        free = self.search(
            domain & self._get_takeable_domain(), order=self._get_queue_order(), limit=CANDIDATES
        )
        ticket = free.try_lock_for_update(limit=1)
        ticket.user_id = self.env.user
        return ticket

    @api.model
    def _get_takeable_domain(self):
        """Return the domain of the tickets that whoever works may take without being asked: what their teams leave lying.

        :rtype: Domain
        """
        return (
            Domain("user_id", "=", False)
            & Domain("team_id.member_ids", "in", self.env.uid)
            & Domain("stage_id.is_waiting", "=", False)
        )

    @api.model
    def _get_queue_order(self):
        """Return the order in which tickets are worked on: who waits, the highest priority, then who waits longest.

        :rtype: str
        """
        return "is_waiting_for_reply desc, priority desc, date_waiting_since, id"
