# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .crm_ticket_time import BILLINGS


class CrmTicketTeam(models.Model):
    """How a team counts its time."""

    _inherit = "crm.ticket.team"

    time_step = fields.Integer(
        "Round up to (Minutes)",
        default=1,
        help="Time counts in steps of so many minutes: with 15, a call of 4 minutes counts as 15. 1 counts to the minute.",
    )
    time_billing = fields.Selection(
        BILLINGS,
        string="Who Pays",
        required=True,
        default="prepaid",
        help="As it is offered when time is entered.",
    )
    timer_hours = fields.Integer(
        "Timers Run at Most (Hours)",
        default=8,
        help="A timer that was forgotten is cut after so many hours, and its person is told. 0: never.",
    )

    _check_time_step = models.Constraint(
        "CHECK(time_step BETWEEN 1 AND 240)", "A step has 1 to 240 minutes."
    )
    _check_timer_hours = models.Constraint(
        "CHECK(timer_hours BETWEEN 0 AND 24)", "A timer runs a day at most."
    )

    def _get_rounding_text(self):
        """Return how this team rounds time, in the reader's words; nothing when it does not.

        :rtype: str | bool
        """
        if self.time_step <= 1:
            return False
        return self.env._("Time is rounded up to steps of %s minutes.", self.time_step)
