# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from .crm_sla_policy import KINDS


class CrmSlaPause(models.Model):
    """Pauses that look as if they were made to stop a clock: a row for each that began while the customer waited for an answer,
    or shortly before the deadline.
    """

    _name = "crm.sla.pause"
    _description = "Suspicious SLA Pause"
    _auto = False
    _order = "paused_at desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "crm.sla.event": ["kind", "at", "clock_id", "user_id"],
        "crm.ticket": ["team_id", "company_id"],
    }

    ticket_id = fields.Many2one("crm.ticket", readonly=True)
    team_id = fields.Many2one("crm.ticket.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    clock_id = fields.Many2one("crm.sla.clock", "SLA Clock", readonly=True)
    kind = fields.Selection(KINDS, string="Clock", readonly=True)
    user_id = fields.Many2one("res.users", string="Paused by", readonly=True)
    paused_at = fields.Datetime("Paused", readonly=True)
    resumed_at = fields.Datetime("Went on", readonly=True)
    minutes_left = fields.Integer("Working Minutes Left", readonly=True, aggregator="avg")
    suspicion = fields.Selection(
        [
            ("unanswered", "The customer waited for an answer"),
            ("deadline", "Little time was left"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id, p.ticket_id, t.team_id, t.company_id, p.clock_id, c.kind, p.user_id, p.at AS paused_at,
                   (SELECT min(r.at) FROM crm_sla_event r
                     WHERE r.clock_id = p.clock_id AND r.id > p.id AND r.kind = 'resume') AS resumed_at,
                   (p.target_seconds - p.elapsed_seconds) / 60 AS minutes_left,
                   CASE WHEN waits.is_waiting THEN 'unanswered' ELSE 'deadline' END AS suspicion
              FROM crm_sla_event p
              JOIN crm_sla_clock c ON c.id = p.clock_id
              JOIN crm_ticket t ON t.id = p.ticket_id
        CROSS JOIN LATERAL (SELECT EXISTS (
                   SELECT FROM crm_sla_clock w
                    WHERE w.ticket_id = p.ticket_id AND w.kind IN ('first_reply', 'next_reply') AND w.started_at <= p.at
                      AND (w.ended_at IS NULL OR w.ended_at > p.at)) AS is_waiting) waits
             WHERE p.kind = 'pause' AND p.reason = 'waiting'
               AND (waits.is_waiting OR 5 * (p.target_seconds - p.elapsed_seconds) <= p.target_seconds)"""
        )
