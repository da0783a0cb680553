# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.crm_core.tools.import_engine.isolation import isolate

BATCH = 100


class CrmTicketTimer(models.Model):
    """A timer of one person on one ticket: it runs while ``started_at`` is set, else it is paused.

    One runs at a time for each person, by the database. It lives here, not on the screen: closing the page stops nothing. One that
    was forgotten is cut at the longest time of the team, and its person is told.
    """

    _name = "crm.ticket.timer"
    _description = "Timer on a Ticket"
    _order = "started_at desc, id desc"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "crm.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Who", required=True, readonly=True, index=True, ondelete="cascade"
    )
    started_at = fields.Datetime("Runs since", readonly=True)
    seconds_before = fields.Integer("Seconds before the Pause", readonly=True)
    cut_at = fields.Datetime("Is Cut at", readonly=True, index="btree_not_null")
    is_cut = fields.Boolean("Was Cut", readonly=True)
    elapsed = fields.Float("Time", compute="_compute_elapsed")
    is_running = fields.Boolean("Runs", compute="_compute_elapsed")
    company_id = fields.Many2one(related="ticket_id.company_id")

    _running_uniq = models.UniqueIndex(
        "(user_id) WHERE started_at IS NOT NULL", "One timer runs at a time for each person."
    )

    @api.depends("started_at", "seconds_before")
    def _compute_elapsed(self):
        for timer in self:
            timer.is_running = bool(timer.started_at)
            timer.elapsed = timer._get_seconds() / 3600

    def action_stop(self):
        """Ask what the time was for."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id.action_stop_timer()

    def _get_seconds(self):
        """Return how long these timers ran in all.

        :rtype: int
        """
        now = fields.Datetime.now()
        return sum(
            timer.seconds_before
            + (int((now - timer.started_at).total_seconds()) if timer.started_at else 0)
            for timer in self
        )

    def _start(self):
        """Let a timer run."""
        now = fields.Datetime.now()
        for timer in self.filtered(lambda timer: not timer.started_at):
            hours = timer.ticket_id.team_id.timer_hours
            timer.write(
                {"started_at": now, "cut_at": now + timedelta(hours=hours) if hours else False}
            )

    def _pause(self):
        """Keep what timers ran for."""
        for timer in self.filtered("started_at"):
            seconds = timer._get_seconds()
            timer.write({"seconds_before": seconds, "started_at": False, "cut_at": False})

    # -- Forgotten ones ----------------------------------------------------------------------------

    @api.model
    def _cron_cut(self):
        """Cut the timers that ran too long, as of when they should have been stopped, however late this runs."""
        domain = [("cut_at", "<=", fields.Datetime.now())]
        while found := self.search(domain, limit=BATCH, order="id"):
            timers = found.try_lock_for_update()
            if not timers:
                return
            _made, faulty = isolate(self.env, type(self)._cut, timers)
            for timer in faulty:
                timer.cut_at = False
            if not self.env["ir.cron"]._commit_progress(len(timers)):
                return

    def _cut(self):
        for timer in self:
            ran = int((timer.cut_at - timer.started_at).total_seconds())
            timer.write(
                {
                    "seconds_before": timer.seconds_before + ran,
                    "started_at": False,
                    "cut_at": False,
                    "is_cut": True,
                }
            )
        for user, timers in self.grouped("user_id").items():
            timers._tell_cut(user)

    def _tell_cut(self, user):
        here = self.with_context(lang=user.lang)
        text = here.env._(
            "A timer of yours was stopped because it had been running for very long. Please correct the time before you enter it."
        )
        tickets = Markup().join(
            Markup("<li>%s</li>") % ticket._get_html_link() for ticket in here.ticket_id
        )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=here.env._("A timer was forgotten"),
            body=Markup("<p>%s</p><ul>%s</ul>") % (text, tickets),
        )
