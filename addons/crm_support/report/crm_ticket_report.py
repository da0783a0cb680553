# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_ticket import CHANNELS, PRIORITIES

#: bracket -> label, and how many days old the tickets of it are at least, the oldest first
AGES = [
    ("month", "More Than a Month", 30),
    ("week", "A Week to a Month", 7),
    ("days", "A Day to a Week", 1),
    ("day", "Less Than a Day", 0),
]


class CrmTicketReport(models.Model):
    """How tickets were answered: one row for each, with the times that passed on the clock and those in working hours.

    Times on the clock are there for every ticket. Times in working hours, and whether promises were kept, come from the
    SLA clocks: tickets that no policy promised anything have none.
    """

    _name = "crm.ticket.report"
    _description = "Ticket Analysis"
    _auto = False
    _order = "date_opened desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "crm.ticket": [
            "active", "team_id", "company_id", "stage_id", "user_id", "type_id", "category_id", "priority", "channel",
            "partner_id", "commercial_partner_id", "date_opened", "date_closed", "is_closed", "date_first_reply",
            "reply_count", "reopen_count", "is_waiting_for_reply",
        ],
        "crm.sla.clock": ["ticket_id", "kind", "state", "elapsed_seconds"],
    }  # fmt: skip

    ticket_id = fields.Many2one("crm.ticket", readonly=True)
    team_id = fields.Many2one("crm.ticket.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    stage_id = fields.Many2one("crm.ticket.stage", readonly=True)
    user_id = fields.Many2one("res.users", string="Assigned to", readonly=True)
    type_id = fields.Many2one("crm.ticket.type", readonly=True)
    category_id = fields.Many2one("crm.ticket.category", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date_opened = fields.Datetime("Opened", readonly=True)
    date_closed = fields.Datetime("Closed on", readonly=True)
    is_closed = fields.Boolean("Closed", readonly=True)
    is_waiting_for_reply = fields.Boolean("Waits for Our Reply", readonly=True)
    first_reply_hours = fields.Float(
        "Hours to First Reply", readonly=True, aggregator="avg", help="On the clock."
    )
    resolution_days = fields.Float(
        "Days to Resolution", readonly=True, aggregator="avg", help="On the clock."
    )
    age_days = fields.Float(
        "Days Open", readonly=True, aggregator="avg", help="Of tickets that are open, until now."
    )
    age = fields.Selection(
        [(bracket, label) for bracket, label, _days in AGES],
        readonly=True,
        help="How long tickets have been open that still are.",
    )
    reply_count = fields.Integer("Replies", readonly=True, aggregator="avg")
    reopen_count = fields.Integer("Times Reopened", readonly=True, aggregator="sum")
    one_touch = fields.Float(
        "Closed with One Reply (%)",
        readonly=True,
        aggregator="avg",
        help="Of tickets that are closed: those that took one reply at most, and were never opened again.",
    )
    first_reply_working_hours = fields.Float(
        "Working Hours to First Reply", readonly=True, aggregator="avg"
    )
    next_reply_working_hours = fields.Float(
        "Working Hours to Next Reply", readonly=True, aggregator="avg"
    )
    resolution_working_hours = fields.Float(
        "Working Hours to Resolution", readonly=True, aggregator="avg"
    )
    promises_kept = fields.Integer(readonly=True, aggregator="sum")
    promises_broken = fields.Integer(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT t.id, t.id AS ticket_id, t.team_id, t.company_id, t.stage_id, t.user_id, t.type_id, t.category_id,
                   t.priority, t.channel, t.partner_id, t.commercial_partner_id, t.date_opened, t.date_closed, t.is_closed,
                   t.is_waiting_for_reply, COALESCE(t.reply_count, 0) AS reply_count, COALESCE(t.reopen_count, 0) AS reopen_count,
                   EXTRACT(EPOCH FROM t.date_first_reply - t.date_opened) / 3600 AS first_reply_hours,
                   CASE WHEN t.is_closed THEN EXTRACT(EPOCH FROM t.date_closed - t.date_opened) / 86400 END AS resolution_days,
                   CASE WHEN NOT t.is_closed THEN EXTRACT(EPOCH FROM %(now)s - t.date_opened) / 86400 END AS age_days,
                   CASE WHEN NOT t.is_closed THEN %(age)s END AS age,
                   CASE WHEN t.is_closed THEN (COALESCE(t.reply_count, 0) <= 1 AND COALESCE(t.reopen_count, 0) = 0)::int * 100 END AS one_touch,
                   c.first_reply_working_hours, c.next_reply_working_hours, c.resolution_working_hours,
                   c.promises_kept, c.promises_broken
              FROM crm_ticket t
              LEFT JOIN (
                   SELECT ticket_id, %(hours)s,
                          count(*) FILTER (WHERE state = 'met') AS promises_kept,
                          count(*) FILTER (WHERE state IN ('late', 'breached')) AS promises_broken
                     FROM crm_sla_clock GROUP BY ticket_id) c ON c.ticket_id = t.id
             WHERE t.active
            """,
            now=fields.Datetime.now(),
            age=self._get_age_query(),
            hours=SQL(", ").join(
                SQL(
                    "avg(elapsed_seconds) FILTER (WHERE kind = %s AND state IN ('met', 'late')) / 3600 AS %s",
                    kind,
                    SQL.identifier(f"{kind}_working_hours"),
                )
                for kind in ("first_reply", "next_reply", "resolution")
            ),
        )

    def _get_age_query(self):
        """Return in which bracket of age a ticket is."""
        now = fields.Datetime.now()
        cases = [
            SQL(
                "WHEN t.date_opened <= %s THEN %s",
                fields.Datetime.subtract(now, days=days),
                bracket,
            )
            for bracket, _label, days in AGES
        ]
        return SQL("CASE %s ELSE 'day' END", SQL(" ").join(cases))

    def action_open_ticket(self):
        """Open the ticket of this row."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.ticket",
            "res_id": self.id,
            "views": [(False, "form")],
        }
