# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, split_every

from ..models.crm_ticket_sla_match import BATCH
from ..tools.sla_simulation import Moment, Simulation, Stage

#: more tickets than these are not looked at in one go
LIMIT = 20_000


class CrmSlaSimulation(models.TransientModel):
    """A policy tried on the tickets of the past: how much of it would have been kept. Nothing is written on any ticket."""

    _name = "crm.sla.simulation"
    _description = "SLA Simulation"

    policy_id = fields.Many2one("crm.sla.policy", required=True, readonly=True, ondelete="cascade")
    date_from = fields.Date(
        "From", required=True, default=lambda self: self._get_default_month()[0]
    )
    date_to = fields.Date("To", required=True, default=lambda self: self._get_default_month()[1])
    ticket_count = fields.Integer("Tickets It Is for", readonly=True)
    looked_count = fields.Integer("Tickets of the Period", readonly=True)
    line_ids = fields.One2many(
        "crm.sla.simulation.line", "simulation_id", string="Clocks", readonly=True
    )
    is_done = fields.Boolean(readonly=True)

    @api.model
    def _get_default_month(self):
        """Return the first and the last day of last month."""
        first = fields.Date.context_today(self).replace(day=1)
        last = fields.Date.subtract(first, days=1)
        return last.replace(day=1), last

    def action_simulate(self):
        """Try the policy on the tickets that came in during the period."""
        self.ensure_one()
        self.check_access("write")
        self.policy_id.check_access("write")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        if not self.policy_id.target_ids:
            raise UserError(
                self.env._("“%s” promises nothing yet: add a promise first.", self.policy_id.name)
            )
        ids = (
            self.env["crm.ticket"]
            .with_context(active_test=False)
            .search(self._get_ticket_domain(), limit=LIMIT)
            .ids
        )
        outcomes, touched = defaultdict(lambda: defaultdict(list)), set()
        for some in split_every(BATCH, ids):
            for ticket_id, clock in self._simulate(list(some)):
                touched.add(ticket_id)
                outcomes[clock.key][self._judge(clock)].append(ticket_id)
        self._show(outcomes, len(ids), len(touched))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Simulation"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _get_ticket_domain(self):
        """Return the domain of the tickets to try the policy on: those of the period that the reader may see.

        :rtype: list
        """
        domain = [
            ("sla_start", ">=", self.date_from),
            ("sla_start", "<", fields.Date.add(self.date_to, days=1)),
        ]
        companies = self.policy_id.company_id or self.env.companies
        return [*domain, ("company_id", "in", companies.ids)]

    @api.model
    def _judge(self, clock):
        if clock.breached_at:
            return "missed"
        return "met" if clock.state == "met" else "open"

    def _show(self, outcomes, looked, touched):
        lines = [
            Command.create(
                {
                    "kind": kind,
                    "stage_id": stage_id,
                    "met_count": len(ends["met"]),
                    "missed_count": len(ends["missed"]),
                    "open_count": len(ends["open"]),
                    "missed_ticket_ids": [Command.set(sorted(set(ends["missed"])))],
                }
            )
            for (kind, stage_id), ends in outcomes.items()
        ]
        values = {"ticket_count": touched, "looked_count": looked, "is_done": True}
        self.write({**values, "line_ids": [Command.clear(), *lines]})

    def _simulate(self, ticket_ids):
        """Yield the clocks that the policy would have given to tickets.

        :return: pairs of a ticket's id and a :class:`Clock`
        """
        policies = self.env["crm.sla.policy"].search(
            ["|", ("state", "=", "active"), ("id", "=", self.policy_id.id)]
        )
        tickets = self.env["crm.ticket"]
        promises = tickets._get_promises(policies._to_rules())
        hours, now = self.env["resource.calendar"]._get_working_times(), fields.Datetime.now()
        past = self._read_past(ticket_ids)
        places = {
            stage.id: (stage.sequence, stage.id) for stage in self.policy_id.target_ids.stage_id
        }
        for row in tickets._read_sla_rows(ticket_ids, with_closed=True):
            mine = {
                key: one for key, one in promises(row).items() if one.policy_id == self.policy_id.id
            }
            if mine:
                simulation = Simulation(mine, row.start, hours, places)
                moments = sorted(past[row.id], key=lambda moment: moment.at)
                yield from ((row.id, clock) for clock in simulation.run(moments, now))

    @api.model
    def _read_past(self, ticket_ids):
        """Return what happened to tickets, by their messages and the stages that they went through.

        :rtype: dict[int, list[Moment]]
        """
        past = defaultdict(list)
        for ticket_id, at, is_team in self._read_messages(ticket_ids):
            past[ticket_id].append(Moment(at, "reply" if is_team else "customer"))
        stages = {
            stage.id: Stage((stage.sequence, stage.id), stage.is_waiting, stage.fold)
            for stage in self.env["crm.ticket.stage"].with_context(active_test=False).search([])
        }
        moved = set()
        for ticket_id, at, stage_id in self._read_stages(ticket_ids):
            if stage_id in stages:
                moved.add(ticket_id)
                past[ticket_id].append(Moment(at, "stage", stages[stage_id]))
        closed = self.env["crm.ticket"].browse(set(ticket_ids) - moved).filtered("date_closed")
        for ticket in closed:
            past[ticket.id].append(Moment(ticket.date_closed, "stage", stages[ticket.stage_id.id]))
        return past

    @api.model
    def _read_messages(self, ticket_ids):
        self.env["mail.message"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT m.res_id, m.date, EXISTS (SELECT FROM res_users u WHERE u.partner_id = m.author_id AND NOT u.share)
                     FROM mail_message m
                    WHERE m.model = 'crm.ticket' AND m.res_id = ANY(%s) AND m.subtype_id = %s AND m.is_internal IS NOT TRUE
                      AND m.message_type IN ('email', 'comment', 'sms', 'whatsapp_message')
                      AND m.author_id IS DISTINCT FROM %s""",
                ticket_ids,
                self.env.ref("mail.mt_comment").id,
                self.env.ref("base.partner_root").id,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _read_stages(self, ticket_ids):
        self.env["mail.tracking.value"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT m.res_id, m.date, v.new_value_integer
                     FROM mail_tracking_value v JOIN mail_message m ON m.id = v.mail_message_id
                    WHERE m.model = 'crm.ticket' AND m.res_id = ANY(%s) AND v.field_id = %s""",
                ticket_ids,
                self.env["ir.model.fields"]._get("crm.ticket", "stage_id").id,
            )
        )
        return self.env.cr.fetchall()
