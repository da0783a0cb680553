# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..exceptions import expected
from ..tools.import_engine.isolation import isolate
from .crm_cadence import OPEN_STATES

REASONS = [
    ("reply", "The customer answered."),
    ("meeting", "A meeting was planned."),
    ("stage", "The deal went to another stage."),
    ("opt_out", "The customer does not want such messages."),
    ("erased", "The customer's data were erased."),
    ("bounced", "An e-mail came back: the address does not work."),
    ("won", "The deal was won."),
    ("lost", "The deal was lost."),
    ("archived", "The lead was archived."),
    ("company", "The lead went to another company."),
    ("person", "Somebody decided so."),
    ("owner_left", "The salesperson has left: give the lead to somebody."),
    ("cadence_archived", "The cadence was archived."),
    ("no_day", "No working day was found for the next step."),
    ("failed", "The step could not be done."),
]


class CrmCadenceEnrollment(models.Model):
    """A lead in a cadence: running (or paused) until all steps are done (finished) or something ends it (stopped)."""

    _name = "crm.cadence.enrollment"
    _description = "Lead in a Cadence"
    _order = "id desc"
    _rec_name = "cadence_id"

    cadence_id = fields.Many2one(
        "crm.cadence", required=True, readonly=True, ondelete="cascade", index=True
    )
    lead_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(related="lead_id.user_id", string="Salesperson")
    team_id = fields.Many2one(related="lead_id.team_id")
    origin = fields.Selection(
        [
            ("person", "Somebody"),
            ("rule", "The rule of the cadence"),
            ("automation", "An automation"),
        ],
        "Enrolled By",
        required=True,
        readonly=True,
        default="person",
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("finished", "Finished"),
            ("stopped", "Stopped"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    reason = fields.Selection(REASONS, "Why", readonly=True)
    reason_detail = fields.Text("Details", readonly=True)
    enrolled_at = fields.Datetime(
        "Enrolled On", required=True, readonly=True, default=fields.Datetime.now
    )
    ended_at = fields.Datetime("Ended On", readonly=True)

    # what comes next
    next_step_id = fields.Many2one(
        "crm.cadence.step", readonly=True, ondelete="set null", index="btree_not_null"
    )
    next_at = fields.Datetime("Next On", readonly=True)
    anchor_date = fields.Date(
        readonly=True, help="The day from which the delay of the next step is counted."
    )
    stage_id = fields.Many2one(
        "crm.stage",
        "Stage at Enrolment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    run_ids = fields.One2many("crm.cadence.run", "enrollment_id", "Steps Done", readonly=True)
    progress = fields.Char("Steps", compute="_compute_progress")

    _running_uniq = models.UniqueIndex(
        "(lead_id, cadence_id) WHERE state IN ('running', 'paused')",
        "This lead is in this cadence already.",
    )
    _due_idx = models.Index("(next_at, id) WHERE state = 'running'")

    @api.depends("run_ids", "cadence_id.step_ids")
    def _compute_progress(self):
        done = dict(
            self.env["crm.cadence.run"]._read_group(
                [("enrollment_id", "in", self.ids), ("state", "!=", "open")],
                ["enrollment_id"],
                ["__count"],
            )
        )
        for enrollment in self:
            steps = len(enrollment.cadence_id._get_steps())
            count = done.get(enrollment._origin, 0)
            enrollment.progress = f"{count} / {max(steps, count)}"

    @api.depends("cadence_id", "lead_id")
    def _compute_display_name(self):
        for enrollment in self:
            enrollment.display_name = (
                f"{enrollment.cadence_id.name} – {enrollment.lead_id.display_name}"
            )

    # -- Actions ---------------------------------------------------------------------------------

    def action_pause(self):
        """Pause: nothing is sent or planned until somebody lets it go on."""
        self._for_person(("running",))._pause("person")

    def action_resume(self):
        """Go on where it was paused."""
        paused = self._for_person(("paused",))
        if not all(paused.cadence_id.mapped("active")):
            raise expected(UserError(self.env._("Take the cadence out of the archive first.")))
        paused._resume()

    def action_stop(self):
        """Stop for good: what waits is not sent, what is planned is taken off the list."""
        self._for_person(OPEN_STATES)._stop("person")

    def _for_person(self, states):
        """Return those of these that are in a state, writable; who may change the leads may decide."""
        self.check_access("read")
        self.lead_id.check_access("write")
        # sudo: crm.cadence.enrollment - written by its actions alone
        return self.sudo().filtered(lambda one: one.state in states)

    # -- Business --------------------------------------------------------------------------------

    def _pause(self, reason, detail=False):
        """Pause these, and their messages that wait."""
        self.write({"state": "paused", "reason": reason, "reason_detail": detail})
        self._get_messages(("queued",)).action_pause()

    def _hold_up(self, reason, detail=False):
        """Pause these until somebody has mended something, and put that on the list of who does the steps."""
        self._pause(reason, detail)
        # who cannot be given an activity still reads it on the lead
        isolate(self.env, lambda some: some._plan_mending(), self)

    def _plan_mending(self):
        for enrollment in self:
            user = enrollment._get_performer()
            here = enrollment.with_context(lang=user.lang or enrollment.env.lang)
            reasons = dict(here._fields["reason"]._description_selection(here.env))
            here.lead_id.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=here.env._("%s is paused", here.cadence_id.name),
                note=reasons[here.reason],
                user_id=user.id,
            )

    def _resume(self):
        """Let paused ones go on, and their messages."""
        paused = self.filtered(lambda one: one.state == "paused")
        if not paused:
            return
        paused.write(
            {
                "state": "running",
                "reason": False,
                "reason_detail": False,
                "next_at": fields.Datetime.now(),
            }
        )
        paused._get_messages(("paused",)).action_resume()
        paused._wake_cron()

    def _stop(self, reason, detail=False):
        """Stop these: messages that wait are cancelled, open activities go."""
        going = self.filtered(lambda one: one.state in OPEN_STATES)
        if not going:
            return
        going.write(
            {**going._prepare_end_values("stopped"), "reason": reason, "reason_detail": detail}
        )
        going._get_messages(("queued", "paused")).action_cancel()
        still_open = going._get_open_runs()
        activities = still_open.activity_id
        still_open.write({"state": "cancelled"})
        activities.unlink()

    def _finish(self):
        """End these, whose steps are all done, and plan what follows."""
        self.write(self._prepare_end_values("finished"))
        for enrollment in self.filtered(lambda one: one.cadence_id.end_activity_type_id):
            cadence, user = enrollment.cadence_id, enrollment._get_performer()
            enrollment.lead_id.with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=cadence.end_activity_type_id.id,
                summary=cadence.with_context(lang=user.lang).end_summary,
                user_id=user.id,
            )

    @api.model
    def _prepare_end_values(self, state):
        return {
            "state": state,
            "ended_at": fields.Datetime.now(),
            "next_step_id": False,
            "next_at": False,
            "reason": False,
        }

    def _get_messages(self, states):
        """Return the messages of these that are in a state of the ledger."""
        # sudo: crm.dispatch - the cadence's own
        runs = self.env["crm.cadence.run"].sudo()
        return runs.search(
            [("enrollment_id", "in", self.ids), ("dispatch_id.state", "in", states)]
        ).dispatch_id

    def _get_open_runs(self):
        """Return the steps of these whose activity is not done yet."""
        return self.env["crm.cadence.run"].search(
            [("enrollment_id", "in", self.ids), ("state", "=", "open")]
        )

    def _get_performer(self):
        """Return who does the activities: the salesperson, else the leader of the team."""
        lead = self.lead_id
        return lead.user_id or lead.team_id.user_id.filtered("active")

    def _get_lang(self):
        """Return the language that the customer is written to in."""
        lead = self.lead_id
        own = lead.partner_id.lang or lead.lang_id.code or self.company_id.partner_id.lang
        return own or "en_US"

    def _wake_cron(self):
        # sudo: ir.cron - whoever enrols a lead sets it off
        self.env.ref("crm_core.ir_cron_crm_cadence").sudo()._trigger()

    @api.model
    def _wake_up(self, cadences):
        """Have the running leads of cadences planned again: a step that is not due yet waits on."""
        running = self.search([("cadence_id", "in", cadences.ids), ("state", "=", "running")])
        if running:
            running.write({"next_at": fields.Datetime.now()})
            running._wake_cron()

    def _describe_next(self):
        """Return in words what comes next, and when; why nothing does."""
        self.ensure_one()
        why = dict(self._fields["reason"]._description_selection(self.env)).get(self.reason)
        if self.state == "paused":
            return self.env._("paused. %s", why or "")
        if self.state == "stopped":
            return self.env._(
                "stopped on %(moment)s. %(why)s",
                moment=format_datetime(self.env, self.ended_at, dt_format="short"),
                why=why or "",
            )
        waiting = self.run_ids.filtered(lambda run: run.state == "open")[:1]
        if waiting:
            number, total = waiting.step_id._get_number()
            return self.env._(
                "step %(number)s of %(total)s is to be done: %(step)s",
                number=number,
                total=total,
                step=waiting.step_id.display_name,
            )
        if not self.next_step_id:
            return self.env._("all steps are done")
        number, total = self.next_step_id._get_number()
        return self.env._(
            "step %(number)s of %(total)s on %(moment)s: %(step)s",
            number=number,
            total=total,
            moment=format_datetime(self.env, self.next_at, dt_format="short")
            if self.next_at
            else "…",
            step=self.next_step_id.display_name,
        )
