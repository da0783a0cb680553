# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

BATCH = 100


class CrmTicket(models.Model):
    """Tickets whose customer says nothing more: he is warned, then they are closed."""

    _inherit = "crm.ticket"

    silence_since = fields.Datetime(
        "Silent since", readonly=True, copy=False, index="btree_not_null"
    )
    silence_warned_at = fields.Datetime("Warned of Closing on", readonly=True, copy=False)
    silence_problem = fields.Char("Could Not Be Closed", readonly=True, copy=False)

    def _note_changes(self, before):
        result = super()._note_changes(before)
        moved = self.filtered(lambda ticket: ticket.stage_id != before[ticket.id][0])
        moved._start_silence()
        return result

    def _after_reply(self, message):
        result = super()._after_reply(message)
        self._start_silence()
        return result

    def _after_customer_message(self, message):
        result = super()._after_customer_message(message)
        self._write_silence(False)
        return result

    def _start_silence(self):
        """Count from now for tickets that wait for their customer."""
        waiting = self.filtered(
            lambda ticket: ticket.stage_id.is_waiting and not ticket.is_waiting_for_reply
        )
        waiting._write_silence(fields.Datetime.now())
        (self - waiting)._write_silence(False)

    def _write_silence(self, since):
        touched = self.filtered(
            lambda ticket: (
                ticket.silence_since != since or ticket.silence_warned_at or ticket.silence_problem
            )
        )
        if touched:
            touched.write(
                {"silence_since": since, "silence_warned_at": False, "silence_problem": False}
            )

    @api.model
    def _cron_follow_silence(self):
        """Warn the customers of silent tickets, and close those who were warned long enough ago."""
        teams = self.env["crm.ticket.team"].search([("closing_days", ">", 0)])
        work = [(team, moments) for team in teams if (moments := self._get_silence_moments(team))]
        cron = self.env["ir.cron"]
        jobs = [
            (self._get_warning_domain, "_warn_of_closing"),
            (self._get_closing_domain, "_close_silent"),
        ]
        cron._commit_progress(
            remaining=sum(
                self.search_count(find(team, *moments))
                for team, moments in work
                for find, _act in jobs
            )
        )
        for team, moments in work:
            for find, act in jobs:
                if not self._run_in_batches(find(team, *moments), act):
                    return

    @api.model
    def _get_silence_moments(self, team):
        """Return since when a ticket has to be silent to be warned, and to be closed, and warned to be closed."""
        lead = team.closing_warning_days
        moments = tuple(
            team._get_working_moment(days)
            for days in (team.closing_days - lead, team.closing_days, lead)
        )
        return moments if all(moments) else None

    @api.model
    def _get_silence_domain(self, team):
        return self._get_open_domain() & Domain(
            [
                ("team_id", "=", team.id),
                ("stage_id.is_waiting", "=", True),
                ("silence_problem", "=", False),
            ]
        )

    @api.model
    def _get_warning_domain(self, team, warn_since, _close_since, _warned_since):
        return self._get_silence_domain(team) & Domain(
            [("silence_since", "<=", warn_since), ("silence_warned_at", "=", False)]
        )

    @api.model
    def _get_closing_domain(self, team, _warn_since, close_since, warned_since):
        return self._get_silence_domain(team) & Domain(
            [("silence_since", "<=", close_since), ("silence_warned_at", "<=", warned_since)]
        )

    @api.model
    def _run_in_batches(self, domain, act):
        """Act on tickets in small committed batches.

        :return: whether time is left
        :rtype: bool
        """
        cron = self.env["ir.cron"]
        while tickets := self.search(domain, limit=BATCH, order="id").try_lock_for_update():
            tickets._act_or_note(act)
            if not cron._commit_progress(len(tickets)):
                return False
        return True

    def _act_or_note(self, act):
        """Act on all at once; when one of them fails, on each, and keep on that one why."""
        try:
            with self.env.cr.savepoint():
                getattr(self, act)()
        except Exception as error:  # noqa: BLE001  one ticket does not hold up the others
            if len(self) == 1:
                self.silence_problem = str(error)[:250] or type(error).__name__
                _logger.info("Ticket %s could not be followed up: %s", self.number, error)
                return
            for ticket in self:
                ticket._act_or_note(act)

    def _warn_of_closing(self):
        """Tell customers that their tickets will be closed, once for each silence."""
        self.silence_warned_at = fields.Datetime.now()
        for ticket in self.filtered("email_normalized"):
            template = ticket.team_id.closing_template_id
            if template:
                ticket._request_service_mail(
                    f"silence:{ticket.silence_since:%Y%m%d%H%M%S}", template
                )

    def _close_silent(self):
        self.action_close()
        bodies = {
            ticket.id: self.env._(
                "Closed: the customer said nothing for %s working days.",
                ticket.team_id.closing_days,
            )
            for ticket in self
        }
        self._message_log_batch(bodies=bodies)
