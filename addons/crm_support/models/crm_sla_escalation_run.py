# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_datetime

from odoo.addons.crm_core.tools.import_engine.isolation import isolate

from ..tools.working_time import NoWorkingTime

BATCH = 100


class CrmSlaEscalationRun(models.Model):
    """A step of escalation for one clock and one person: once, kept by the database. It waits until the person works."""

    _name = "crm.sla.escalation.run"
    _description = "SLA Escalation"
    _order = "id desc"
    _rec_name = "escalation_id"

    escalation_id = fields.Many2one(
        "crm.sla.escalation", "Step", required=True, readonly=True, index=True, ondelete="cascade"
    )
    policy_id = fields.Many2one(related="escalation_id.policy_id")
    clock_id = fields.Many2one(
        "crm.sla.clock", required=True, readonly=True, index=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="clock_id.ticket_id")
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    state = fields.Selection(
        [
            ("waiting", "Waits"),
            ("done", "Done"),
            ("skipped", "Not Needed Anymore"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    due_at = fields.Datetime("Due", required=True, readonly=True)
    done_at = fields.Datetime("Done", readonly=True)
    error = fields.Char(readonly=True)

    _once = models.UniqueIndex(
        "(escalation_id, clock_id, COALESCE(user_id, 0))",
        "A step is taken once for a clock and a person.",
    )
    _due_idx = models.Index("(due_at) WHERE state = 'waiting'")

    @api.model
    def _plan(self, pairs):
        """Plan steps for clocks: each for whoever it concerns, when that person works.

        :param pairs: list of step's id and clock's id
        """
        if not pairs:
            return
        now = fields.Datetime.now()
        steps = self.env["crm.sla.escalation"].browse(step for step, _clock in pairs)
        clocks = self.env["crm.sla.clock"].browse(clock for _step, clock in pairs)
        rows = []
        for step, clock in zip(steps, clocks, strict=True):
            people = step._get_recipients(clock.ticket_id)
            if step.action == "priority":
                rows.append((step.id, clock.id, None, now))
            elif step.action == "reassign":
                rows += [(step.id, clock.id, user.id, now) for user in people[:1]]
            else:
                rows += [
                    (step.id, clock.id, user.id, self._get_due(step, clock, user, now))
                    for user in people
                ]
        self._insert(rows)

    @api.model
    def _insert(self, rows):
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sla_escalation_run (escalation_id, clock_id, user_id, due_at, state, create_uid, create_date)
                        VALUES %s ON CONFLICT DO NOTHING""",
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, 'waiting', %s, %s)",
                        *row,
                        self.env.uid,
                        fields.Datetime.now(),
                    )
                    for row in rows
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_due(self, step, clock, user, now):
        """Return when a person may be told: now, or when his or her working hours begin.

        :rtype: datetime
        """
        if step.is_any_hour:
            return now
        calendar = user.resource_calendar_id or clock.ticket_id.team_id._get_calendar()
        hours = self.env["resource.calendar"]._get_working_times()(calendar.id or 0)
        try:
            return hours.add(now, 1) - timedelta(seconds=1)
        except NoWorkingTime:
            return now

    @api.model
    def _take_due(self):
        """Take the steps that are due, in committed batches.

        :return: whether there was time for all of them
        """
        cron = self.env["ir.cron"]
        domain = [("state", "=", "waiting"), ("due_at", "<=", fields.Datetime.now())]
        while runs := self._lock(self.search(domain, limit=BATCH, order="due_at, id")):
            _made, refused = isolate(self.env, self._take, runs)
            for run, error in refused.items():
                run.write({"state": "failed", "error": str(error)[:500]})
            if not cron._commit_progress(len(runs)):
                return False
        return True

    @api.model
    def _lock(self, runs):
        """Lock what no other worker is at, and is still to do."""
        if not runs:
            return runs
        self.env.cr.execute(
            SQL(
                "SELECT id FROM crm_sla_escalation_run WHERE id = ANY(%s) AND state = 'waiting' FOR UPDATE SKIP LOCKED",
                runs.ids,
            )
        )
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _take(self, runs):
        """Take steps: what was settled in the meantime needs none."""
        now = fields.Datetime.now()
        over = runs.filtered(lambda run: run._is_over())
        over.write({"state": "skipped", "done_at": now})
        todo = runs - over
        todo.write({"state": "done", "done_at": now})
        for action, mine in todo.grouped(lambda run: run.escalation_id.action).items():
            getattr(mine, f"_run_{action}")()

    def _is_over(self):
        """Tell whether nobody needs to know anymore."""
        clock = self.clock_id
        return bool(clock.ended_at) or clock.state == "paused" or not clock.ticket_id.active

    def _run_notify(self):
        """Tell people, each of all that needs him in one message. The mail queue sends it at once: a worker that is killed has sent nothing."""
        for user, runs in self.grouped("user_id").items():
            here = runs.with_context(lang=user.lang)
            lines = Markup().join(run._get_notice_line(user) for run in here)
            title = here.env._("Promised times that need you: %s", len(runs))
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                author_id=self.env.ref("base.partner_root").id,
                subject=title,
                body=Markup("<p>%s</p><ul>%s</ul>") % (title, lines),
                force_send=False,
            )
        # sudo: ir.cron - the queue is started, whoever is at work
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _get_notice_line(self, user):
        ticket = self.ticket_id
        url = f"{self.get_base_url()}/mail/view?model=crm.ticket&res_id={ticket.id}"
        return Markup('<li><a href="%s">%s</a> %s</li>') % (
            url,
            ticket.display_name,
            self._get_notice(user),
        )

    def _get_notice(self, user):
        """Return what is said about a clock, in the reader's language and zone.

        :rtype: str
        """
        clock = self.clock_id
        due = (
            format_datetime(self.env, clock.deadline, tz=user.tz or "UTC") if clock.deadline else ""
        )
        if clock.breached_at:
            return self.env._("%(clock)s was due on %(date)s.", clock=clock.display_name, date=due)
        return self.env._("%(clock)s is due on %(date)s.", clock=clock.display_name, date=due)

    def _run_activity(self):
        activity = self.env.ref("mail.mail_activity_data_todo")
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("crm.ticket"),
                    "res_id": run.ticket_id.id,
                    "activity_type_id": activity.id,
                    "user_id": run.user_id.id,
                    "automated": True,
                    "summary": run.with_context(lang=run.user_id.lang)._get_notice(run.user_id),
                }
                for run in self
            ]
        )

    def _run_reassign(self):
        for user, runs in self.grouped("user_id").items():
            runs.ticket_id.user_id = user

    def _run_priority(self):
        for priority, tickets in self.ticket_id.grouped("priority").items():
            tickets.filtered(lambda ticket: ticket.priority < "3").priority = str(int(priority) + 1)
